"""Lists to choose from are drawn as Django draws them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from district.ui.renderer import Renderer

_WORDS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(["<b>", "a & b", "'\"", SafeString("<i>x</i>")]),
    st.integers(-5000, 5000),
    st.just(Decimal("1234.50")),
    st.just(datetime(2025, 1, 2, 3, 4, tzinfo=UTC)),
)
_OPTIONS = st.lists(st.tuples(_WORDS, _WORDS), max_size=4)
_CHOICES = st.lists(
    st.one_of(
        st.tuples(_WORDS, _WORDS),
        st.tuples(st.text(min_size=1, max_size=4), _OPTIONS),
        st.tuples(st.just("?<"), _OPTIONS),
    ),
    max_size=5,
)


def both(widget: forms.Widget, value: Any, attrs: dict[str, Any]) -> tuple[str, str]:
    """The widget as it is drawn here and as Django draws it."""
    ours = widget.render("na<me", value, attrs, renderer=Renderer())
    return ours, widget.render("na<me", value, attrs, renderer=DjangoTemplates())


@given(_CHOICES, _WORDS, st.booleans())
def test_a_list_to_choose_from_is_drawn_as_django_draws_it(
    choices: list[tuple[Any, Any]], value: Any, several: bool
) -> None:
    widget = (forms.SelectMultiple if several else forms.Select)(choices=choices)
    ours, theirs = both(widget, [value] if several else value, {"class": "a<b", "disabled": False})
    assert ours == theirs


@pytest.mark.parametrize("attrs", [{}, {"required": True}, {"size": 5, "data-x": None}])
def test_attributes_are_drawn_as_django_draws_them(attrs: dict[str, Any]) -> None:
    widget = forms.Select(choices=[("", gettext_lazy("请选择")), (None, "?"), (True, "是")])
    ours, theirs = both(widget, True, attrs)
    assert ours == theirs


def test_every_form_is_drawn_so() -> None:
    assert isinstance(get_default_renderer(), Renderer)
