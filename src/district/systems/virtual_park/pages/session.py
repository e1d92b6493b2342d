"""A representative's session: apart from a member's, ended when idle or when its epoch is over.

It stands in Django's session under keys of its own. Where the browser is signed in as a member it
counts for nothing, and signing in as a representative ends a member's session first, so that
nobody is both at once.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from district.kernel.base import clock
from district.systems.virtual_park.models import Representative

_WHO, _EPOCH, _SEEN, _FIRM, _MONTH = (
    f"virtual_park.{name}" for name in ("who", "epoch", "seen", "firm", "month")
)
#: Without any page for so long a session ends; and it lasts so long at most.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: So often the moment of the last page is written down.
_NOTED_EVERY = 60


def begin(request: HttpRequest, representative: Representative) -> None:
    """Sign in: a new session under a new key, and a new token for forms."""
    request.session.flush()
    rotate_token(request)
    request.session[_WHO] = str(representative.pk)
    request.session[_EPOCH] = representative.epoch
    request.session[_SEEN] = _now()
    request.session.set_expiry(int(LONGEST.total_seconds()))


def end(request: HttpRequest) -> None:
    """Sign out in this browser."""
    request.session.flush()


def renew(request: HttpRequest, representative: Representative) -> None:
    """Go on in this browser after all sessions were ended, as after a new password."""
    firm = request.session.get(_FIRM)
    begin(request, representative)
    if firm:
        request.session[_FIRM] = firm


def _now() -> int:
    return int(clock.now().timestamp())


def holder(request: HttpRequest) -> tuple[str, int] | None:
    """The representative's key and epoch that this session carries; None where it carries none,
    where it was idle too long, or where a member is signed in."""
    if request.user.is_authenticated:
        return None
    who, epoch = request.session.get(_WHO), request.session.get(_EPOCH)
    seen = request.session.get(_SEEN)
    if not isinstance(who, str) or not isinstance(epoch, int) or not isinstance(seen, int):
        return None
    try:
        UUID(who)
    except ValueError:
        return None
    passed = _now() - seen
    if abs(passed) > IDLE.total_seconds():
        return None
    if abs(passed) >= _NOTED_EVERY:
        request.session[_SEEN] = _now()
    return who, epoch


def chosen_firm(request: HttpRequest) -> str:
    """The key of the firm that was chosen in this session, "" before."""
    return str(request.session.get(_FIRM, ""))


def choose_firm(request: HttpRequest, firm: UUID) -> None:
    """Act for that firm from now on."""
    request.session[_FIRM] = str(firm)


def is_new_this_month(request: HttpRequest, firm: UUID) -> bool:
    """Whether this session has not yet noted that the firm is active this month."""
    now = f"{firm} {clock.today():%Y-%m}"
    if request.session.get(_MONTH) == now:
        return False
    request.session[_MONTH] = now
    return True
