"""How to talk to Kie.ai: requests go out, their words come back as ours. No Django here."""
