"""To whom an enterprise belongs, and who may see it."""

from __future__ import annotations

from django.db.models import Q

from district.kernel.organisation.public import Level, Owned, Scope, codes_in, outline
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import departments, service_unit


def owned_enterprise(row: Enterprise) -> Owned:
    """The street office's; its community and the departments of the catalogue stand beside it."""
    loaded = row._state.fields_cache.get("lead_unit")
    return owned_by(row.lead_unit_id, row.community_unit_id, loaded.path if loaded else "")


def owned_by(lead_unit: str, community: str | None, path: str = "") -> Owned:
    """The same of an enterprise that is not there yet; `path` is the lead unit's, where known."""
    beside = departments() | ({community} if community else frozenset())
    return Owned(lead_unit, beside, path=path)


def owned_register() -> Owned:
    """The whole register's: the unit that serves enterprises."""
    return Owned(service_unit(), departments())


def enterprise_scope_q(scope: Scope) -> Q:
    """The enterprises that a scope reaches."""
    return _scope_q(scope, "")


def of_enterprise_scope_q(scope: Scope) -> Q:
    """What belongs to an enterprise that a scope reaches."""
    return _scope_q(scope, "enterprise__")


def whole_register_q(scope: Scope) -> Q:
    """What is of the whole register (import runs, sources, targets): all of it, or nothing."""
    mine = scope.co_units & departments() or scope.covers(code=service_unit())
    return Q() if mine else Q(pk__in=[])


def sees_none(scope: Scope) -> bool:
    """Whether a scope can reach no enterprise, whatever the register holds: a unit that is no
    street, no community and no department of the catalogue."""
    if scope.everything or scope.co_units & departments() or scope.covers(code=service_unit()):
        return False
    placed = (each for each in outline() if each[2] in (Level.STREET, Level.COMMUNITY))
    return not any(
        code in scope.co_units or scope.covers(path=path, code=code)
        for code, path, _level in placed
    )


def _scope_q(scope: Scope, path: str) -> Q:
    if scope.everything or scope.co_units & departments():
        return Q()
    led = Q(**{f"{path}lead_unit__in": codes_in(scope)})
    return led | Q(**{f"{path}community_unit__in": sorted(scope.co_units)})
