"""Sessions in the database, looked up only by keys in the format that we generate."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie may contain any bytes; our keys are 32 letters and digits."""
        ours = key is not None and len(key) == 32 and key.isascii() and key.isalnum()
        return ours and bool(super()._validate_session_key(key))  # type: ignore[misc]
