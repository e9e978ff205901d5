"""What Kie's own catalogue says about its models, as the sandbox answers it: facts of October 2026."""
