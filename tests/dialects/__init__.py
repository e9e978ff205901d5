"""Every dialect of Kie: what is sent, what is read, and the road of its tasks on the sandbox."""
