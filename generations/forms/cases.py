"""What a person can type to settle a case: a task id or a reason."""

from django import forms

LONG_REASON = 500


class IdForm(forms.Form):
    task_id = forms.CharField(
        max_length=255,
        error_messages={
            "required": "Paste the task id, as Kie’s log shows it.",
            "max_length": "A task id has at most 255 characters. This is %(show_value)s.",
            "null_characters_not_allowed": "Paste the task id alone, as Kie’s log shows it.",
        },
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=LONG_REASON,
        error_messages={
            "required": "Say how you know that it was not sent.",
            "max_length": "A reason takes 500 characters. This is %(show_value)s: shorten it.",
            "null_characters_not_allowed": "The reason has characters that cannot be kept.",
        },
    )
