"""How many files a case may hold, and for how long one may be taken back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid

#: Files of one person at one step (or outside any), and of all people in one case.
MOST_AT_A_STEP = 9
MOST_IN_A_CASE = 60
#: Bytes that the files of one case may take together.
LARGEST_CASE = 300 * 1024 * 1024
#: Whoever attached a file may take it back so long.
TAKE_BACK = timedelta(hours=1)
FIELD = "files"


@dataclass(frozen=True, slots=True)
class Held:
    """A file that a case holds, as far as its limits go; `whose` names person and step."""

    whose: tuple[str, str, str]
    size: int


def refuse_unless_room(held: Iterable[Held], new: Held) -> None:
    """Invalid where the case, or this person at this step, has no room for one more file."""
    rows = list(held)
    if sum(1 for row in rows if row.whose == new.whose) >= MOST_AT_A_STEP:
        raise Invalid(
            FIELD,
            _("每人每个环节最多上传 %(most)s 个文件。") % {"most": MOST_AT_A_STEP},
            _("请只选最能说明情况的。"),
        )
    if len(rows) >= MOST_IN_A_CASE:
        raise Invalid(
            FIELD,
            _("本单最多 %(most)s 个文件，已满。") % {"most": MOST_IN_A_CASE},
            _("请在办理说明中写明，或联系受理中心。"),
        )
    if sum(row.size for row in rows) + new.size > LARGEST_CASE:
        raise Invalid(
            FIELD,
            _("本单的文件合计超过 %(most)s MB。") % {"most": LARGEST_CASE // (1024 * 1024)},
            _("请压缩后再上传。"),
        )
