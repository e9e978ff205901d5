"""What `manage.py catalogue` does with Kie's own catalogue, one subcommand a module."""
