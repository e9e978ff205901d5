"""The sandbox's answers: Kie's calls, and the state and wording behind them."""
