"""Sources: registered, suspended, and the secrets by which they are known."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.digests import keyed_digest
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Owned, authorise
from district.kernel.sensing import checks
from district.kernel.sensing.models import Source, SourceCredential
from district.kernel.sensing.names import SOURCE_MANAGE, subject
from district.kernel.sensing.services.common import locked, write

_MOST = 5
#: Not every connection writes; the page says when a secret was last used, to the minute.
_NOTED = timedelta(minutes=1)
LONGEST_OVERLAP = timedelta(days=7)


def digest_of(code: str, secret: str) -> str:
    """What is kept of a secret; without the installation's key nobody can try secrets on it."""
    return keyed_digest("sensing source", settings.SECRET_KEY, f"{code}\n{secret}").hex()


@transaction.atomic
def register_source(
    *,
    code: str,
    name: str,
    kind: str,
    lead_unit: str,
    actor: Actor,
    may_register: bool = False,
) -> Source:
    """Make a sender known; it can do nothing until it is given a secret.

    Raises Invalid naming the field, NotPermitted.
    """
    unit = checks.unit_code_of(lead_unit)
    authorise(actor, SOURCE_MANAGE, Owned(unit))
    code = checks.source_code_of(code)
    if Source.objects.filter(code=code).exists():
        raise Invalid("code", _("来源编号已经有了。"), _("请换一个编号。"))
    row = Source.objects.create(
        code=code,
        name=checks.text_of("name", name, 100, required=True),
        kind=checks.choice_of("kind", kind, Source.Kind.values),
        lead_unit_id=unit,
        may_register=may_register,
        created_at=clock.now(),
    )
    data = {"code": code, "name": row.name, "kind": row.kind, "unit": unit}
    data |= {"may_register": "yes" if may_register else "no"}
    record(subject("source", row.pk), "sensing.source.added", data, actor=actor)
    return row


@transaction.atomic
def change_source(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> Source:
    """Change `name`, `kind`, `lead_unit`, `may_register`, those that are given.

    The code stays: devices connect with it. Raises Invalid, NotPermitted, NotFound.
    """
    row = _managed(key, actor)
    news: dict[str, Any] = {}
    if "name" in values:
        news["name"] = checks.text_of("name", values["name"], 100, required=True)
    if "kind" in values:
        news["kind"] = checks.choice_of("kind", values["kind"], Source.Kind.values)
    if "may_register" in values:
        news["may_register"] = values["may_register"] is True
    if "lead_unit" in values:
        news["lead_unit_id"] = checks.unit_code_of(values["lead_unit"])
        authorise(actor, SOURCE_MANAGE, Owned(news["lead_unit_id"]))
    write(row, "source", news, actor=actor)
    return row


def _managed(key: int | str, actor: Actor) -> Source:
    row = locked(Source, key)
    authorise(actor, SOURCE_MANAGE, Owned(row.lead_unit_id))
    return row


@transaction.atomic
def suspend_source(key: int | str, *, actor: Actor) -> Source:
    """Let a source do nothing from its next connection or request on. Again changes nothing."""
    row = _managed(key, actor)
    write(row, "source", {"state": Source.State.SUSPENDED}, actor=actor)
    return row


@transaction.atomic
def resume_source(key: int | str, *, actor: Actor) -> Source:
    """Let a suspended source work again, with the secrets that it has."""
    row = _managed(key, actor)
    write(row, "source", {"state": Source.State.ACTIVE}, actor=actor)
    return row


@transaction.atomic
def issue_credential(key: int | str, *, actor: Actor) -> str:
    """A new secret beside those that are valid; the text is told here and kept nowhere.

    Raises Conflict where five are valid, NotPermitted, NotFound.
    """
    row = _managed(key, actor)
    if valid_credentials(row).count() >= _MOST:
        raise Conflict(_("有效的密钥已满5个。请先吊销不用的。"))
    return _issue(row, actor)


def _issue(row: Source, actor: Actor) -> str:
    secret = secrets.token_urlsafe(32)
    made = SourceCredential.objects.create(
        source=row,
        digest=digest_of(row.code, secret),
        hint=secret[:6],
        created_by=actor.name[:120],
        created_at=clock.now(),
    )
    data = {"credential": made.pk, "hint": made.hint}
    record(subject("source", row.pk), "sensing.credential.issued", data, actor=actor)
    return secret


@transaction.atomic
def rotate_credential(key: int | str, *, actor: Actor, overlap: timedelta = timedelta(0)) -> str:
    """A new secret in place of all others, which stay valid for `overlap` (at most seven days).

    The text is told here and kept nowhere. Raises Invalid, NotPermitted, NotFound.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Invalid("overlap", _("旧密钥最多保留7天。"), _("请填写0至168小时。"))
    row = _managed(key, actor)
    now = clock.now()
    old = valid_credentials(row)
    if overlap:
        until = now + overlap
        old.filter(Q(expires_at=None) | Q(expires_at__gt=until)).update(expires_at=until)
    else:
        old.update(revoked_at=now)
    data = {"overlap_seconds": int(overlap.total_seconds())}
    record(subject("source", row.pk), "sensing.credential.rotated", data, actor=actor)
    return _issue(row, actor)


@transaction.atomic
def revoke_credential(credential: UUID | str, *, actor: Actor) -> SourceCredential:
    """Let a secret open nothing any more, from now on; again changes nothing."""
    found = SourceCredential.objects.filter(pk=credential).first()
    if found is None:
        raise NotFound(_("没有这个密钥。"))
    # The source's lock holds its secrets too, as when they are rotated: never one before the other.
    _managed(found.source_id, actor)
    found.refresh_from_db()
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
        data = {"credential": found.pk, "hint": found.hint}
        record(subject("source", found.source_id), "sensing.credential.revoked", data, actor=actor)
    return found


def valid_credentials(row: Source) -> Any:
    """The secrets of a source that open something now."""
    now = clock.now()
    return row.credentials.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


def authenticate(code: str, secret: str) -> Source | None:
    """The active source that knows this secret; None for anybody else. One query, rarely two.

    Takes the same time whether the source or the secret is wrong.
    """
    now = clock.now()
    # No database can be asked for an empty character.
    asked = code[:40].replace("\0", "")
    rows = list(
        SourceCredential.objects.select_related("source").filter(
            Q(expires_at=None) | Q(expires_at__gt=now), source__code=asked, revoked_at=None
        )
    )
    sent = digest_of(code, secret)
    match = None
    for row in rows or [SourceCredential(digest="")]:
        if hmac.compare_digest(row.digest, sent):
            match = row
    if match is None or match.source.state != Source.State.ACTIVE:
        return None
    if match.last_used_at is None or now - match.last_used_at > _NOTED:
        SourceCredential.objects.filter(pk=match.pk).update(last_used_at=now)
    return match.source
