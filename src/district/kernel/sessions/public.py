"""What other parts may use of sessions."""

from district.kernel.sessions.selectors import OpenSession, open_sessions
from district.kernel.sessions.services import end_one_session, end_sessions
from district.kernel.sessions.store import ADDRESS

__all__ = ["ADDRESS", "OpenSession", "end_one_session", "end_sessions", "open_sessions"]
