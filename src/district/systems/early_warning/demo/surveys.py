"""Two radar surveys: the first finds voids, some are put right, the second looks again."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw

from district.kernel.base import clock
from district.kernel.cases.public import Case, perform, perform_with_files
from district.kernel.organisation.public import Role, Unit, actor_for, members_acting
from district.systems.early_warning.models import RoadVoid
from district.systems.early_warning.names import SYSTEM, VOID
from district.systems.early_warning.services.surveys import match_survey, save_survey, save_void

_MARK = "（演示）"
_NUMBERS = ("lon", "lat", "depth", "length", "width", "height")
#: The share of voids that is put right before the next survey, and that is accepted at least.
_RIGHT, _ACCEPTED = 0.6, 0.85


def play_surveys(data: dict[str, Any], rows: list[dict[str, Any]], ends: datetime) -> None:
    """Enter each survey on its day, take its voids in, compare, and let the streets work."""
    if not Unit.objects.filter(pk=data["road_unit"]).exists():
        return
    surveys = data.get("surveys", ())
    for at, given in enumerate(surveys):
        day = (ends - timedelta(days=given["days"])).replace(hour=9, minute=30)
        with clock.moved_to(day + timedelta(days=1)):
            survey = save_survey(
                {
                    **given,
                    "lead_unit": data["road_unit"],
                    "surveyed_on": day.date(),
                    "kilometres": Decimal(str(given["kilometres"])),
                    "roads": "\n".join(given["roads"]),
                },
                None,
                SYSTEM,
            )
            for row in rows:
                if row["survey"] == survey.number:
                    save_void(_typed(row), None, SYSTEM)
            match_survey(survey.pk, actor=SYSTEM)
        if at + 1 < len(surveys):
            _work(day + timedelta(days=3))


def _typed(row: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {key: value for key, value in row.items() if value != ""}
    return {**given, **{key: Decimal(given[key]) for key in _NUMBERS if key in given}}


def _work(begins: datetime) -> None:
    """The streets accept most voids and put right many, each with a picture."""
    cases = list(Case.objects.filter(type_key=VOID).order_by("grade", "number"))
    for at, case in enumerate(cases):
        actors = members_acting([case.lead_unit_id], [Role.OFFICER]).order_by("name").first()
        if actors is None or case.stage != "assigned" or at > _ACCEPTED * len(cases):
            continue
        actor = actor_for(actors)
        with clock.moved_to(begins + timedelta(hours=at)):
            perform(case.pk, "accept", actor=actor)
        if at > _RIGHT * len(cases):
            continue
        void = RoadVoid.objects.filter(case=case).first()
        words = f"已开挖回填并恢复路面，{void.position if void else ''}。{_MARK}"
        with clock.moved_to(begins + timedelta(days=5, hours=at)):
            perform_with_files(
                case.pk,
                "finish",
                [("整治后.jpg", _photo(at))],
                actor=actor,
                data={"result": words},
            )


def _photo(at: int) -> bytes:
    """An invented picture: a mended road, another one each time."""
    image = Image.new("RGB", (320, 240), (96 + at % 40, 98, 102))
    pen = ImageDraw.Draw(image)
    pen.rectangle((60 + at % 30, 70, 260, 170), fill=(44, 44, 48))
    pen.line((0, 200, 320, 190), fill=(240, 240, 240), width=6)
    pen.text((12, 10), f"DEMO {at}", fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
