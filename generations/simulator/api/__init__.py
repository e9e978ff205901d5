"""What the sandbox answers: the calls of Kie, with what it remembers and says."""
