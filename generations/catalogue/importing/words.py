"""What the facts leave unsaid: who makes a family, what a field is called in a form, and what it means."""

import re
from collections.abc import Mapping
from typing import Any

from generations.catalogue.roles import USUAL

Facts = Mapping[str, Any]

FAMILIES = {"Sora 2": "Sora"}
MAKERS = {
    "Gemini Omni": "Google",
    "Grok Imagine": "xAI",
    "Hailuo": "MiniMax",
    "HappyHorse": "Alibaba",
    "InfiniteTalk": "MeiGen",
    "Kling": "Kuaishou",
    "OmniHuman": "ByteDance",
    "PixVerse": "PixVerse",
    "Runway": "Runway",
    "Seedance": "ByteDance",
    "Sora": "OpenAI",
    "Suno": "Suno",
    "Topaz": "Topaz Labs",
    "Veo": "Google",
    "Volcengine": "ByteDance",
    "Wan": "Alibaba",
}
LABELS = {
    "acceleration": "Speed up",
    "align_audio": "Loop the video when the speech is longer",
    "align_audio_reverse": "Loop it backwards",
    "audio_ids": "Voices",
    "audio_setting": "Sound",
    "background_source": "Background from",
    "camera_fixed": "Hold the camera still",
    "cfg_scale": "Prompt strength",
    "character_ids": "Characters",
    "character_orientation": "Orientation from",
    "customize_multi_shots": "Write each shot",
    "elements": "Elements",
    "enable_prompt_expansion": "Let a model enlarge the prompt",
    "enable_safety_checker": "Safety checker",
    "enable_translation": "Translate the prompt to English first",
    "element_input_audio_urls": "Voice samples",
    "element_input_urls": "Pictures or one video",
    "ends": "To, s",
    "extend_at": "Carry on from, s",
    "extend_times": "Seconds to add",
    "generate_multi_clip_switch": "Several clips",
    "guidance_scale": "Guidance",
    "image_references": "References",
    "kling_elements": "Elements",
    "mask_url": "Masks",
    "multi_prompt": "Shots",
    "multi_shots": "Several shots with cuts",
    "negative_prompt": "Leave out",
    "nsfw_checker": "Kie’s own content filter",
    "num_inference_steps": "Steps",
    "open_scenedet": "Find scenes and speakers",
    "output_format": "File format",
    "pe_fast_mode": "Fast mode",
    "prefer_multi_shots": "Let the model cut",
    "prompt_extend": "Let a model enlarge the prompt",
    "prompt_optimizer": "Let the model rewrite the prompt",
    "ref_name": "Name after @",
    "reference_voice": "Voice",
    "return_last_frame": "Return the last frame too",
    "separate_vocal": "Split the voice from noise",
    "start": "From, s",
    "template_id": "Template",
    "templ_start_seconds": "Start of the part, s",
    "upscale_factor": "Factor",
    "video_list": "Part of a video",
    "web_search": "Search the web",
}
ROLE_LABELS = {
    "audio": "Sound track",
    "first frame": "First frame",
    "frame count": "Frames",
    "frame rate": "Frames a second",
    "frames": "Frames",
    "last frame": "Last frame",
    "length": "Length",
    "mode": "Start from",
    "prompt": "Prompt",
    "seed": "Seed",
    "shape": "Shape",
    "size": "Resolution",
    "sound": "Sound",
    "source video": "Video",
    "task": "Task to go on from",
}
FRAMED = {"image-to-video", "text-or-image-to-video", "first-last-frame"}
ITEMS = {"multi_prompt": "Shot", "shots": "Shot", "video_list": "Part", "image_references": "Reference"}


def role_of(field: Facts, kind: str) -> str:
    """What a field means, for an entry of this kind; empty when nothing special."""
    name = field["name"]
    if field.get("media"):
        return _media_role(name, field, kind)
    if name == "mode" and any(re.search(r"\d{3}p|pro", str(o)) for o in field.get("options", [])):
        return "size"
    return USUAL.get(name, "")


def _media_role(name: str, field: Facts, kind: str) -> str:
    if "reference" in name.lower() or "mask" in name or "element" in name:
        return "" if "mask" in name else "reference"
    if field["media"] != "image":
        return {"video": "source video", "audio": "audio"}.get(field["media"], "")
    if re.search("last|tail|end_", name):
        return "last frame"
    if kind not in FRAMED and "first" not in name:
        return "reference"
    many = field["type"] == "array" and field.get("max_items", 2) > 1
    if many and field.get("max_items", 2) > 2:
        return "reference"
    return "frames" if many else "first frame"


def label_of(field: Facts, role: str) -> str:
    """What the field is called in a form."""
    name = field["name"]
    if name == "watermark" or name == "waterMark":
        return "AI mark" if field["type"] == "boolean" else "Watermark text"
    if role == "reference" and field.get("media"):
        noun = {"audio": "sound"}.get(field["media"], field["media"])
        if name in LABELS:
            return LABELS[name]
        return f"Reference {noun}{'s' if field['type'] == 'array' else ''}"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").removesuffix(" url")
    return LABELS.get(name) or ROLE_LABELS.get(role) or words.capitalize()


def media_of(field: Facts) -> str:
    """What kind of file an address names; empty for a field that names none."""
    if field.get("media") or field.get("format") != "url":
        return str(field.get("media", ""))
    name = field["name"]
    kinds = {"audio": "audio", "voice": "audio", "video": "video", "file": "document", "link": "page"}
    return next((kind for word, kind in kinds.items() if word in name), "image")


def plain(text: str) -> str:
    """A text of the facts in the words of our pages."""
    text = re.sub(r"\bthe product seed document\b|\bthe seed\b", "the reference card", text)
    text = re.sub(r"\bThe seed\b", "The reference card", text)
    return text.replace("Kie's", "Kie’s")
