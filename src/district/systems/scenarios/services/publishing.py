"""Publishing a list as a numbered edition that never changes; who keeps which list."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.systems.scenarios.catalogue import catalogue, kind_of, list_of
from district.systems.scenarios.models import Edition, Entry, Keeper, Line
from district.systems.scenarios.names import LIST, LOAD_KEEPERS, publish_action
from district.systems.scenarios.rules.differences import difference, edition_digest
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.selectors.editions import contents_of, editions_of
from district.systems.scenarios.selectors.entries import keeper_of, public_content
from district.systems.scenarios.services.entries import is_over

LOADER = Actor.system("loader")
_STANDING = (Entry.State.READY, Entry.State.PUBLISHED)


def list_subject(list_key: str) -> Subject:
    """How history names a list."""
    return Subject(LIST, list_key)


@transaction.atomic
def publish_list(list_key: str, *, actor: Actor, note: str = "") -> Edition:
    """Publish what is put forward and not over as the next edition.

    Raises NotPermitted, Conflict where nothing differs from the edition before it, or somebody else
    publishes at the same moment.
    """
    spec, keeper = list_of(list_key), keeper_of(list_key)
    authorise(actor, publish_action(spec.key), Owned(keeper))
    kinds = [kind.key for kind in catalogue().kinds_of(spec.key)]
    rows = Entry.objects.filter(kind__in=kinds, state__in=_STANDING)
    today = clock.today()
    found = [
        entry
        for entry in rows.select_related("lead_unit", "street_unit").order_by("kind", "number")
        if not is_over(entry, today)
    ]
    contents = [public_content(entry, kind_of(entry.kind)) for entry in found]
    before = editions_of(spec.key).first()
    if difference(contents_of(before), contents).nothing:
        raise Conflict(_("与上一版没有不同，不需要发布。请先提交新的条目。"))
    number = before.number + 1 if before else 1
    edition = Edition(
        list_key=spec.key,
        number=number,
        published_at=clock.now(),
        lead_unit_id=keeper,
        note=note.strip()[:200],
        line_count=len(found),
        sha256=edition_digest(spec.key, number, before.sha256 if before else "", contents),
    )
    try:
        with transaction.atomic():
            edition.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("别人刚刚发布了一版。请刷新后再看。")) from error
    _lines(edition, found, contents)
    data = {"number": number, "lines": len(found), "sha256": edition.sha256}
    record(list_subject(spec.key), "scenarios.list.published", data, actor=actor)
    return edition


def _lines(edition: Edition, found: list[Entry], contents: list[dict[str, object]]) -> None:
    Line.objects.bulk_create(
        [
            Line(
                edition=edition,
                entry=entry,
                position=at,
                title=entry.title,
                kind=entry.kind,
                content=content,
            )
            for at, (entry, content) in enumerate(zip(found, contents, strict=True), start=1)
        ],
        batch_size=200,
    )
    kinds = [kind.key for kind in catalogue().kinds_of(edition.list_key)]
    Entry.objects.filter(kind__in=kinds).exclude(published_in=None).update(
        published_in=None, version=F("version") + 1
    )
    Entry.objects.filter(pk__in=[entry.pk for entry in found]).update(
        published_in=edition, state=Entry.State.PUBLISHED, version=F("version") + 1
    )


def load_keepers_file(path: Path) -> str:
    """Read `[keepers]` of the file that `district.toml` names; again it changes nothing."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found = data.get("keepers", {})
    return f"scenarios: {load_keepers(found, actor=LOADER)} keepers changed"


@transaction.atomic
def load_keepers(wanted: Mapping[str, str], *, actor: Actor) -> int:
    """Say which unit keeps which list or scheme; returns how many changed. Invalid for a unit or a
    key that there is not."""
    authorise(actor, LOAD_KEEPERS)
    units = Unit.objects.filter(is_active=True).in_bulk(list(wanted.values()))
    known = dict(Keeper.objects.values_list("key", "unit_id"))
    changed = 0
    for key, code in wanted.items():
        if key not in keys_to_keep():
            raise Invalid("keepers", _("没有清单或认定 %(key)s。") % {"key": key})
        if code not in units:
            raise Invalid("keepers", _("没有单位 %(code)s。") % {"code": code})
        if known.get(key) != code:
            Keeper.objects.update_or_create(key=key, defaults={"unit_id": code})
            record(Subject(LIST, key), "scenarios.list.kept", {"unit": code}, actor=actor)
            changed += 1
    return changed


def keys_to_keep() -> frozenset[str]:
    """The lists and recognition schemes that a unit may keep."""
    return frozenset(catalogue().lists) | frozenset(schemes())
