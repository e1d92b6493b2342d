"""Every type's people are forgotten in their time, by the kernel or by their system."""

from __future__ import annotations

import pytest

from district.kernel.base.masking import without_numbers
from district.kernel.cases import forgetting
from district.kernel.cases.types import case_types


def test_every_type_is_forgotten_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr(
        forgetting, "anonymise_due", lambda mask, *, type_key: bool(asked.update({type_key: mask}))
    )
    forgetting.forget_due()
    own = {key for key, mask in forgetting._MASKS.items() if mask is None}
    assert {one.key for one in case_types()} == set(asked) | own
    assert not set(asked) & own
    assert asked["enterprise_request"] is without_numbers


def test_a_type_has_one_mask() -> None:
    with pytest.raises(ValueError, match="two masks"):
        forgetting.declare_mask("appeal", str.upper)
