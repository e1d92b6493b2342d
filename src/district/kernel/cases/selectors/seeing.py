"""Which cases an actor may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.models import Case, CaseAttachment, CaseLink, CoUnit, Recusal
from district.kernel.cases.names import CLOCK
from district.kernel.cases.selectors.units import units_kept
from district.kernel.cases.types import case_types, view_action
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Scope, Unit, posts_of, visible_by

#: The units that a case's page names.
_UNITS = (
    "lead_unit", "centre_unit", "holder_unit", "street_unit", "community_unit", "complained_unit",
    "suggested_unit",
)  # fmt: skip


def scope_q(scope: Scope) -> Q:
    """The cases that a scope reaches; units and co-units by subquery, so no case comes twice."""
    if scope.everything:
        return Q()
    units = Unit.objects.filter(scope.q("")).order_by().values("pk")
    condition = Q(lead_unit__in=units)
    if scope.centres:
        condition |= Q(centre_unit__in=sorted(scope.centres))
    if scope.co_units:
        helping = CoUnit.objects.filter(unit__in=sorted(scope.co_units))
        condition |= Q(pk__in=helping.values("case_id"))
    if scope.member:
        condition |= Q(handler_id=scope.member)
    if scope.leader:
        condition |= Q(leader_id=scope.leader)
    return condition


def visible_q(actor: Actor, type_keys: tuple[str, ...] = ()) -> Q:
    """The cases of these types (all) that `actor` may see, as a condition. No query of its own.

    A case about a unit is never seen by that unit or those below it, one that a member keeps away
    from never by that member, whatever their rights.
    """
    scopes: dict[Scope, list[str]] = {}
    for case_type in case_types():
        if not type_keys or case_type.key in type_keys:
            scopes.setdefault(visible_by(actor, view_action(case_type)), []).append(case_type.key)
    condition = Q(pk__in=[])
    for scope, keys in scopes.items():
        if not scope.nothing:
            condition |= Q(type_key__in=keys) & scope_q(scope)
    careful = [case_type.key for case_type in case_types() if case_type.recusals]
    seen = {key for keys in scopes.values() for key in keys}
    if actor.kind == "member" and seen.intersection(careful):
        condition &= ~(Q(type_key__in=careful) & recused_q(actor))
    return condition & ~hidden_q(actor)


def recused_q(actor: Actor) -> Q:
    """The cases that the member must keep away from. No query of its own."""
    if actor.kind != "member":
        return Q(pk__in=[])
    return Q(pk__in=Recusal.objects.filter(member_id=actor.id).order_by().values("case"))


def hidden_q(actor: Actor) -> Q:
    """The cases that are about the actor's own unit or one above it, but for the district."""
    # Spelled so that a case about nobody is no unknown, which `NOT` would hide as well.
    return Q(complained_unit__isnull=False, complained_unit__in=sorted(hidden_units(actor)))


def hidden_units(actor: Actor) -> frozenset[str]:
    """The units whose complaints the actor never sees: its own and those above."""
    return frozenset(code for post in posts_of(actor) for code in _chain(post.path))


def hidden_clocks_q(actor: Actor) -> Q:
    """The clocks of complaints, and of types that know recusals, but for those of cases that the
    actor may see: even that there is one would tell somebody something."""
    complaints = tuple(each.key for each in case_types() if each.complaint or each.recusals)
    if not complaints or actor.kind == "system":
        return Q()
    seen = visible_cases(actor, *complaints).exclude(clock=None)
    return Q(subject_type=CLOCK, theme__in=complaints) & ~Q(pk__in=seen.order_by().values("clock"))


def _chain(path: str) -> list[str]:
    """The codes of a unit and of all above it but the district, which answers for all."""
    codes = [code for code in path.split("/") if code]
    return codes[1:]


def visible_cases(actor: Actor, *type_keys: str) -> QuerySet[Case]:
    """The cases that `actor` may see, newest first; of these types, or of all."""
    return Case.objects.filter(visible_q(actor, type_keys))


def case_for(case_id: UUID | str, actor: Actor) -> Case:
    """The case with what its page shows of it; NotFound also where the actor may not see it.
    One query."""
    return _found(_shown(visible_cases(actor)), case_id)


def case_with_parts(
    case_id: UUID | str, actor: Actor, *type_keys: str
) -> tuple[Case, frozenset[str]]:
    """`case_for`, and which of `co_units`, `links` and `files` it has at all, so that nobody asks
    for what is not there. One query.

    Who knows the case's type gives it: what may be seen of one type is a short condition, of all
    types a long one, which costs more to plan than the row to read.
    """
    has = {
        "co_units": Exists(CoUnit.objects.filter(case=OuterRef("pk"))),
        "links": Exists(
            CaseLink.objects.filter(Q(before=OuterRef("pk")) | Q(after=OuterRef("pk")))
        ),
        "files": Exists(CaseAttachment.objects.filter(case=OuterRef("pk"))),
    }
    marked = {f"has_{name}": found for name, found in has.items()}
    case = _found(_shown(visible_cases(actor, *type_keys)).annotate(**marked), case_id)
    return case, frozenset(name for name in has if vars(case)[f"has_{name}"])


def _shown(rows: QuerySet[Case]) -> QuerySet[Case]:
    # A row joined to seven units costs the database more to plan than to read. Few cases are merged
    # or have a parent: these come when they are asked for, and units are at hand.
    return rows.select_related("handler", "leader", "clock", "clock__calendar")


def _found(rows: QuerySet[Case], case_id: UUID | str) -> Case:
    found = next(iter(rows.filter(pk=case_id).order_by()), None)
    if found is None:
        raise NotFound(_("没有这一单，或您没有查看的权限。"))
    _name_units(found)
    return found


def _name_units(case: Case) -> None:
    """Its units as of a few seconds ago; one that is newer is asked for when it is shown."""
    known = units_kept()
    for name in _UNITS:
        code = getattr(case, f"{name}_id")
        if code is None or code in known:
            setattr(case, name, known.get(code))
