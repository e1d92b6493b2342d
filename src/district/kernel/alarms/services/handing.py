"""What is done with an episode: gathered with its neighbours, people told, a case opened once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.alarms.models import AlarmRule, Episode, RuleVersion
from district.kernel.alarms.names import HANDED, OPEN_CASE, RUN
from district.kernel.alarms.rules.episodes import degrees_of
from district.kernel.alarms.services.common import ALARMS, locked_episode, owned, subject_of
from district.kernel.alarms.services.raising import tell
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError, Invalid
from district.kernel.cases.public import Case, Report, case_type_of, report_case
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import Urgency, notify
from district.kernel.organisation.public import authorise, members_acting
from district.kernel.places.public import metres_between

log = logging.getLogger(__name__)
_AGAIN = timedelta(minutes=1)
_URGENT = ("orange", "red")


def hand_over(limit: int = 50) -> int:
    """See to the episodes that nobody was told of yet; how many those were.

    Called again and again, by several processes at once: each episode is seen to once. What
    fails is noted on the episode and tried again in a minute.
    """
    authorise(ALARMS, RUN)
    now = clock.now()
    due = Episode.objects.filter(Q(hand_at=None) | Q(hand_at__lte=now), handed_at=None)
    keys = list(due.order_by("known_at").values_list("pk", flat=True)[:limit])
    for key in keys:
        try:
            with override("zh-hans"):  # kept as data, in the district's language
                _hand(key)
        except DistrictError as error:
            log.warning("episode %s cannot be handed over: %s", key, error)
            _put_off(key, str(error))
        except DatabaseError:
            raise
        except Exception as error:  # one episode's fault must not keep the others waiting
            log.exception("episode %s cannot be handed over", key)
            _put_off(key, f"{type(error).__name__}: {error}")
    return len(keys)


@transaction.atomic
def _put_off(key: UUID, why: str) -> None:
    Episode.objects.filter(pk=key, handed_at=None).update(
        hand_problem=why[:300], hand_at=clock.now() + _AGAIN
    )


@transaction.atomic
def _hand(key: UUID) -> None:
    rows = Episode.objects.select_related("rule", "run__version", "lead_unit", "thing", "silenced")
    episode = rows.select_for_update(of=("self",)).get(pk=key)
    if episode.handed_at is not None:
        return
    handling = handling_of(episode.run.version)
    silence = episode.silenced
    if silence is not None and silence.is_active(clock.now()) and episode.is_open:
        # If it lasts longer than the silence, it is handed over then.
        Episode.objects.filter(pk=key).update(hand_at=silence.ends_at)
        return
    called_for = episode.is_open if silence else episode.state != Episode.State.WITHDRAWN
    if called_for:
        episode.gathered = _first_near(episode, handling.get("gather") or {})
        first = episode.gathered
        if first is not None and first.case_id is not None:
            episode.case = first.case
        elif _is_due(episode) and handling.get("case_type") and handling.get("open") != "by_hand":
            episode.case = _case_of(first or episode, handling)
        if first is None:
            _call(episode, handling)
    episode.handed_at, episode.hand_problem, episode.hand_at = clock.now(), "", None
    episode.version += 1
    fields = ["gathered", "case", "handed_at", "hand_problem", "hand_at", "version"]
    episode.save(update_fields=fields)
    if episode.case is not None:
        _note_case(episode, episode.case, ALARMS)


def _is_due(episode: Episode) -> bool:
    """Whether its case is opened without being asked for: it lasts, or a case was due while it
    did and could not be opened. What was over before anybody looked is left to people."""
    return episode.is_open or bool(episode.hand_problem and not episode.released_by)


def handling_of(version: RuleVersion) -> Mapping[str, Any]:
    """What a version says is done with its episodes."""
    found: Mapping[str, Any] = version.content.get("handling") or {}
    return found


def _first_near(episode: Episode, gather: Mapping[str, Any]) -> Episode | None:
    """The episode whose case is this one's too: of the same rule, open, near, and not long ago."""
    metres, minutes = float(gather.get("metres") or 0), float(gather.get("minutes") or 0)
    if metres <= 0 or minutes <= 0 or episode.lon is None or episode.lat is None:
        return None
    # Two neighbours that are seen to at once must not both be the first.
    AlarmRule.objects.select_for_update(no_key=True).get(pk=episode.rule_id)
    here = (float(episode.lon), float(episode.lat))
    wide, high = (round(each, 6) for each in degrees_of(metres, here[1]))
    span = timedelta(minutes=minutes)
    rows = Episode.objects.filter(
        rule_id=episode.rule_id,
        state=Episode.State.OPEN,
        handed_at__isnull=False,
        raised_at__range=(episode.raised_at - span, episode.raised_at + span),
        lon__range=(_degrees(here[0] - wide), _degrees(here[0] + wide)),
        lat__range=(_degrees(here[1] - high), _degrees(here[1] + high)),
    ).exclude(pk=episode.pk)
    rows = rows.exclude(case__category=Case.Category.DONE)
    for other in rows.select_related("case", "gathered__case").order_by("raised_at", "pk")[:200]:
        if metres_between(*here, float(other.lon or 0), float(other.lat or 0)) <= metres:
            return other.gathered or other
    return None


def _degrees(value: float) -> str:
    return f"{value:.6f}"


def _case_of(first: Episode, handling: Mapping[str, Any]) -> Case:
    """The one case of an episode and those gathered with it; opened now where there is none."""
    report = Report(
        type_key=str(handling["case_type"]),
        title=first.title,
        text=text_of(first),
        source="system",
        lon=first.lon,
        lat=first.lat,
        place=first.place,
        facts=_facts(first, handling),
    )
    return report_case(report, actor=ALARMS, key=f"alarm:{first.pk}").case


def text_of(episode: Episode) -> str:
    """What the case says: what was observed, where and when."""
    at = timezone.localtime(episode.raised_at)
    lines = [
        _("%(title)s。等级：%(level)s。发生时间：%(at)s。")
        % {
            "title": episode.title,
            "level": episode.get_level_display(),
            "at": at.strftime("%Y-%m-%d %H:%M:%S"),
        }
    ]
    if episode.place:
        lines.append(_("地点：%(place)s。") % {"place": episode.place})
    rows = episode.evidence.filter(at_end=False).order_by("pk")
    for each in rows.select_related("datastream__observed_property", "datastream__thing"):
        stream = each.datastream
        lines.append(
            _("%(thing)s %(property)s：%(value)s%(unit)s（%(at)s）")
            % {
                "thing": stream.thing.name,
                "property": stream.observed_property.name,
                "value": f"{each.value:g}",
                "unit": f" {stream.unit_symbol}" if stream.unit_symbol else "",
                "at": timezone.localtime(each.time).strftime("%Y-%m-%d %H:%M:%S"),
            }
        )
    return "\n".join(lines)


def _facts(episode: Episode, handling: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that the rule gives the case; in texts {value}, {unit}, {thing}, {thing_code},
    {place}, {level} and {title} stand for what they name."""
    given = handling.get("facts") or {}
    if not any("{" in value for value in given.values() if isinstance(value, str)):
        return dict(given)
    rows = episode.evidence.filter(at_end=False).order_by("-time", "pk")
    latest = rows.select_related("datastream").first()
    words = {
        "{value}": f"{latest.value:g}" if latest else "",
        "{unit}": latest.datastream.unit_symbol if latest else "",
        "{thing}": episode.thing.name if episode.thing else "",
        "{thing_code}": episode.thing.code if episode.thing else "",
        "{place}": episode.place,
        "{level}": episode.level,
        "{title}": episode.title,
    }

    def filled(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        for word, text in words.items():
            value = value.replace(word, text)
        return value

    return {name: filled(value) for name, value in given.items()}


def _call(episode: Episode, handling: Mapping[str, Any]) -> None:
    """Tell those whom the rule names, in the unit that owns the place and in those above it."""
    roles = [str(role) for role in handling.get("notify") or ()]
    if not roles:
        return
    units = [code for code in episode.lead_unit.path.split("/") if code]
    at = timezone.localtime(episode.raised_at)
    notify(
        members_acting(units, roles),
        _("%(level)s告警：%(title)s")
        % {"level": episode.get_level_display(), "title": episode.title},
        _("发生时间 %(at)s，地点 %(place)s。")
        % {"at": at.strftime("%Y-%m-%d %H:%M:%S"), "place": episode.place or "-"},
        episode.get_absolute_url(),
        subject_of(episode),
        Urgency.URGENT if episode.level in _URGENT else Urgency.NORMAL,
    )


def _note_case(episode: Episode, case: Case, actor: Actor) -> None:
    data = {"case": str(case.pk), "number": case.number, "gathered": bool(episode.gathered_id)}
    record(subject_of(episode), "alarms.episode.handed", data, actor=actor)
    tell(HANDED, episode, episode.rule.key)


@transaction.atomic
def open_case(key: UUID | str, *, actor: Actor) -> Case:
    """Open the case of an episode by hand; those gathered with it are in it too.

    Raises NotFound, NotPermitted, Invalid where the rule names no type of case, Conflict where
    there is a case already.
    """
    episode = locked_episode(key, actor)
    authorise(actor, OPEN_CASE, owned(episode))
    if episode.case_id is not None:
        raise Conflict(_("这条告警已经有事件单。"))
    handling = handling_of(episode.run.version)
    if not handling.get("case_type"):
        raise Invalid(
            "case", _("这条规则没有指定事件类型。"), _("请在规则的“处置”中选择事件类型后上线。")
        )
    case_type_of(str(handling["case_type"]))
    first = episode.gathered or episode
    with override("zh-hans"):  # kept as data, in the district's language
        case = _case_of(first, handling)
    together = Episode.objects.filter(Q(pk=first.pk) | Q(gathered=first) | Q(pk=episode.pk))
    for each in together.select_for_update(of=("self",)).select_related("rule").order_by("pk"):
        if each.case_id is None:
            each.case, each.version = case, each.version + 1
            each.handed_at = each.handed_at or clock.now()
            each.save(update_fields=["case", "handed_at", "version"])
            _note_case(each, case, actor)
    return case
