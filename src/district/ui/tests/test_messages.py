"""Catalogues: nothing that people see stays untranslated."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

import polib
import pytest

from district.ui import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("牵头单位")
B = ngettext("%(n)d 天", "%(n)d 天", 2)
C = pgettext("light", "正常")
D = _("long " "中文" " text")
E = "没有标记的不取"
F = _("plain English is nobody's message id")
"""
TEMPLATE = """{% load i18n %}
<c-card title="{% translate '承诺清单' %}">{# {% translate "注释里的不取" %} #}
    {% blocktranslate count n=n %}{{ day }} 一项{% plural %}{{ n }} 项{% endblocktranslate %}
  {% translate "约束性" context "nature" %} 完成 100%，don't
</c-card>
{% blocktranslate trimmed %}
  完成 {{ share }}%
{% endblocktranslate %}
"""


@cache
def missing() -> list[messages.Problem]:
    """What the product's own catalogues lack; its sources are read once for all apps."""
    return messages.missing_messages()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one app, and a module outside any app."""
    app = tmp_path / "kernel/plan"
    (app / "templates/plan").mkdir(parents=True)
    (app / "tests").mkdir()
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui/apps.py").write_text("", encoding="utf-8")
    (app / "apps.py").write_text("", encoding="utf-8")
    (app / "rules.py").write_text(PYTHON, encoding="utf-8")
    (app / "tests/test_x.py").write_text('_("测试里的不取")', encoding="utf-8")
    (app / "templates/plan/list.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "settings.py").write_text('_("中文")', encoding="utf-8")
    return tmp_path


def texts(package: Path, app: str) -> set[tuple[str, str]]:
    return set(messages.messages_of(package)[package / app])


def test_every_marked_sentence_is_found_and_nothing_else(package: Path) -> None:
    assert texts(package, "kernel/plan") == {
        ("", "牵头单位"),
        ("", "%(n)d 天"),
        ("light", "正常"),
        ("", "long 中文 text"),
        ("", "承诺清单"),
        ("", "%(day)s 一项"),
        ("nature", "约束性"),
        ("", "完成 %(share)s%%"),
    }


def test_a_sentence_outside_any_app_belongs_to_the_shell(package: Path) -> None:
    assert texts(package, "ui") == {("", "中文")}


def test_extraction_adds_keeps_and_removes(package: Path) -> None:
    assert messages.extract(package) == {"kernel/plan": 8, "ui": 1}
    path = package / "kernel/plan" / messages.CATALOGUE
    catalogue = polib.pofile(str(path))
    entry = catalogue.find("牵头单位")
    assert entry is not None
    entry.msgstr = "Lead unit"
    catalogue.save()
    (package / "kernel/plan/templates/plan/list.html").unlink()
    assert messages.extract(package)["kernel/plan"] == 0
    left = polib.pofile(str(path))
    assert {each.msgid for each in left} == {"牵头单位", "%(n)d 天", "正常", "long 中文 text"}
    assert left.find("牵头单位").msgstr == "Lead unit"  # type: ignore[union-attr]  # it was found above


def test_functions_under_another_name_count_and_marks_between_words_are_kept(
    package: Path,
) -> None:
    messages.extract(package)
    path = package / "kernel/plan" / messages.CATALOGUE
    catalogue = polib.pofile(str(path))
    catalogue.append(polib.POEntry(msgid="、", msgstr=", "))
    catalogue.save()
    renamed = 'from django.utils.translation import gettext as _now\nA = _now("本年累计")\n'
    (package / "kernel/plan/forms.py").write_text(renamed, encoding="utf-8")
    assert messages.extract(package)["kernel/plan"] == 1
    left = polib.pofile(str(path))
    assert left.find("本年累计") is not None
    assert left.find("、") is not None


def test_missing_and_unsound_translations_are_named(package: Path) -> None:
    messages.extract(package)
    path = package / "kernel/plan" / messages.CATALOGUE
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        entry.msgstr = "done"
        if entry.msgid_plural:
            entry.msgstr, entry.msgstr_plural = "", {0: "one", 1: "%(n)d days"}
    catalogue.find("承诺清单").msgstr = "承诺 list"  # type: ignore[union-attr]  # it is there
    catalogue.find("正常", msgctxt="light").msgstr = ""  # type: ignore[union-attr]  # it is there
    catalogue.save()
    problems = {
        problem.text: problem.what
        for problem in messages.missing_messages(package)
        if problem.app == "kernel/plan"
    }
    assert problems["正常"] == "is not translated"
    assert "placeholders" in problems["完成 %(share)s%%"]
    assert "Chinese" in problems["承诺清单"]
    assert "牵头单位" not in problems
    assert "%(n)d 天" not in problems


def test_a_compiled_catalogue_speaks_english(package: Path) -> None:
    messages.extract(package)
    path = package / "kernel/plan" / messages.CATALOGUE
    catalogue = polib.pofile(str(path))
    catalogue.find("牵头单位").msgstr = "Lead unit"  # type: ignore[union-attr]  # it is there
    catalogue.save()
    written = messages.compile_catalogues(package)
    assert path.with_suffix(".mo") in written
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("牵头单位") == "Lead unit"
    assert compiled.gettext("承诺清单") == "承诺清单"


@pytest.mark.parametrize("app", [messages.name_of(each) for each in messages.apps()])
def test_an_app_is_translated_completely(app: str) -> None:
    problems = [str(each) for each in missing() if each.app == app]
    assert not problems, "\n".join(problems)
