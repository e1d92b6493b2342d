"""What a start looks over in the settings (`manage check` says it too)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

NO_PROXIES = "district.W001"


@checks.register(checks.Tags.security)
def proxies_are_stated(**_arguments: Any) -> list[checks.CheckMessage]:
    """Settings that stand behind a proxy name it: else everybody has the proxy's address."""
    if not settings.SECURE_PROXY_SSL_HEADER or settings.DISTRICT_PROXIES:
        return []
    return [
        checks.Warning(
            "These settings stand behind a proxy, but DISTRICT_PROXIES names none: its "
            "X-Forwarded-For is ignored, everybody shares its address, and whoever guesses at "
            "an account locks that account for all.",
            hint="Set DISTRICT_PROXIES to the proxy's address, e.g. DISTRICT_PROXIES=127.0.0.1",
            id=NO_PROXIES,
        )
    ]
