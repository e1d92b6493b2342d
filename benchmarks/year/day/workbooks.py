"""A workbook as a statistics bureau sends it: growth of investment by months."""

from __future__ import annotations

import io
import random
from datetime import datetime

from openpyxl import Workbook

from benchmarks.year.day.forms import Photo


def growth_workbook(now: datetime, rng: random.Random) -> Photo:
    """Of the year so far, up to the month before; the layout `investment_growth`."""
    last = max(now.month - 1, 2)
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101  # a new workbook has one
    sheet.append([f"{now.year}年固定资产投资各月增速", *[None] * (last - 1)])
    sheet.append(["指标", *(f"1-{month}月" for month in range(2, last + 1))])
    sheet.append(["固定资产投资", *(round(rng.uniform(1, 9), 1) for _month in range(2, last + 1))])
    out = io.BytesIO()
    book.save(out)
    return Photo("固定资产投资各月增速（推演）.xlsx", out.getvalue())
