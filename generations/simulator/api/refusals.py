"""The service's own wording for what it refuses (docs.kie.ai: status codes of each endpoint)."""


class Refusal(Exception):
    """An answer with a body code other than 200."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


UNAUTHORISED = (
    "Unauthorized – Authentication failed. "
    "Please check that your Authorization and Content-Type headers are correctly set."
)
POOR = (
    "Credits insufficient : Your current balance isn't enough to run this request. Please top up to continue."
)
UNKNOWN_MODEL = (
    "The model name you specified is not supported. "
    "Please verify your input and use one of the supported models provided by KIE."
)
TOO_FREQUENT = "Your call frequency is too high. Please try again later."
TOO_FAST = "Rate limit exceeded"
MISSING = "This field is required"
TOO_LONG = "The text length cannot exceed the maximum limit"
OUT_OF_RANGE = "Value must be within the specified range"
BAD_RATIO = "Ratio error"
NO_RECORD = "recordInfo is null"
NO_TASK_ID = "taskId parameter is required"
BAD_URL = "url is wrong"
BROKEN = "Server Error - An unexpected error occurred while processing the request"
NOT_READY = "1080P is processing. It should be ready in 1-2 minutes. Please check back shortly."
MODERATED = "Invalid prompt: prompt contains prohibited content"
INTERNAL = "Internal Error, Please try again later."
UNMADE = "Generation failed, please try again."
NO_RESULT = "record result data is blank."
SPOKEN = {
    401: UNAUTHORISED,
    402: POOR,
    404: "Not Found",
    422: UNKNOWN_MODEL,
    429: TOO_FREQUENT,
    433: "The current number of points used by apiKey has exceeded the daily limit",
    455: "Service Unavailable - System is currently undergoing maintenance",
    500: BROKEN,
    501: UNMADE,
    505: "Feature Disabled - The requested feature is currently disabled",
}
"""Default wording of each code."""


def required(field: str) -> Refusal:
    return Refusal(500, f"{field} is required")


def not_allowed(field: str) -> Refusal:
    return Refusal(500, f"{field} is not within the range of allowed options")


def wrong_type(field: str, wanted: str) -> Refusal:
    return Refusal(500, f"{field} it must be {wanted}")
