"""What a parameter means, across models. Roles stand in the model files; nothing is read into names there."""

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

IN_SCHEMAS = {
    "prompt": "prompt",
    "duration": "length",
    "n_frames": "length",
    "aspect_ratio": "shape",
    "aspectRatio": "shape",
    "ratio": "shape",
    "resolution": "size",
    "quality": "size",
    "size": "size",
    "sound": "sound",
    "generate_audio": "sound",
    "generate_audio_switch": "sound",
    "seed": "seed",
    "seeds": "seed",
    "generationType": "mode",
    "generation_type": "mode",
    "task_id": "task",
    "taskId": "task",
    "first_frame": "first frame",
    "first_frame_url": "first frame",
    "last_frame": "last frame",
    "last_frame_url": "last frame",
    "reference_image": "reference",
    "reference_images": "reference",
    "reference_image_urls": "reference",
}
"""What a field of Kie's own schemas means, which name no roles."""
