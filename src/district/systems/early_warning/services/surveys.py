"""Radar surveys: entered, their voids taken in and graded, matched with those of earlier ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import Case, Report, perform, report_case
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.early_warning.models import RoadSurvey, RoadVoid
from district.systems.early_warning.names import (
    SAVE_SURVEY,
    SURVEY,
    SYSTEM,
    VOID,
    VOID_SUBJECT,
)
from district.systems.early_warning.rules.grading import GradeRule, grade_of
from district.systems.early_warning.rules.matching import VoidPlace, same_voids
from district.systems.early_warning.selectors.rights import owned_survey
from district.systems.early_warning.services.placing import areas_at, put_values
from district.systems.early_warning.terms import terms

Standing = RoadVoid.Standing
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,29}")
_SURVEY_COLUMNS = {
    "number": "number",
    "title": "title",
    "lead_unit": "lead_unit_id",
    "firm": "firm",
    "surveyed_on": "surveyed_on",
    "kilometres": "kilometres",
}
_VOID_COLUMNS = {
    "code": "code",
    "road": "road",
    "position": "position",
    "lon": "lon",
    "lat": "lat",
    "kind": "kind",
    "depth": "depth",
    "length": "length",
    "width": "width",
    "height": "height",
}
_MOST_ROADS = 300


def survey_subject(survey: RoadSurvey) -> Subject:
    """The reference of a survey."""
    return Subject(SURVEY, str(survey.pk))


@transaction.atomic
def save_survey(values: Mapping[str, Any], known: RoadSurvey | None, actor: Actor) -> RoadSurvey:
    """Enter a survey (`known` is None) or change one whose voids are not compared yet.

    `roads` is a text, the names separated by commas, semicolons or lines. Raises NotPermitted,
    Invalid naming the field, Conflict.
    """
    row = known or RoadSurvey()
    if known is not None:
        authorise(actor, SAVE_SURVEY, owned_survey(known))
        if known.matched_at is not None:
            raise Conflict(_("这次检测已经比对，不能再修改。"))
    put_values(row, values, _SURVEY_COLUMNS)
    if "roads" in values:
        row.roads = _roads(values["roads"])
    _check_survey(row)
    authorise(actor, SAVE_SURVEY, owned_survey(row))
    if RoadSurvey.objects.filter(number=row.number).exclude(pk=row.pk).exists():
        raise Conflict(_("检测编号 %(code)s 已经登记过。") % {"code": row.number})
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    told = {
        "number": row.number,
        "unit": row.lead_unit_id,
        "firm": row.firm,
        "surveyed_on": row.surveyed_on.isoformat(),
        "roads": row.roads,
    }
    kind = "early_warning.survey.added" if known is None else "early_warning.survey.changed"
    record(survey_subject(row), kind, told, actor=actor)
    return row


def _roads(given: Any) -> list[str]:
    names = [name.strip() for name in re.split(r"[,;，；、\n]", str(given or ""))]
    return list(dict.fromkeys(name[:80] for name in names if name))[:_MOST_ROADS]


def _check_survey(row: RoadSurvey) -> None:
    if not _CODE.fullmatch(row.number or ""):
        raise Invalid("number", _("检测编号不对。"), _("请用字母、数字和横线，最多30个。"))
    for key, problem in (
        ("title", _("还没有填写检测名称。")),
        ("firm", _("还没有填写检测单位。")),
    ):
        if not 2 <= len(getattr(row, key) or "") <= 120:
            raise Invalid(key, problem, _("请填写2到120个字。"))
    if not Unit.objects.filter(pk=row.lead_unit_id or "", is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    if row.surveyed_on is None or row.surveyed_on > clock.today():
        raise Invalid("surveyed_on", _("检测日期不对。"), _("请填写今天或以前的日期。"))
    if not row.roads:
        raise Invalid(
            "roads", _("还没有填写检测的道路。"), _("请逐条写明道路名称，用逗号或换行分隔。")
        )


@transaction.atomic
def save_void(values: Mapping[str, Any], known: RoadVoid | None, actor: Actor) -> RoadVoid:
    """Take in a void of a survey (`survey` is its number), or correct one; graded by the rules.

    What the rules say becomes a case does so when the survey is compared (`match_survey`). Raises
    NotPermitted, Invalid naming the field, Conflict once the survey was compared.
    """
    survey = _survey_of(values, known)
    authorise(actor, SAVE_SURVEY, owned_survey(survey))
    if survey.matched_at is not None:
        raise Conflict(_("这次检测已经比对，不能再改病害。新发现的请作为另一次检测导入。"))
    row = known or RoadVoid(survey=survey, standing_at=clock.now())
    put_values(row, values, _VOID_COLUMNS)
    row.lead_unit_id = survey.lead_unit_id
    _check_void(row, survey)
    row.street_unit_id, row.community_unit_id = areas_at(row.lon, row.lat)
    rule = _graded(row)
    row.grade, row.rule = rule.grade, rule.key
    row.standing = Standing.OPEN if rule.opens else Standing.WATCHED
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    told = {
        "survey": survey.number,
        "code": row.code,
        "road": row.road,
        "grade": row.grade,
        "rule": row.rule,
    }
    kind = "early_warning.void.added" if known is None else "early_warning.void.changed"
    record(Subject(VOID_SUBJECT, str(row.pk)), kind, told, actor=actor)
    return row


def _survey_of(values: Mapping[str, Any], known: RoadVoid | None) -> RoadSurvey:
    if known is not None:
        return known.survey
    found = RoadSurvey.objects.filter(number=str(values.get("survey") or "").strip()).first()
    if found is None:
        raise Invalid("survey", _("没有这个检测编号。"), _("请先登记这次检测。"))
    return found


def _graded(row: RoadVoid) -> GradeRule:
    facts = {key: getattr(row, key) for key in ("kind", "depth", "length", "width", "height")}
    return grade_of(facts)


def _check_void(row: RoadVoid, survey: RoadSurvey) -> None:
    if not _CODE.fullmatch(row.code or ""):
        raise Invalid("code", _("病害编号不对。"), _("请用字母、数字和横线，最多30个。"))
    if row.road not in survey.roads:
        raise Invalid(
            "road",
            _("“%(road)s”不在这次检测的道路之中。") % {"road": (row.road or "")[:40]},
            _("请核对道路名称，或先在检测中补上这条道路。"),
        )
    if not 1 <= len(row.position or "") <= 200:
        raise Invalid("position", _("还没有填写位置。"), _("例如“K1+250，右幅第二车道”。"))
    if row.kind not in RoadVoid.Kind.values:
        raise Invalid("kind", _("没有这个类型。"), _("请从列表中选择。"))
    for key, most in (("lon", 180), ("lat", 90)):
        given = getattr(row, key)
        if given is None or abs(Decimal(given)) > most:
            raise Invalid(key, _("位置不对。"), _("请填写WGS-84的经纬度，单位为度。"))
    for key, least, most in (("depth", 0, 20), ("length", 0, 200), ("width", 0, 200)):
        given = getattr(row, key)
        if given is None or not least <= given <= most or (key != "depth" and given == 0):
            raise Invalid(key, _("尺寸不对。"), _("请填写以米为单位的数。"))
    if row.height is not None and not 0 < row.height <= 20:
        raise Invalid("height", _("尺寸不对。"), _("请填写以米为单位的数。"))


@dataclass(frozen=True)
class Matched:
    """What comparing a survey came to: cases opened, places found again, places where nothing is
    left."""

    opened: int
    again: int
    gone: int


@transaction.atomic
def match_survey(survey_id: UUID | str, *, actor: Actor) -> Matched:
    """Compare a survey's voids with the earlier ones of its roads; all were taken in.

    A void at the place of an earlier one carries on its case, which is rectified anew where it was
    said to be done. Where an earlier void was said to be rectified before this survey, and nothing
    is found, its case is closed. What is new and the rules say so becomes a case. Raises NotFound,
    NotPermitted, Conflict where it was done before.
    """
    survey = RoadSurvey.objects.select_for_update().filter(pk=survey_id).first()
    if survey is None:
        raise NotFound(_("没有这次检测。"))
    authorise(actor, SAVE_SURVEY, owned_survey(survey))
    if survey.matched_at is not None:
        raise Conflict(_("这次检测已经比对过。"))
    own = list(survey.voids.select_related("case").order_by("code"))
    earlier = _earlier(survey)
    pairs = same_voids(
        [_place(one) for one in earlier.values()],
        [_place(one) for one in own],
        terms().same_within,
    )
    for void in own:
        if str(void.pk) in pairs:
            old_key, distance = pairs[str(void.pk)]
            _carry_on(void, earlier[old_key], distance, survey)
    opened = sum(_open(void) for void in own)
    again = {old for old, _distance in pairs.values()}
    gone = sum(_strike_off(old, survey) for key, old in sorted(earlier.items()) if key not in again)
    survey.matched_at = clock.now()
    save_versioned(survey, ["matched_at"])
    found = Matched(opened, len(pairs), gone)
    told = {"opened": opened, "again": len(pairs), "gone": gone, "voids": len(own)}
    record(survey_subject(survey), "early_warning.survey.matched", told, actor=actor)
    return found


def _earlier(survey: RoadSurvey) -> dict[str, RoadVoid]:
    """The newest void of each place on the survey's roads, from surveys compared before it."""
    rows = RoadVoid.objects.select_related("case").filter(
        road__in=survey.roads,
        later=None,
        survey__matched_at__isnull=False,
        survey__lead_unit=survey.lead_unit_id,
        survey__surveyed_on__lte=survey.surveyed_on,
    )
    return {str(row.pk): row for row in rows.order_by("pk")}


def _place(void: RoadVoid) -> VoidPlace:
    return VoidPlace(str(void.pk), void.road, float(void.lon), float(void.lat))


def _carry_on(void: RoadVoid, old: RoadVoid, distance: float, survey: RoadSurvey) -> None:
    """The place of an earlier void, found again: its case goes on."""
    void.earlier, void.case = old, old.case
    if old.case is not None:
        _tell_case(
            old.case,
            {
                "resurvey": "still",
                "closed": "reopen",
                "found": "seen_again",
                "assigned": "seen_again",
                "rectifying": "seen_again",
            },
            _("%(survey)s 复测：%(code)s 处相距%(metres)s米仍有病害，现为%(grade)s。")
            % {
                "survey": survey.number,
                "code": old.code,
                "metres": round(distance),
                "grade": void.get_grade_display(),
            },
            f"again:{void.pk}",
        )
    _stand(old, Standing.AGAIN)
    save_versioned(void, ["earlier", "case"])


def _tell_case(case: Case, actions: Mapping[str, str], words: str, key: str) -> None:
    """Do what fits the stage where the case stands; nothing where none does."""
    action = actions.get(case.stage)
    if action:
        perform(case.pk, action, actor=SYSTEM, data={"text": words}, key=key)


def _open(void: RoadVoid) -> bool:
    """A case for a void that has none and shall have one."""
    if void.case_id is not None or void.standing != Standing.OPEN:
        return False
    kind, grade = void.get_kind_display(), void.get_grade_display()
    report = Report(
        VOID,
        _("%(road)s %(position)s发现%(grade)s%(kind)s，埋深%(depth)s米，%(length)s×%(width)s米。")
        % {
            "road": void.road,
            "position": void.position,
            "grade": grade,
            "kind": kind,
            "depth": f"{float(void.depth):g}",
            "length": f"{float(void.length):g}",
            "width": f"{float(void.width):g}",
        },
        title=f"{void.road} {grade}{kind}",
        source="system",
        lon=void.lon,
        lat=void.lat,
        place=f"{void.road} {void.position}"[:200],
        street=void.street_unit_id or "",
        community=void.community_unit_id or "",
        centre=void.lead_unit_id,
        facts={
            "survey": void.survey.number,
            "void": void.code,
            "road": void.road,
            "position": void.position,
            "kind": void.kind,
            "depth": str(void.depth),
            "found_grade": void.grade,
        },
    )
    made = report_case(report, actor=SYSTEM, key=f"early_warning:void:{void.pk}")
    void.case = made.case
    save_versioned(void, ["case"])
    return not made.repeated


def _strike_off(old: RoadVoid, survey: RoadSurvey) -> bool:
    """An earlier void where this survey finds nothing: struck off where it was said to be done
    before the survey, else nothing is known of it (a survey can miss one)."""
    case = old.case
    if case is None:
        if old.standing == Standing.WATCHED:
            _stand(old, Standing.GONE)
            return True
        return False
    done = case.finished_at
    if case.stage != "resurvey" or done is None or done.date() > survey.surveyed_on:
        return False
    words = _("%(survey)s 复测未再发现病害。") % {"survey": survey.number}
    _tell_case(case, {"resurvey": "gone"}, words, f"gone:{survey.pk}")
    _stand(old, Standing.GONE)
    return True


def _stand(void: RoadVoid, standing: str) -> None:
    void.standing, void.standing_at = standing, clock.now()
    save_versioned(void, ["standing", "standing_at"])
