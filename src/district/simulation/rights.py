"""Who may run scenarios, and whether there is a simulation at all."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound


def is_there() -> bool:
    """Whether this installation is a demo, which alone has a simulation."""
    return bool(settings.DISTRICT_DEMO and clock.is_demo())


def refuse_outside_demo() -> None:
    """Raise NotFound where no demo runs: there is nothing here then."""
    if not is_there():
        raise NotFound(_("没有这个页面。"))
