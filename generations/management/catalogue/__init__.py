"""The parts of manage.py catalogue: each has HELP, `arguments(parser)` and `run(say, **options)`."""
