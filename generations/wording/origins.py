"""Where an asset comes from, in words."""

from generations.models import Asset


def origin(asset: Asset) -> str:
    """“Frame of #12 at 3.02 s, cropped”; empty for what a person gave as it is."""
    frame = ""
    if asset.frame_of and asset.at_ms is not None:
        frame = f"frame of #{asset.frame_of.task_id} at {asset.at_ms / 1000:.2f} s"
    clip = f"clip of #{asset.video.task_id}" if asset.video else ""
    crop = "cropped" if asset.cropped_from_id else ""
    words = ", ".join(filter(None, [clip, frame, crop]))
    return words[:1].upper() + words[1:]
