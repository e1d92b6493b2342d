"""Publishing case types: each version is kept for good before a case follows it."""

from __future__ import annotations

from django.db import transaction

from district.kernel.base import clock
from district.kernel.cases.models import CaseTypeVersion
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.types import case_types, content_of
from district.kernel.history.public import Actor, Subject, record

_known: set[str] = set()
ACTOR = Actor.system("cases.publisher")


def ensure_published(case_type: CaseType) -> None:
    """Keep the version of a declared type, once; free where this process has seen it kept."""
    if case_type.version not in _known:
        _publish(case_type)


@transaction.atomic
def _publish(case_type: CaseType) -> None:
    version = case_type.version
    _row, made = CaseTypeVersion.objects.get_or_create(
        version=version,
        defaults={
            "key": case_type.key,
            "content": content_of(case_type),
            "published_at": clock.now(),
        },
    )
    if made:
        record(
            Subject("cases.type", case_type.key),
            "cases.type.published",
            {"version": version},
            actor=ACTOR,
        )
    transaction.on_commit(lambda: _known.add(version))


def publish_case_types() -> None:
    """Keep the present version of every declared type."""
    for case_type in case_types():
        ensure_published(case_type)
