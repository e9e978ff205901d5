"""How often something was preferred, as words."""


def won_text(won: int, picks: int) -> str:
    """“14 of 20 picks won (70 %)”."""
    return f"{won:,} of {picks:,} picks won ({round(100 * won / picks)} %)"
