"""What of a table an actor may see, as a condition for the database."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q


@dataclass(frozen=True)
class Scope:
    """The objects that an actor may do one action on.

    `everything`, or objects whose lead unit lies under one of `paths`, or strictly below one of
    `above`, or is one of `units`, or that lie on the desk of one of `centres`, or that have a
    co-unit among `co_units`, or that are the own of `member` (an id as text), or that `leader`
    (an id as text) answers for.
    """

    everything: bool = False
    paths: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)
    co_units: frozenset[str] = field(default_factory=frozenset)
    member: str = ""
    above: frozenset[str] = field(default_factory=frozenset)
    centres: frozenset[str] = field(default_factory=frozenset)
    leader: str = ""

    @property
    def nothing(self) -> bool:
        """Whether the actor may see no object at all."""
        return self == _NOTHING

    def q(
        self,
        prefix: str = "lead_unit",
        *,
        co_units: str = "",
        member: str = "",
        centre: str = "",
        leader: str = "",
    ) -> Q:
        """The condition that selects exactly the objects of this scope.

        `prefix` is the lookup path to the lead unit (a foreign key to Unit); "" where the table
        is Unit itself. `co_units` is the lookup path to the co-units; where it is a
        many-to-many relation, call `.distinct()` on the result. `member` is the lookup path to
        the owning member, `centre` the one to the key of the unit whose desk it is, `leader` the
        one to the key of the answerable leader. A path that is not given leaves its relation out,
        so the result is never wider than the rights.
        """
        if self.everything:
            return Q()
        lead = f"{prefix}__" if prefix else ""
        condition = Q(pk__in=[])
        for path in sorted(self.paths):
            condition |= Q(**{f"{lead}path__startswith": path})
        for path in sorted(self.above):
            condition |= Q(**{f"{lead}path__startswith": path}) & ~Q(**{f"{lead}path": path})
        if self.units:
            condition |= Q(**{f"{lead}code__in": sorted(self.units)})
        if self.co_units and co_units:
            condition |= Q(**{f"{co_units}__in": sorted(self.co_units)})
        if self.centres and centre:
            condition |= Q(**{f"{centre}__in": sorted(self.centres)})
        if self.member and member:
            condition |= Q(**{member: self.member})
        if self.leader and leader:
            condition |= Q(**{leader: self.leader})
        return condition

    def covers(self, *, path: str = "", code: str = "") -> bool:
        """Whether an object led by the unit with this path and code is in the scope."""
        return (
            self.everything
            or code in self.units
            or any(path.startswith(p) for p in self.paths)
            or any(path.startswith(p) and path != p for p in self.above)
        )


_NOTHING = Scope()
