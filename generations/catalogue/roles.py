"""What a parameter means, across models. Roles stand in the model files; nothing else is read into a name."""

ROLES = frozenset(
    {
        "prompt",
        "length",
        "shape",
        "size",
        "sound",
        "seed",
        "mode",
        "frames",
        "first frame",
        "last frame",
        "reference",
        "source video",
        "audio",
        "frame count",
        "frame rate",
        "task",
    }
)
"""`frames`: the first item is the first frame, the second the last. `frame count` and `frame rate` make a
length together. `task`: the id of a task at Kie."""

SOURCES = ("audio", "source video")
"""Media whose length the clip follows, where no parameter sets it: speech first."""
