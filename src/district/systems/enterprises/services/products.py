"""Products of enterprises: entered by hand, from files, and told by a firm itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.search.public import index
from district.systems.enterprises.models import Enterprise, Product
from district.systems.enterprises.names import MANUAL, PRODUCTS, SAVE_PRODUCT, SELF
from district.systems.enterprises.selectors.catalogue import vocabulary
from district.systems.enterprises.selectors.products import current_products
from district.systems.enterprises.selectors.rights import owned_enterprise
from district.systems.enterprises.services.sources import source_of
from district.systems.enterprises.services.telling import subject_of

_TEXTS = {"name": 120, "used_for": 200, "standard": 120, "unit": 16, "price_unit": 16}
_NUMBERS = ("capacity", "price_from", "price_to")
_COLUMNS = ("side", *_TEXTS, *_NUMBERS, "product_class", "is_public")
_MOST_TOLD = 200


def save_product_row(values: Mapping[str, Any], known: Product | None, actor: Actor) -> Product:
    """A row of an import file, by the register's field keys; `code` names the enterprise."""
    code = str(values.get("code") or "").strip().upper()
    row = Enterprise.objects.filter(code=code).first()
    if row is None:
        raise Invalid("code", _("没有这家企业。"), _("请先导入或登记这家企业。"))
    given = {key: value for key, value in values.items() if key not in ("code", "product")}
    return save_product(row.pk, given | {"name": values.get("product")}, actor=actor, known=known)


@transaction.atomic
def save_product(
    enterprise_id: UUID | str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    known: Product | None = None,
    source: str = MANUAL,
    version: int | None = None,
) -> Product:
    """Enter what an enterprise supplies or needs, or change it (`known`); `values` by column name.

    Without a product class the class is read from the name. What was ended is there again. Raises
    NotFound, NotPermitted, Invalid naming the field, Conflict where the enterprise has a product
    of that name already or somebody wrote since `version`.
    """
    enterprise = _locked(enterprise_id)
    authorise(actor, SAVE_PRODUCT, owned_enterprise(enterprise))
    row = known or Product(enterprise=enterprise)
    if row.enterprise_id != enterprise.pk:
        raise NotFound(_("这个产品不是这家企业的。"))
    if version is not None and row.version != version:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
    _set(row, values, source)
    alike = Product.objects.filter(enterprise=enterprise, side=row.side, name=row.name)
    if alike.exclude(pk=row.pk).exists():
        raise Conflict(_("这家企业已有同名的产品。"))
    _keep(row, enterprise, actor, is_new=known is None)
    return row


def _locked(enterprise_id: UUID | str) -> Enterprise:
    rows = Enterprise.objects.select_for_update(of=("self",)).select_related("lead_unit")
    found = rows.filter(pk=enterprise_id).first()
    if found is None:
        raise NotFound(_("没有这家企业。"))
    return found


def _set(row: Product, values: Mapping[str, Any], source: str) -> None:
    for key in _COLUMNS:
        if key in values:
            given = values[key]
            setattr(row, key, given.strip() if isinstance(given, str) else given)
    for key in (*_TEXTS, "product_class"):
        setattr(row, key, getattr(row, key) or "")
    row.is_public = row.is_public is not False
    _check(row)
    if values.get("product_class"):
        row.is_read = False
    elif not row.product_class or row.is_read:
        heads = sorted(vocabulary().read(row.name).heads)
        row.product_class, row.is_read = (heads[0] if heads else ""), bool(heads)
    row.source, row.told_on, row.ended_on = source_of(source), clock.today(), None


def _check(row: Product) -> None:
    if row.side not in Product.Side.values:
        raise Invalid("side", _("没有写明是供应还是需要。"), _("请从列表中选择。"))
    if len(row.name) < 2:
        raise Invalid("name", _("没有填写产品名称。"), _("请填写至少2个字。"))
    for key, most in _TEXTS.items():
        if len(getattr(row, key)) > most:
            raise Invalid(key, _("文字太长。"), _("请不超过 %(most)d 个字。") % {"most": most})
    if row.product_class and row.product_class not in vocabulary().by_code:
        raise Invalid("product_class", _("没有这个产品分类。"), _("请从列表中选择，或留空。"))
    for key in _NUMBERS:
        number = getattr(row, key)
        if number is not None and not 0 <= Decimal(number) < Decimal(10) ** 12:
            raise Invalid(key, _("数字超出范围。"), _("请填写不小于0的数。"))
    if row.capacity is not None and not row.unit:
        raise Invalid("unit", _("没有填写计量单位。"), _("请填写单位，例如“万只”。"))
    if None not in (row.price_from, row.price_to) and row.price_from > row.price_to:
        raise Invalid("price_to", _("最高价低于最低价。"), _("请核对两个价格。"))


def _keep(row: Product, enterprise: Enterprise, actor: Actor, *, is_new: bool) -> None:
    if is_new:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    _tell(row, enterprise, "added" if is_new else "changed", actor)


def _tell(row: Product, enterprise: Enterprise, verb: str, actor: Actor) -> None:
    index(PRODUCTS, [row.pk])
    data = {"code": enterprise.code, "side": row.side, "name": row.name,
            "class": row.product_class, "public": row.is_public, "source": row.source.key,
            "capacity": None if row.capacity is None else f"{row.capacity:f}",
            "unit": row.unit}  # fmt: skip
    record(subject_of(enterprise), f"enterprises.product.{verb}", data, actor=actor)


@transaction.atomic
def end_product(product_id: UUID | str, *, actor: Actor) -> Product:
    """Say that an enterprise supplies or needs something no more; it stays in history.

    Raises NotFound, NotPermitted, Conflict where it is ended already.
    """
    row = Product.objects.select_related("source").filter(pk=product_id).first()
    if row is None:
        raise NotFound(_("没有这个产品。"))
    enterprise = _locked(row.enterprise_id)
    authorise(actor, SAVE_PRODUCT, owned_enterprise(enterprise))
    if row.ended_on is not None:
        raise Conflict(_("这个产品已经停用。"))
    _end(row, enterprise, actor)
    return row


@transaction.atomic
def show_product(product_id: UUID | str, *, is_public: bool, actor: Actor) -> Product:
    """Say whether others may know of a product, whoever entered it; again it changes nothing.

    Raises NotFound, NotPermitted, Conflict where it is ended.
    """
    row = Product.objects.select_related("source").filter(pk=product_id).first()
    if row is None:
        raise NotFound(_("没有这个产品。"))
    enterprise = _locked(row.enterprise_id)
    authorise(actor, SAVE_PRODUCT, owned_enterprise(enterprise))
    if row.ended_on is not None:
        raise Conflict(_("这个产品已经停用。"))
    if row.is_public != is_public:
        row.is_public = is_public
        save_versioned(row, ["is_public"])
        _tell(row, enterprise, "changed", actor)
    return row


def _end(row: Product, enterprise: Enterprise, actor: Actor) -> None:
    row.ended_on = clock.today()
    save_versioned(row, ["ended_on"])
    _tell(row, enterprise, "ended", actor)


@transaction.atomic
def tell_products(
    enterprise_id: UUID | str,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: Actor,
    source: str = SELF,
) -> list[Product]:
    """Take over what a source, such as the firm itself, says that it supplies and needs: all of
    it, so what that source said before and says no more is ended.

    What a more trusted source said of a product of the same name stays as it is. Returns what is
    current. Raises NotFound, NotPermitted, Invalid naming the row (rows.3.name), Conflict where
    two rows have the same name.
    """
    enterprise = _locked(enterprise_id)
    authorise(actor, SAVE_PRODUCT, owned_enterprise(enterprise))
    if len(rows) > _MOST_TOLD:
        most = {"most": _MOST_TOLD}
        raise Invalid("rows", _("产品太多。"), _("请不超过 %(most)d 个。") % most)
    rank = source_of(source).rank
    there = {
        (one.side, one.name): one
        for one in Product.objects.filter(enterprise=enterprise).select_related("source")
    }
    told: set[tuple[str, str]] = set()
    for at, values in enumerate(rows, 1):
        key = (str(values.get("side", "")), str(values.get("name", "")).strip())
        if key in told:
            raise Conflict(_("“%(name)s”写了两次。") % {"name": key[1]})
        told.add(key)
        known = there.get(key)
        if known is not None and known.ended_on is None and known.source.rank < rank:
            continue
        row = known or Product(enterprise=enterprise)
        before = _state(row)
        _set_told(row, values, source, at)
        if known is None or _state(row) != before:
            _keep(row, enterprise, actor, is_new=known is None)
    for key, one in there.items():
        if key not in told and one.ended_on is None and one.source.key == source:
            _end(one, enterprise, actor)
    return list(current_products(enterprise.pk))


def _state(row: Product) -> tuple[Any, ...]:
    return tuple(getattr(row, key) for key in (*_COLUMNS, "source_id", "ended_on"))


def _set_told(row: Product, values: Mapping[str, Any], source: str, at: int) -> None:
    try:
        _set(row, values, source)
    except Invalid as error:
        raise Invalid(f"rows.{at}.{error.field}", error.problem, error.remedy) from error
