"""Photos that residents send with a form: on the disk at once, in a case once it is opened."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import (
    MOST_AT_A_STEP,
    Case,
    KeptFile,
    attach_kept,
    keep_picture,
    kept_small,
    reporter_with,
)
from district.kernel.history.public import Actor
from district.kernel.throttling.public import refuse_beyond
from district.systems.appeals.rates import PHOTO_BY_ADDRESS
from district.systems.appeals.rules.tickets import photo_kept, photo_of

#: So many photos go with one report.
MOST = MOST_AT_A_STEP


@dataclass(frozen=True)
class Photo:
    """A kept photo as a form shows it: `token` carries it, `shown` is the small one as a
    `data:` address, which stands in no log and needs no page of its own."""

    file: KeptFile
    token: str
    shown: str


@dataclass(frozen=True)
class Photos:
    """The photos of a form, and what is wrong with those that were not taken, in words."""

    kept: tuple[Photo, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[KeptFile, ...]:
        """The photos as a case takes them."""
        return tuple(photo.file for photo in self.kept)


def carried_photos(carried: Iterable[str], key: str) -> Photos:
    """The photos that a form carried back, those that are still there; nothing is written."""
    kept, gone = [], False
    for token in list(carried)[: MOST + 1]:
        found = photo_kept(token, key)
        photo = _photo(_file(found), key) if found is not None else None
        gone = gone or photo is None
        kept += [photo] if photo is not None else []
    problems = (_("有照片已经不在了。请重新选择后再提交。"),) if gone else ()
    return Photos(tuple(kept[:MOST]), problems)


def add_photos(
    photos: Photos, files: Iterable[tuple[str, bytes]], key: str, *, address: str
) -> Photos:
    """Keep what was chosen anew beside `photos`; what cannot be taken is named, the others stay.

    They are drawn anew and belong to no case yet: without one they are gone after a day. Raises
    TooMany, OSError on a full disk.
    """
    refuse_beyond((PHOTO_BY_ADDRESS, address))
    kept, problems = list(photos.kept), list(photos.problems)
    for name, content in files:
        if len(kept) == MOST:
            words = _("最多 %(most)s 张照片；“%(name)s”和其后的没有收下。")
            problems.append(words % {"most": MOST, "name": name[-60:]})
            break
        try:
            photo = _photo(keep_picture(name, content), key)
        except Invalid as error:
            problems.append(str(error))
        else:
            kept += [photo] if photo is not None else []
    return Photos(tuple(kept), tuple(problems))


def attach_photos(case: Case, code: str, files: Sequence[KeptFile]) -> int:
    """Attach kept photos as those of the reporter who holds the code; returns how many the case
    now has of them. Again changes nothing. Raises Invalid where the case has no room."""
    reporter = reporter_with(case.number, code) if files else None
    if reporter is None:
        return 0
    actor = Actor("public", str(reporter.pk))
    return len(attach_kept(case.pk, files, actor=actor, reporter=reporter))


def _photo(file: KeptFile, key: str) -> Photo | None:
    small = kept_small(file)
    if small is None:
        return None
    shown = f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
    return Photo(file, photo_of(list(astuple(file)), key), shown)


def _file(kept: list[str | int]) -> KeptFile:
    stored, name, content_type, size, sha256, is_image = kept
    return KeptFile(
        str(stored), str(name), str(content_type), int(size), str(sha256), bool(is_image)
    )
