"""How single values are written: years, and codes that people read as labels."""

from __future__ import annotations

from district.kernel.registers.cells import cell_of, json_row, text_of
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.tests.models import Site

YEAR = Field("year", "年度", "integer", kind="year")
THEME = Field("theme", "主题", "code", label_of={"water": "水务"}.get)  # type: ignore[arg-type]  # every key of the test is there


def test_a_year_is_written_without_a_mark_of_thousands() -> None:
    cell = cell_of(YEAR, {"year": 2024})
    assert (cell.draw, cell.text) == ("year", "2024")


def test_a_code_with_labels_is_read_as_its_label_and_sent_as_its_code() -> None:
    register = Register(
        key="themed",
        label="主题",
        model=Site,
        view_action="registers.read",
        owned=None,
        title="theme",
        sort=("theme",),
        url=lambda values: f"/{values['id']}/",
        subject=lambda _values: None,  # type: ignore[arg-type,return-value]  # no history is read
        fields=(THEME,),
    )
    row = {"id": "1", "theme": "water"}
    assert text_of(THEME, row) == "水务"
    answer = json_row(register, (THEME,), row)
    assert (answer["values"]["theme"], answer["labels"]["theme"]) == ("water", "水务")
