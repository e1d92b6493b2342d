"""Sources that may send us messages, and the keys with which they do."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.keys import key_digest, new_key, note_use
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.kernel.warnings.cap import is_name
from district.kernel.warnings.models import Source, SourceKey
from district.kernel.warnings.names import MANAGE_SOURCES, SOURCE_SUBJECT
from district.kernel.warnings.services.entering import BY_HAND

_MOST_KEYS = 10


def source_subject(source: Source) -> Subject:
    """The reference of a source."""
    return Subject(SOURCE_SUBJECT, str(source.pk))


@transaction.atomic
def save_source(
    source: Source | None,
    *,
    name: str,
    senders: Sequence[str],
    actor: Actor,
    is_active: bool = True,
) -> Source:
    """Make a source known, or change it. A sender belongs to one source.

    Raises NotPermitted, and Invalid naming the field.
    """
    authorise(actor, MANAGE_SOURCES)
    words = " ".join(name.split())
    if not 1 <= len(words) <= 60:
        raise Invalid("name", _("来源名称须为1至60字。"), _("例如“市气象台”。"))
    others = Source.objects.exclude(pk=source.pk) if source else Source.objects.all()
    if others.filter(name=words).exists():
        raise Invalid("name", _("已有同名的来源。"), _("请换一个名称，或修改原有的来源。"))
    wanted = list(dict.fromkeys(each.strip() for each in senders if each.strip()))
    if not wanted or not all(is_name(each) and each != BY_HAND for each in wanted):
        raise Invalid(
            "senders",
            _("发送方标识不对。"),
            _("请填写报文中 sender 的值，每行一个，不含空格和逗号。"),
        )
    taken = {sender for other in others for sender in other.senders} & set(wanted)
    if taken:
        raise Invalid(
            "senders",
            _("发送方标识“%(sender)s”已属于另一个来源。") % {"sender": min(taken)},
            _("请先从那个来源中去掉。"),
        )
    row = source or Source(created_at=clock.now())
    row.name, row.senders, row.is_active = words, wanted, is_active
    row.save()
    data = {"name": words, "senders": wanted, "active": is_active}
    record(source_subject(row), "warnings.source.saved", data, actor=actor)
    return row


@transaction.atomic
def create_key(source_id: UUID | str, *, actor: Actor) -> str:
    """A new key for sending; the text is told here and kept nowhere. Raises NotFound, Conflict."""
    authorise(actor, MANAGE_SOURCES)
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotFound(_("没有这个来源。"))
    if source.keys.filter(revoked_at=None).count() >= _MOST_KEYS:
        raise Conflict(_("有效的令牌已满10个。请先吊销不用的。"))
    key = new_key("warn")
    row = SourceKey.objects.create(
        source=source,
        key_hash=key.digest,
        hint=key.hint,
        created_by=actor.name[:120],
        created_at=clock.now(),
    )
    data = {"key": row.pk, "hint": row.hint}
    record(source_subject(source), "warnings.key.created", data, actor=actor)
    return key.text


@transaction.atomic
def revoke_key(key_id: UUID | str, *, actor: Actor) -> SourceKey:
    """Let a key open nothing any more, from now on; again changes nothing."""
    authorise(actor, MANAGE_SOURCES)
    row = SourceKey.objects.select_for_update().filter(pk=key_id).first()
    if row is None:
        raise NotFound(_("没有这个令牌。"))
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        data = {"key": row.pk, "hint": row.hint}
        record(source_subject(row.source), "warnings.key.revoked", data, actor=actor)
    return row


def source_of_key(key: str) -> Source | None:
    """The source whose valid key this is, None for any other text."""
    found = (
        SourceKey.objects.select_related("source")
        .filter(key_hash=key_digest(key), revoked_at=None, source__is_active=True)
        .first()
    )
    if found is None:
        return None
    note_use(found)
    return found.source
