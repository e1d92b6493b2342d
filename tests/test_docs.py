"""The documentation says what the code does: code blocks, names, links, numbers of records."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
BLOCK = re.compile(r"(?:<!-- from: (?P<file>\S+) -->\n)?```(?P<lang>\w*)\n(?P<body>.*?)\n```", re.S)
PARTS = re.findall(
    r"^### kernel/(\w+)\n(.*?)(?=^#)", (DOCS / "architecture.md").read_text("utf-8"), re.M | re.S
)


@pytest.mark.one_database
def test_every_block_of_the_guide_stands_in_the_file_that_it_names() -> None:
    text = (DOCS / "add-a-system.md").read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) >= 12
    for block in blocks:
        assert block["file"], f"no file is named for:\n{block['body'][:200]}"
        source = (ROOT / block["file"]).read_text(encoding="utf-8")
        assert f"\n{block['body']}\n" in f"\n{source}\n", f"{block['file']} has changed"


@pytest.mark.one_database
@pytest.mark.parametrize(("part", "text"), PARTS, ids=[part for part, _text in PARTS])
def test_names_in_the_map_of_the_code_are_what_the_part_offers(part: str, text: str) -> None:
    """Whatever stands in backticks and looks like a name is in the part's public.py."""
    named = {
        word for word in re.findall(r"`([A-Za-z_]+)`", text) if word not in {"path", "q", "save"}
    }
    if part == "audit":  # it offers pages only
        assert named == set()
        return
    offered = set(import_module(f"district.kernel.{part}.public").__all__)
    assert named
    assert named <= offered, f"not offered by kernel/{part}: {sorted(named - offered)}"


@pytest.mark.one_database
def test_the_map_of_the_code_names_every_register_and_every_part() -> None:
    from district.kernel.registry.ledger import declared_by

    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    section = text.split("## Registers\n")[1].split("\n\n")[0]
    keys = {row.key for row in declared_by("kernel") if row.kind == "register"}
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)?)`", section)) == keys
    parts = {path.name for path in (ROOT / "src/district/kernel").iterdir() if path.is_dir()}
    named = set(re.findall(r"^    kernel/(\w+) ", text, re.M))
    assert named == parts - {"__pycache__"}


@pytest.mark.one_database
@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    lost = [
        link
        for link in links
        if not re.match(r"[a-z]+:", link) and not (page.parent / link).exists()
    ]
    assert lost == []


@pytest.mark.one_database
def test_decisions_are_numbered_without_gaps_and_say_their_status() -> None:
    records = sorted((DOCS / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert numbers == list(range(1, len(records) + 1))
    for path, number in zip(records, numbers, strict=True):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. "), path.name
        assert re.search(r"^Status: (accepted|superseded by \[\d+\])", text, re.M), path.name
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, f"{path.name}: no {heading}"


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["tour", "tutorial", "README"])
def test_both_languages_have_the_same_shape(name: str) -> None:
    folder = ROOT if name == "README" else DOCS
    english, chinese = (
        (folder / f"{name}{ending}").read_text(encoding="utf-8") for ending in (".md", ".zh.md")
    )

    def shape(text: str) -> list[str]:
        return re.findall(r"^#+(?= )", text, re.M)

    def pictures(text: str) -> list[str]:
        found = re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
        return [one.replace(".zh.", ".") for one in found]

    assert shape(english) == shape(chinese)
    assert pictures(english) == pictures(chinese)


@pytest.mark.one_database
def test_pictures_are_light() -> None:
    heavy = [path.name for path in (DOCS / "images").glob("*.png") if path.stat().st_size > 400_000]
    assert heavy == []
