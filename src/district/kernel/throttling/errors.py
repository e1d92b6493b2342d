"""The refusal of somebody who does too much."""

from __future__ import annotations

import math

from django.utils.translation import ngettext

from district.kernel.base.errors import DistrictError


class TooMany(DistrictError):
    """Something was done too often; `seconds` is how long to wait."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(wait_words(seconds))


def wait_words(seconds: int) -> str:
    """How long to wait, in words: seconds below two minutes, else minutes rounded up."""
    if seconds < 120:
        return ngettext(
            "操作过于频繁，请在%(n)d秒后再试。", "操作过于频繁，请在%(n)d秒后再试。", seconds
        ) % {"n": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "操作过于频繁，请在%(n)d分钟后再试。", "操作过于频繁，请在%(n)d分钟后再试。", minutes
    ) % {"n": minutes}
