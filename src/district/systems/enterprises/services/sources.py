"""Sources as the catalogue ranks them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.enterprises.models import Source
from district.systems.enterprises.selectors.catalogue import catalogue


def source_of(key: str) -> Source:
    """The source of that key; one that only the catalogue knows yet is made. Raises NotFound."""
    row = Source.objects.filter(key=key).first()
    if row is not None:
        return row
    entry = next((one for one in catalogue().sources if one.key == key), None)
    if entry is None:
        raise NotFound(_("没有名为 %(key)s 的数据来源。") % {"key": key})
    made, _new = Source.objects.get_or_create(
        key=key, defaults={"name": entry.name, "name_en": entry.name_en, "rank": entry.rank}
    )
    return made


@transaction.atomic
def put_sources() -> bool:
    """Bring the sources to what the catalogue says; whether a rank changed that facts hang on.

    A source that the catalogue has no more keeps its row and its rank: records refer to it.
    """
    turned = False
    known = {row.key: row for row in Source.objects.select_for_update()}
    for entry in catalogue().sources:
        row = known.get(entry.key)
        if row is None:
            row = Source(key=entry.key)
        elif row.rank != entry.rank:
            turned = True
        row.name, row.name_en, row.rank = entry.name, entry.name_en, entry.rank
        row.save()
    return turned
