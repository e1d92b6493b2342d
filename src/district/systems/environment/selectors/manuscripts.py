"""生态环境考核情况 of a month as a document."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.registers.public import Figure
from district.kernel.reports.files import (
    DASH,
    Manuscript,
    Number,
    Part,
    day_words,
    manuscript_of,
)
from district.systems.environment.selectors.monthly import Block, Monthly


def monthly_manuscript(found: Monthly) -> Manuscript:
    """The month in a few sentences, its tables, and the sections that miss their target."""
    parts = [
        Part(
            block.title,
            (block.name, *(_headed(block, at) for at in range(len(block.columns)))),
            [(name, *cells) for name, cells in block.lines],
            note=block.note, empty=_("这个月没有数据。"),
        )
        for block in found.blocks
    ]  # fmt: skip
    heads = (_("断面"), _("河流"), _("目标类别"), _("水质类别"), _("超标项目"))
    missing = [
        (
            Number(row.section.name, row.get_absolute_url()),
            row.section.river,
            row.get_target_display(),
            row.get_water_class_display() or DASH,
            row.failing_words,
        )
        for row in found.missing
    ]
    parts.append(Part(_("未达标断面"), heads, missing, empty=_("没有未达标的考核断面。")))
    title = _("%(year)s年%(month)s月生态环境考核情况") % {
        "year": found.first.year, "month": found.first.month,
    }  # fmt: skip
    return manuscript_of(title, found.lead, parts, dated=day_words(found.last))


def _headed(block: Block, at: int) -> str:
    """A column's name with its unit, where its cells have one."""
    cells = [row[at] for _name, row in block.lines]
    units = {str(cell.unit) for cell in cells if isinstance(cell, Figure)} - {""}
    name = block.columns[at]
    return f"{name}（{units.pop()}）" if len(units) == 1 else name
