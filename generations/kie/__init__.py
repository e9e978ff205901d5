"""How to talk to Kie.ai: sends requests and translates Kie's words into ours. No Django here."""
