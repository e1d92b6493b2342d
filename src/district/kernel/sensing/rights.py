"""Who sees and changes what: members by their units, sources only what is their own."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Owned,
    authorise,
    permitted,
    permitted_somewhere,
    visible,
)
from district.kernel.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Source,
    Thing,
)
from district.kernel.sensing.names import CATALOGUE, SAVE, VIEW

NOBODY = Q(pk__in=())


def source_actor(source: Source) -> Actor:
    """The actor that stands for a source in history."""
    return Actor("source", str(source.pk), source.code)


def source_of(actor: Actor) -> Source | None:
    """The active source that acts, None where none does."""
    if actor.kind != "source" or not actor.id.isdecimal():
        return None
    return Source.objects.filter(pk=int(actor.id), state=Source.State.ACTIVE).first()


def authorise_new(actor: Actor, unit: str) -> Source | None:
    """Raise NotPermitted unless the actor may register something of `unit`; the source that does.

    A source may where it was allowed to, in its own unit alone.
    """
    if actor.kind != "source":
        authorise(actor, SAVE, Owned(unit))
        return None
    source = source_of(actor)
    if source is None or not source.may_register or source.lead_unit_id != unit:
        raise NotPermitted(
            _("该来源不能登记设备。需要时请归属单位在来源页面上允许，并使用来源自己的归属单位。")
        )
    return source


def authorise_change(actor: Actor, unit: str, source_id: int | None) -> None:
    """Raise NotPermitted unless the actor may change a row of `unit` registered by `source_id`."""
    source = authorise_new(actor, unit)
    if source is not None and source.pk != source_id:
        raise NotPermitted(_("该来源只能修改自己登记的内容。"))


def authorise_catalogue_entry(actor: Actor) -> Source | None:
    """Raise NotPermitted unless the actor may add to the shared list of sensors and properties."""
    if actor.kind == "source":
        source = source_of(actor)
        return authorise_new(actor, source.lead_unit_id if source else "")
    if not (permitted(actor, CATALOGUE) or permitted_somewhere(actor, SAVE)):
        authorise(actor, SAVE)
    return None


def authorise_catalogue_change(actor: Actor, source_id: int | None) -> None:
    """Raise NotPermitted unless the actor may change an entry that all units share."""
    if actor.kind != "source":
        authorise(actor, CATALOGUE)
        return
    source = authorise_catalogue_entry(actor)
    if source is None or source.pk != source_id:
        raise NotPermitted(_("该来源只能修改自己登记的内容。"))


class Sight:
    """What one actor sees of every kind of entity, as conditions; nothing else is there for it.

    Retired things and datastreams are not in the interface any more. No condition costs a query.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.source_id = int(actor.id) if actor.kind == "source" else None
        self._scope = None if self.source_id is not None else visible(actor, VIEW)

    @property
    def nothing(self) -> bool:
        """Whether the actor sees nothing at all."""
        return self._scope is not None and self._scope.nothing

    @property
    def everything(self) -> bool:
        """Whether the actor sees the rows of every unit."""
        return self._scope is not None and self._scope.everything

    def of(self, model: type[Model]) -> Q:
        """The rows of a model that the actor sees."""
        if self._scope is not None and self._scope.nothing:
            return NOBODY
        return _SIGHTS[model](self)

    def _owned(self) -> Q:
        assert self._scope is not None  # noqa: S101  # members have one
        return self._scope.q("lead_unit")

    def datastreams(self) -> Q:
        """Datastreams that are in use."""
        live = Q(state=Thing.State.ACTIVE)
        return live & (self._owned() if self.source_id is None else Q(source_id=self.source_id))

    def things(self) -> Q:
        """Things in use: of the unit, or that a source registered or has a datastream of."""
        live = Q(state=Thing.State.ACTIVE)
        if self.source_id is None:
            return live & self._owned()
        mine = Datastream.objects.filter(self.datastreams()).values("thing_id")
        return live & (Q(source_id=self.source_id) | Q(pk__in=mine))

    def locations(self) -> Q:
        """Locations of the unit, and those where a thing that is seen stands or stood."""
        if self.everything:
            return Q()
        own = Q(source_id=self.source_id) if self.source_id is not None else self._owned()
        seen = Thing.objects.filter(self.things())
        stood = HistoricalLocation.objects.filter(thing__in=seen).values("location_id")
        return own | Q(pk__in=seen.values("location_id")) | Q(pk__in=stood)

    def historical(self) -> Q:
        """Where things that are seen have stood."""
        return Q(thing__in=Thing.objects.filter(self.things()))

    def features(self) -> Q:
        """Features of the unit, and those of datastreams that are seen."""
        if self.everything:
            return Q()
        own = Q(source_id=self.source_id) if self.source_id is not None else self._owned()
        return own | Q(pk__in=self._of_streams("feature_id"))

    def catalogue(self, field: str) -> Q:
        """Sensors and properties: shared by all members; of a source those of its datastreams."""
        if self.source_id is None:
            return Q()
        return Q(source_id=self.source_id) | Q(pk__in=self._of_streams(field))

    def _of_streams(self, field: str) -> object:
        return Datastream.objects.filter(self.datastreams(), **{f"{field}__isnull": False}).values(
            field
        )


_SIGHTS: dict[type[Model], Callable[[Sight], Q]] = {
    Datastream: Sight.datastreams,
    Thing: Sight.things,
    Location: Sight.locations,
    HistoricalLocation: Sight.historical,
    FeatureOfInterest: Sight.features,
    Sensor: lambda sight: sight.catalogue("sensor_id"),
    ObservedProperty: lambda sight: sight.catalogue("observed_property_id"),
}
