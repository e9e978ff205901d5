"""What a model makes clips from, in a word."""

MODES = {
    "text-to-video": "Text",
    "image-to-video": "Image",
    "first-last-frame": "First + last",
    "reference-to-video": "Reference",
    "video-to-video": "Video",
    "video-edit": "Edit",
    "extend": "Extend",
    "lip-sync": "Lip-sync",
    "motion-control": "Movement",
    "animate": "Movement",
    "upscale": "Upscale",
    "multi-shot": "Shots",
    "storyboard": "Shots",
    "document-to-video": "Document",
}
