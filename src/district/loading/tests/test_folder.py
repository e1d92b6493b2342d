"""A folder that cannot be loaded is refused in one line that names the file and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.loading.demo.acts import ActError, read_acts, read_filings
from district.loading.folder import FolderError, read_folder
from district.loading.tests.conftest import DEMO, LONGGANG, TOML, MakeFolder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code = ", "TOML"),
        (TOML.replace('code = "9"', ""), "code is missing"),
        (TOML.replace('name = "试验区"', "name = 7"), "name is missing"),
        (TOML.replace("units.csv", "nothing.csv"), "nothing.csv is named"),
        (TOML.replace("units.csv", "../../etc/passwd"), "outside"),
        (TOML.replace("year = 2025", 'year = "2025"'), "four-digit"),
        (TOML.replace('calendars = "calendars"', 'calendars = "none"'), "no such folder"),
        (TOML.replace("[[reports]]", "[reports]"), "[[reports]]"),
        (TOML + DEMO.replace("2025-09-26T09:00:00+08:00", "2025-09-26"), "offset"),
        (TOML + DEMO.replace("2025-09-26T09:00:00+08:00", "soon"), "no ISO time"),
        (TOML + DEMO.replace("2025-09-26", "2024-09-26"), "later"),
        (TOML + DEMO.replace('members = "members.csv"', ""), "members is missing"),
    ],
)
def test_what_is_wrong_with_the_folder_is_said(folder: MakeFolder, text: str, said: str) -> None:
    with pytest.raises(FolderError, match=r"district\.toml") as caught:
        folder({"district.toml": text})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_its_toml_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="not found"):
        read_folder(tmp_path)
    (tmp_path / "district.toml").write_bytes(b"\xff\xfe code")
    with pytest.raises(FolderError, match="cannot be read"):
        read_folder(tmp_path)


def test_the_fingerprint_follows_the_content_of_every_file(folder: MakeFolder) -> None:
    before = folder().fingerprint()
    assert folder().fingerprint() == before
    assert folder({"report.md": "# other"}).fingerprint() != before


def test_the_standard_work_calendars_stand_unless_the_folder_states_its_own(
    folder: MakeFolder,
) -> None:
    own = TOML + '\n[[work_calendars]]\nkey = "working_hours"\nkind = "working_hours"\n'
    own += 'name = "工时"\nhours = [["08:30", "12:00"]]\n'
    assert [one.key for one in folder().work_calendars] == ["24x7", "working_days", "working_hours"]
    hours = {one.key: one.hours for one in folder({"district.toml": own}).work_calendars}
    assert hours["working_hours"] == (("08:30", "12:00"),)


def test_longgang_is_sound() -> None:
    source = read_folder(LONGGANG)
    assert source.demo is not None
    assert len(source.calendars) >= 3
    assert source.facts["city"] == "深圳市"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2025-13-01 09:00,a,publish", "no moment"),
        ("2025-03-01 09:00,a,", "do is missing"),
        ("2025-03-01 09:00,a,publish,x", "more cells"),
    ],
)
def test_a_bad_line_of_the_demo_is_named(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "acts.csv"
    path.write_text(f"at,by,do\n{row}\n", encoding="utf-8")
    with pytest.raises(FolderError, match=rf"acts\.csv:2: .*{said}"):
        read_acts(path)


def test_a_row_of_filings_becomes_its_steps(tmp_path: Path) -> None:
    path = tmp_path / "filings.csv"
    path.write_text(
        "of,period,value,filed,reviewed,signed_off,returned,reason\n"
        "学位,2025-02,9,2025-03-04 10:00,2025-03-05 10:00,,2025-03-06 10:00,查明\n",
        encoding="utf-8",
    )
    acts = read_filings(path)
    assert [act.do for act in acts] == ["file", "review", "return"]
    assert acts[0].day("period").isoformat() == "2025-02-28"
    assert acts[2].text("reason") == "查明"
    assert len({act.key for act in acts}) == 3


def test_details_are_read_by_kind_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "acts.toml"
    path.write_text(
        '[[act]]\nat = "2025-03-01 09:00"\ndo = "x"\ndays = 3\nshare = 0.5\nlist = ["a", "b"]\n'
        'day = "2025-02-30"\n',
        encoding="utf-8",
    )
    (act,) = read_acts(path)
    assert act.whole("days") == 3
    assert act.many("list") == ["a", "b"]
    for read, name in ((act.whole, "share"), (act.number, "list"), (act.day, "day")):
        with pytest.raises(ActError, match=name):
            read(name)
    with pytest.raises(ActError, match="absent is missing"):
        act.text("absent")
