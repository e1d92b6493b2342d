"""Platforms of the city, and the keys with which they push orders."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.keys import key_digest, new_key, note_use
from district.kernel.history.public import Actor, Subject, protect, record
from district.kernel.organisation.public import Unit, authorise, root_code
from district.systems.appeals.city.models import CityPlatform, CityReturn, CityToken
from district.systems.appeals.city.rules import platform_url

_MOST_TOKENS = 10


def subject_of(platform: CityPlatform) -> Subject:
    """The reference of a platform."""
    return Subject("appeals.platform", str(platform.pk))


@transaction.atomic
def save_platform(
    platform: CityPlatform | None,
    *,
    name: str,
    url: str,
    actor: Actor,
    secret: str = "",
    centre: str = "",
    is_active: bool = True,
) -> CityPlatform:
    """Make a platform known, or change it; an empty `secret` leaves the present one.

    The name of a platform that has sent orders stays: their cases carry it. Raises Invalid,
    NotPermitted.
    """
    authorise(actor, "appeals.city.manage")
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise Invalid("name", _("平台名称须为1至40字。"), _("例如“12345”。"))
    named = CityPlatform.objects.filter(name=name)
    if (named.exclude(pk=platform.pk) if platform else named).exists():
        raise Invalid("name", _("已有同名的平台。"), _("请换一个名称，或修改原有的平台。"))
    row = platform or CityPlatform(created_at=clock.now())
    if platform and platform.name != name and platform.orders.exists():
        raise Invalid("name", _("该平台已有工单，名称不能再改。"), _("请另建一个平台。"))
    code = centre or root_code()
    if not Unit.objects.filter(pk=code, is_active=True).exists():
        raise Invalid("centre", _("没有这个单位。"), _("请从单位列表中选择。"))
    row.name, row.url, row.centre_unit_id = name, platform_url(url), code
    row.is_active = is_active
    if secret.strip():
        row.secret = protect(str(row.pk), secret.strip()[:500])
    row.save()
    if row.url:
        _send_by_itself(row)
    data = {"name": name, "url": row.url, "centre": code, "active": is_active}
    record(
        subject_of(row),
        "appeals.platform.saved",
        {**data, "secret_changed": bool(secret.strip())},
        actor=actor,
    )
    return row


def _send_by_itself(platform: CityPlatform) -> None:
    """What waited for somebody to carry it goes by itself once there is an address."""
    CityReturn.objects.filter(order__platform=platform, state=CityReturn.State.BY_HAND).update(
        state=CityReturn.State.WAITING, next_try_at=clock.now()
    )


@transaction.atomic
def create_token(platform_id: UUID | str, *, actor: Actor) -> str:
    """A new key for pushing orders; the text is told here and kept nowhere."""
    authorise(actor, "appeals.city.manage")
    platform = _platform(platform_id)
    if platform.tokens.filter(revoked_at=None).count() >= _MOST_TOKENS:
        raise Conflict(_("有效的令牌已满10个。请先吊销不用的。"))
    token = new_key("city")
    row = CityToken.objects.create(
        platform=platform,
        token_hash=token.digest,
        hint=token.hint,
        created_by=actor.name[:120],
        created_at=clock.now(),
    )
    record(
        subject_of(platform),
        "appeals.token.created",
        {"token": row.pk, "hint": row.hint},
        actor=actor,
    )
    return token.text


@transaction.atomic
def revoke_token(token_id: UUID | str, *, actor: Actor) -> CityToken:
    """Let a key open nothing any more, from now on; again changes nothing."""
    authorise(actor, "appeals.city.manage")
    row = CityToken.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if row is None:
        raise NotFound(_("没有这个令牌。"))
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        record(
            subject_of(row.platform),
            "appeals.token.revoked",
            {"token": row.pk, "hint": row.hint},
            actor=actor,
        )
    return row


def platform_of_token(token: str) -> CityPlatform | None:
    """The platform whose valid key this is, None for any other text."""
    found = (
        CityToken.objects.select_related("platform")
        .filter(token_hash=key_digest(token), revoked_at=None, platform__is_active=True)
        .first()
    )
    if found is None:
        return None
    note_use(found)
    return found.platform


def _platform(platform_id: UUID | str) -> CityPlatform:
    found = CityPlatform.objects.filter(pk=platform_id).first()
    if found is None:
        raise NotFound(_("没有这个平台。"))
    return found
