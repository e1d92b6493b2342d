"""What the shell's tests share."""

from __future__ import annotations

import pytest
from django.utils.translation import trans_real

from district.ui.messages import compile_catalogues


@pytest.fixture(scope="session")
def catalogues() -> None:
    """English as it stands in the catalogues now."""
    compile_catalogues()
    trans_real._translations.clear()  # type: ignore[attr-defined]  # the stubs leave it out
