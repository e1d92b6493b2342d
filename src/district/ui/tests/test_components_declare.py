"""A component reads what it is given and nothing else: a page's variable of the same name would be
printed by whatever component stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from district import ui

FOLDER = Path(ui.__file__).parent / "templates" / "cotton"
#: What every template is given.
_GIVEN = {"slot", "attrs", "forloop", "request", "shell", "True", "False", "None"}
_WORDS = {"and", "or", "not", "in", "is"}
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAME = re.compile(r"(?<![.|:\w])[a-z_]+")


def read_undeclared(template: str) -> set[str]:
    """The names that a component's template reads and neither declares nor makes."""
    head = re.search(r"<c-vars(.*?)/?>", template, re.DOTALL)
    given = set(re.findall(r":?([a-z_]+)(?==|\s|$)", _TEXT.sub('""', head[1]) if head else ""))
    body = re.sub(r"<c-vars.*?>|{% comment %}.*?{% endcomment %}", "", template, flags=re.DOTALL)
    for names in re.findall(r"{% for ([a-z_, ]+) in", body):
        given |= {name.strip() for name in names.split(",")}
    given |= set(re.findall(r" as ([a-z_]+) %}", body))
    given |= set(re.findall(r"\b([a-z_]+)=", " ".join(re.findall(r"{% \w+ (.*?) %}", body))))
    read = set(re.findall(r"{{\s*([a-z_]+)", body))
    read |= set(re.findall(r"{% for [a-z_, ]+ in ([a-z_]+)", body))
    for condition in re.findall(r"{% (?:if|elif) (.*?) %}", body):
        read |= set(_NAME.findall(_TEXT.sub("", condition))) - _WORDS
    return read - given - _GIVEN


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.html")), ids=lambda path: path.stem)
def test_a_component_reads_only_what_it_declares(path: Path) -> None:
    assert read_undeclared(path.read_text(encoding="utf-8")) == set()


def test_a_name_from_the_page_is_found() -> None:
    assert read_undeclared('<c-vars title="" />\n<h1>{{ title }}</h1>{{ facts }}') == {"facts"}
