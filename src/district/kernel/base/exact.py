"""Exact numbers. SQLite keeps decimals as floats, so money and measures are scaled integers."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# 64 bits hold 9.2e18; six places leave 9.2e12 before the point, enough for 亿元 and for yuan.
_LARGEST = 2**63 - 1


class ExactDecimalField(models.BigIntegerField):  # type: ignore[type-arg]  # the stubs' type parameters name int, this field speaks Decimal
    """A Decimal stored as an integer scaled by 10**places; sums and order are exact in SQL.

    More decimal places than `places` are rounded half-even; a value too large is a
    ValidationError. Aggregates: `Sum`, `Min` and `Max` keep the scale; an average does not
    belong in SQL (divide the sum by the count in Python).
    """

    description = "Exact decimal"
    # What the type checker's Django plugin takes for reading and writing the attribute.
    _pyi_private_get_type: Decimal  # type: ignore[assignment]  # the base field's is int
    _pyi_private_set_type: Any
    _pyi_lookup_exact_type: Any

    def __init__(self, *args: Any, places: int = 6, **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.places != 6:
            kwargs["places"] = self.places
        return name, path, args, kwargs

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise ValidationError(_("请填写数字，例如 12.5"), code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        if hasattr(value, "resolve_expression"):
            return value
        number = self.to_python(value)
        if number is None or not number.is_finite():
            raise ValidationError(_("请填写数字，例如 12.5"), code="invalid")
        scaled = int(number.scaleb(self.places).to_integral_value(rounding=ROUND_HALF_EVEN))
        if abs(scaled) > _LARGEST:
            raise ValidationError(_("数字过大，请换用更大的计量单位"), code="invalid")
        return scaled

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    @property
    def validators(self) -> list[Any]:
        """None of the integer's range validators: they would compare unscaled numbers."""
        return []

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return models.Field.formfield(self, form_class=forms.DecimalField, **kwargs)
