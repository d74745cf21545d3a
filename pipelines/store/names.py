"""Names that become folders and files: checked before anything is written."""

import secrets
from datetime import datetime

from pipelines.store.files import check_athlete, check_session, session_name

__all__ = ["check_athlete", "check_session", "new_session"]


def new_session(started_utc: datetime) -> str:
    """Return a fresh session id: the date and four random hex digits."""
    return session_name(started_utc, secrets.token_hex(2))
