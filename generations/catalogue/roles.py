"""What a parameter means, across models. Model files say it themselves."""

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

USUAL = {
    "prompt": "prompt",
    "duration": "length",
    "n_frames": "length",
    "aspect_ratio": "shape",
    "aspectRatio": "shape",
    "ratio": "shape",
    "resolution": "size",
    "output_resolution": "size",
    "quality": "size",
    "size": "size",
    "sound": "sound",
    "generate_audio": "sound",
    "generate_audio_switch": "sound",
    "audio": "sound",
    "seed": "seed",
    "seeds": "seed",
    "generationType": "mode",
    "generation_type": "mode",
    "num_frames": "frame count",
    "frames_per_second": "frame rate",
    "task_id": "task",
    "taskId": "task",
    "origin_task_id": "task",
}
"""Roles of names that mean the same in all of Kie's descriptions: for readers that turn one into an entry."""
