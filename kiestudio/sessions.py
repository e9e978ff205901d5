"""Sessions in the database, found by the keys that we make and by nothing else."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie may spell any byte; a key of ours is 32 letters and digits."""
        ours = key is not None and len(key) == 32 and key.isascii() and key.isalnum()
        return ours and bool(super()._validate_session_key(key))  # type: ignore[misc]
