"""A form says what is wrong, whoever found it; what is right goes on."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import moment_given, submitted


class Named(forms.Form):
    """One field."""

    name = forms.CharField(max_length=8)


def refused_by(error: Exception) -> Any:
    """A service that raises `error`."""

    def act(values: dict[str, Any]) -> None:
        raise error

    return act


def test_what_is_sent_and_right_is_made() -> None:
    assert submitted(Named({"name": "龙岗"}), lambda values: values["name"]) == "龙岗"


@pytest.mark.parametrize("data", [None, {}, {"name": "x" * 9}])
def test_nothing_is_made_of_what_was_not_sent_or_is_wrong(data: dict[str, str] | None) -> None:
    assert submitted(Named(data), refused_by(AssertionError("called"))) is None


@pytest.mark.parametrize(
    ("error", "at"),
    [
        (Invalid("name", "名称不对。", ""), "name"),
        (Invalid("elsewhere", "别处不对。", ""), "__all__"),
        (Conflict("已经登记过。"), "__all__"),
    ],
)
def test_a_refusal_stands_beside_its_field_or_above_the_form(error: Exception, at: str) -> None:
    form = Named({"name": "龙岗"})
    assert submitted(form, refused_by(error)) is None
    assert list(form.errors) == [at]
    assert str(error) in str(form.errors)


def test_a_missing_right_is_no_matter_of_the_form() -> None:
    with pytest.raises(NotPermitted):
        submitted(Named({"name": "龙岗"}), refused_by(NotPermitted("没有权限。")))


def test_a_moment_that_a_form_sends_is_local_and_aware_or_refused() -> None:
    wrong = Invalid("at", "no moment", "write one")
    found = moment_given(" 2025-09-22T09:50 ", wrong)
    assert found is not None
    assert found.isoformat() == "2025-09-22T09:50:00+08:00"
    assert moment_given("", wrong) is None
    with pytest.raises(Invalid, match="no moment"):
        moment_given("soon", wrong)
