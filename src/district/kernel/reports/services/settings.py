"""The phrasing that a district's folder brings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.district_settings import read_setting_file
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.kernel.reports.phrases import HELD

_LOADER = Actor.system("loader")


def load_phrasing_file(path: Path) -> str:
    """Read what `district.toml` names under `reports`; the same again changes nothing.

    Raises Invalid naming the entry.
    """
    data = read_setting_file(path, "reports", _wrong)
    put_phrasing(data, actor=_LOADER)
    return f"reports: {len(data)} kinds of phrasing"


@transaction.atomic
def put_phrasing(data: Mapping[str, Any], *, actor: Actor) -> None:
    """Put a district's phrasing in force. Raises NotPermitted, and Invalid naming the entry."""
    authorise(actor, "reports.setting.load")
    HELD.taken(data, _wrong)
    digest = HELD.keep(data)
    if digest:
        subject = Subject("reports.setting", "phrasing")
        record(subject, "reports.setting.loaded", {"digest": digest}, actor=actor)


def _wrong(entry: str, problem: str) -> Invalid:
    return Invalid(
        entry,
        _("报告用语设置有误：%(entry)s（%(problem)s）") % {"entry": entry, "problem": problem},
        _("请更正区的 reports 文件后重新载入。"),
    )
