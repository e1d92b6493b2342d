"""What a session is told when a member signs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from district.kernel.organisation.public import address_of
from district.kernel.sessions.public import ADDRESS


@receiver(user_logged_in, dispatch_uid="district.signing_in.address")
def note_address(request: HttpRequest | None = None, **_more: Any) -> None:
    """From where the session was begun, for its owner to recognise."""
    if request is not None and hasattr(request, "session"):
        request.session[ADDRESS] = address_of(request) or ""
