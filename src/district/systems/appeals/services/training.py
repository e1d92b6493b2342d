"""Training the suggestion of matters from what people decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from district.kernel.base.errors import Conflict
from district.kernel.cases.public import Case, CaseStep
from district.systems.appeals.names import TYPE
from district.systems.appeals.selectors.matters import catalogue_in_use
from district.systems.appeals.suggesting.training import (
    CONFIRMED,
    OVERRULED,
    Example,
    starter_examples,
    train,
)

#: The newest so many handled appeals; older ones speak of matters as they were.
_MOST = 50_000


def model_path() -> Path:
    """Where the model that this installation trained lies; the starter is used without it."""
    path: Path = settings.VAR / "appeals-model.npz"
    return path


def handled_examples() -> list[Example]:
    """The appeals that are over, with the matter that a person settled on.

    One whose matter a person changed weighs more: there the suggestion was wrong. Texts that
    were anonymised stay: names and numbers are masked in them.
    """
    overruled = set(
        CaseStep.objects.filter(case__type_key=TYPE, data__has_key="matter_before")
        .exclude(data__matter_before="")
        .values_list("case_id", flat=True)
    )
    rows = (
        Case.objects.filter(type_key=TYPE, category=Case.Category.DONE)
        .exclude(matter="")
        .order_by("-reported_at")
        .values_list("pk", "text", "matter")[:_MOST]
    )
    return [
        Example(text, matter, OVERRULED if key in overruled else CONFIRMED)
        for key, text, matter in rows
    ]


def train_from_handled(*, seed: int = 0) -> Iterator[str]:
    """Train a model from the starter examples and the handled appeals, and put it into use.

    Yields lines for people. The running server takes it up by itself. Raises Conflict before a
    catalogue is published.
    """
    catalogue = catalogue_in_use()
    if catalogue is None:
        raise Conflict("there is no catalogue of matters yet; load the district first")
    known = {matter.code for matter in catalogue.matters}
    handled = [example for example in handled_examples() if example.matter in known]
    yield f"{len(handled)} handled appeals, {len(starter_examples())} starter examples"
    model = train((*starter_examples(), *handled), catalogue, seed=seed)
    model.save(model_path())
    yield f"model written: {model_path().name}"
