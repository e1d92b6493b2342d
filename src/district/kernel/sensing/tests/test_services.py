"""What the services write, refuse and leave in history; newest readings and quarantine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, Subject, events_of, seal_all, verify
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.sensing import services, times
from district.kernel.sensing.batches import Batch
from district.kernel.sensing.models import (
    Datastream,
    LatestReading,
    Location,
    Quarantined,
    Source,
    SourceCredential,
    Thing,
)
from district.kernel.sensing.rights import source_actor
from district.kernel.sensing.services import Held
from district.kernel.sensing.services.quarantine import MOST_A_DAY
from district.kernel.sensing.tests.conftest import LOADER, MakeSource, MakeStream
from district.kernel.sensing.tests.memory import column

MakeActor = Callable[..., Actor]
NOON = 1_758_513_600_000_000
AT = datetime(2025, 9, 22, 1, tzinfo=UTC)


def test_numbers_of_datastreams_are_never_used_again(stream: MakeStream) -> None:
    first = stream("S-1")
    number = first.pk
    Datastream.objects.filter(pk=number).delete()
    assert stream("S-2").pk > number


def test_a_secret_is_told_once_and_kept_as_a_digest(source: MakeSource) -> None:
    row, _caller = source("gw-1")
    secret = services.issue_credential(row.pk, actor=LOADER)
    kept = SourceCredential.objects.get(hint=secret[:6])
    assert secret not in str([getattr(kept, f.attname) for f in kept._meta.concrete_fields])
    assert services.authenticate("gw-1", secret) == row
    assert services.authenticate("gw-1", secret + "x") is None
    assert services.authenticate("gw-2", secret) is None
    assert services.authenticate("gw-1", "") is None
    told = [event.data for event in events_of(Subject("sensing.source", str(row.pk)))]
    assert secret not in str(told)


def test_rotating_ends_the_old_secrets_at_once_or_after_an_overlap(
    source: MakeSource, hold: Callable[[str], None]
) -> None:
    row, _caller = source("gw-1")
    first = services.rotate_credential(row.pk, actor=LOADER)
    second = services.rotate_credential(row.pk, actor=LOADER, overlap=timedelta(hours=2))
    assert services.authenticate("gw-1", first) == services.authenticate("gw-1", second) == row
    hold("2025-09-22 11:01")
    assert services.authenticate("gw-1", first) is None
    assert services.authenticate("gw-1", second) == row
    services.rotate_credential(row.pk, actor=LOADER)
    assert services.authenticate("gw-1", second) is None
    with pytest.raises(Invalid):
        services.rotate_credential(row.pk, actor=LOADER, overlap=timedelta(days=8))


def test_a_suspended_source_may_nothing_and_comes_back_with_its_secrets(
    source: MakeSource,
) -> None:
    row, caller = source("gw-1", may_register=True)
    services.suspend_source(row.pk, actor=LOADER)
    assert caller.ask("/Things").status_code == 401
    with pytest.raises(NotPermitted):
        services.register_thing(name="站", lead_unit="901", actor=source_actor(row))
    services.resume_source(row.pk, actor=LOADER)
    assert caller.ask("/Things").status_code == 200


def test_a_revoked_secret_opens_nothing(source: MakeSource) -> None:
    row, caller = source("gw-1")
    services.revoke_credential(row.credentials.get().pk, actor=LOADER)
    assert caller.ask("/Things").status_code == 401
    for _n in range(5):
        services.issue_credential(row.pk, actor=LOADER)
    with pytest.raises(Conflict):
        services.issue_credential(row.pk, actor=LOADER)


@pytest.mark.parametrize(
    ("role", "unit", "registers", "manages"),
    [
        ("administrator", "9", True, True),
        ("officer", "901", True, False),
        ("unit_head", "901", True, True),
        ("officer", "902", False, False),
        ("planner", "9", False, False),
        ("leader", "9", False, False),
        ("duty_officer", "9", False, False),
        ("viewer", "9", False, False),
    ],
)
def test_who_registers_things_and_who_manages_sources(
    actor: MakeActor, role: str, unit: str, registers: bool, manages: bool
) -> None:
    who = actor(role, unit)
    for allowed, act in (
        (registers, lambda: services.register_thing(name="站", lead_unit="901", actor=who)),
        (
            manages,
            lambda: services.register_source(
                code="gw-9", name="网关", kind="gateway", lead_unit="901", actor=who
            ),
        ),
    ):
        if allowed:
            act()
        else:
            with pytest.raises(NotPermitted):
                act()


def test_history_is_whole_after_all_of_it(stream: MakeStream, source: MakeSource) -> None:
    source("gw-1")
    made = stream("S-1", source="gw-1")
    services.change_datastream(made.pk, {"name": "新名", "lateness": 5}, actor=LOADER)
    services.change_datastream(made.pk, {"name": "新名"}, actor=LOADER)
    services.retire_thing(made.thing_id, actor=LOADER)
    services.retire_thing(made.thing_id, actor=LOADER)
    kinds = [event.kind for event in events_of(Subject("sensing.datastream", str(made.pk)))]
    assert sorted(kinds) == [
        "sensing.datastream.added",
        "sensing.datastream.changed",
        "sensing.datastream.changed",
    ]
    seal_all()
    assert verify().problems == ()


def test_a_datastream_s_results_keep_their_kind(stream: MakeStream) -> None:
    made = stream("S-1")
    with pytest.raises(Invalid) as error:
        services.change_datastream(made.pk, {"observation_type": "truth"}, actor=LOADER)
    assert error.value.field == "observation_type"


def test_what_readings_are_about_follows_a_corrected_place_until_it_has_its_own(
    stream: MakeStream,
) -> None:
    made = stream("S-1")
    place, about = made.thing.location, made.feature
    assert place is not None
    assert about is not None
    first, point = about.geometry, {"type": "Point", "coordinates": [114.26, 22.71]}
    services.change_location(place.pk, {"geometry": point}, actor=LOADER)
    about.refresh_from_db()
    assert about.geometry == point
    own = {"type": "Point", "coordinates": [114.3, 22.75]}
    services.change_feature(about.pk, {"geometry": own}, actor=LOADER)
    services.change_location(place.pk, {"geometry": first}, actor=LOADER)
    about.refresh_from_db()
    assert about.geometry == own


def test_places_are_derived_again_when_areas_change(stream: MakeStream) -> None:
    made = stream("S-1")
    moved = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": "902", "name": "西街道", "level": "street"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[114, 22], [115, 22], [115, 23], [114, 23], [114, 22]]],
                },
            }
        ],
    }
    import json

    Location.objects.update(street="", community="x")
    load_areas(parse_areas(json.dumps(moved)), actor=LOADER)
    assert services.place_anew(actor=LOADER) == 1
    place = Location.objects.get(things=made.thing_id)
    assert (place.street, place.community) == ("901", "901001")
    assert services.place_anew(actor=LOADER) == 0


# --- the newest reading of each datastream ---


def test_the_newest_reading_is_kept_in_one_statement(stream: MakeStream) -> None:
    one, other = stream("S-1"), stream("S-2")
    batch = column(
        (one.pk, NOON, 1.0), (one.pk, NOON + 5, 2.0), (one.pk, NOON + 2, 3.0), (other.pk, NOON, 9.0)
    )
    with CaptureQueriesContext(connection) as asked:
        assert services.write_latest(batch, 7) == 2
    assert len(asked) == 1
    kept = LatestReading.objects.get(pk=one.pk)
    assert (kept.value, kept.position) == (2.0, 7)
    assert times.to_micros(kept.time) == NOON + 5
    assert times.to_micros(kept.first_time) == NOON
    older = column((one.pk, NOON - 10, 4.0), (4711, NOON, 1.0))
    services.write_latest(older, 8)
    kept.refresh_from_db()
    assert (kept.value, kept.position, times.to_micros(kept.first_time)) == (2.0, 7, NOON - 10)
    assert LatestReading.objects.count() == 2


def test_what_the_newest_is_does_not_depend_on_order_or_cutting(stream: MakeStream) -> None:
    numbers = [stream(f"S-{n}").pk for n in range(3)]
    lines = st.tuples(
        st.sampled_from(numbers), st.integers(0, 5_000_000), st.floats(-10, 10, width=32)
    )

    @given(st.lists(st.lists(lines, max_size=6), max_size=4))
    @settings(
        max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def agree(batches: list[list[tuple[int, int, float]]]) -> None:
        LatestReading.objects.all().delete()
        for position, batch in enumerate(batches):
            services.write_latest(column(*batch), position)
        wanted: dict[int, int] = {}
        for stream_, at, _value in (line for batch in batches for line in batch):
            wanted[stream_] = max(wanted.get(stream_, 0), at)
        kept = {row.pk: times.to_micros(row.time) for row in LatestReading.objects.all()}
        assert kept == wanted

    agree()


def test_thousands_of_newest_readings_are_one_statement_too(stream: MakeStream) -> None:
    made = stream("S-1")
    Datastream.objects.bulk_create(
        [
            Datastream(
                code=f"B-{n}",
                name="x",
                thing_id=made.thing_id,
                sensor_id=made.sensor_id,
                observed_property_id=made.observed_property_id,
                lead_unit_id="901",
                created_at=AT,
            )
            for n in range(5000)
        ]
    )
    numbers = np.array(list(Datastream.objects.values_list("pk", flat=True)), np.int32)
    at = np.full(len(numbers), NOON, np.int64)
    batch = Batch.of(numbers, at, np.ones(len(numbers)), at, at)
    with CaptureQueriesContext(connection) as asked:
        services.write_latest(batch, np.arange(len(numbers)))
    assert len(asked) == 1
    assert LatestReading.objects.count() == 5001


# --- quarantine ---


def held(**more: object) -> Held:
    plain = {"source": None, "stream": "7", "reason": "malformed", "fragment": "x", "received": AT}
    return Held(**{**plain, **more})  # type: ignore[arg-type]  # tests mix kinds


def test_equal_reasons_of_a_day_are_counted_in_one_row(source: MakeSource) -> None:
    row, _caller = source("gw-1")
    for n in range(3):
        later = AT + timedelta(minutes=n)
        services.quarantine([held(source=row.pk, fragment=f"{n}", received=later, count=10)] * 2)
    kept = Quarantined.objects.get()
    assert (kept.count, kept.fragment, kept.source) == (60, "0", row)
    assert (kept.first_at, kept.last_at) == (AT, AT + timedelta(minutes=2))
    services.quarantine([held(source=row.pk, received=AT + timedelta(days=1))])
    services.quarantine([held(source=row.pk, reason="late")])
    assert Quarantined.objects.count() == 3


def test_a_broken_device_cannot_fill_the_disk(source: MakeSource) -> None:
    row, _caller = source("gw-1")
    for start in range(0, 1000, 250):
        sent = [
            held(source=row.pk, stream=f"no-{n}", fragment="x" * 100_000)
            for n in range(start, start + 250)
        ]
        assert services.quarantine(sent) == 250
    assert Quarantined.objects.count() == MOST_A_DAY + 1
    assert sum(Quarantined.objects.values_list("count", flat=True)) == 1000
    assert max(len(each.fragment) for each in Quarantined.objects.all()) == 500
    services.quarantine([held(source=row.pk, stream="no-1")])
    assert Quarantined.objects.get(stream="no-1").count == 2


def test_whatever_was_sent_can_be_kept(district: None) -> None:
    sent = [
        held(stream="a\0b" * 100, fragment="\0\ud800" * 400),
        held(source=4711, datastream=4711, stream="水" * 200),
    ]
    assert services.quarantine(sent) == 2
    assert Quarantined.objects.filter(source=None, datastream=None).count() == 2


def test_quarantine_is_forgotten_after_thirty_days(
    district: None, hold: Callable[[str], None]
) -> None:
    services.quarantine([held(), held(stream="8", received=AT + timedelta(days=10))])
    hold("2025-10-22 09:01")
    assert services.forget_quarantined() == 1
    assert Quarantined.objects.get().stream == "8"


# --- files ---


def test_a_row_of_a_file_makes_and_changes_a_thing_with_its_point(district: None) -> None:
    values = {"code": "T-1", "name": "站", "lead_unit": "901", "lon": 114.25, "lat": 22.7}
    made = services.save_thing_row(values, None, LOADER)
    assert made.location is not None
    assert made.location.street == "901"
    again = services.save_thing_row({**values, "lon": 114.1}, made, LOADER)
    assert again.location is not None
    assert (again.location.street, Location.objects.count()) == ("902", 1)
    with pytest.raises(Invalid):
        services.save_thing_row({**values, "lat": None}, made, LOADER)


def test_a_row_of_a_file_makes_and_changes_a_datastream(source: MakeSource, district: None) -> None:
    source("gw-1")
    Thing.objects.create(code="T-1", name="站", lead_unit_id="901", created_at=AT)
    values = {
        "code": "D-1",
        "name": "水位",
        "thing": "T-1",
        "observed_property": "水位",
        "unit_symbol": "m",
        "source": "gw-1",
        "lateness": 60,
    }
    made = services.save_datastream_row(values, None, LOADER)
    assert (made.lateness, made.sensor.name) == (60, "未说明")
    assert made.source == Source.objects.get()
    changed = services.save_datastream_row({**values, "lateness": 90}, made, LOADER)
    assert (changed.pk, changed.lateness) == (made.pk, 90)
    with pytest.raises(Invalid):
        services.save_datastream_row({**values, "thing": "T-9"}, None, LOADER)


def test_moments_are_exact_to_the_microsecond() -> None:
    for text, micros in (
        ("2025-09-22T12:00:00.123456+08:00", NOON + 123_456),
        ("2025-09-22T04:00:00.1234567Z", NOON + 123_456),
        ("2025-09-22T04:00Z", NOON),
        ("1969-12-31T23:59:59.999999Z", -1),
    ):
        assert times.to_micros(times.parse(text)) == micros
        assert times.from_micros(micros) == times.parse(text)
    assert times.iso(times.from_micros(NOON + 1)) == "2025-09-22T04:00:00.000001Z"
    for wrong in ("", "2025-09-22", "2025-09-22T04:00:00", "0001-01-01T00:00:00Z", "x" * 99):
        with pytest.raises(ValueError, match=r".+"):
            times.parse(wrong)


def test_a_code_that_somebody_took_at_the_same_moment_is_refused_in_words(
    stream: MakeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both had looked before either wrote."""
    taken = stream("S-1")
    monkeypatch.setattr(services.things, "_code", lambda given, but=0: given)
    monkeypatch.setattr(services.datastreams, "_code", lambda given, but=0: given)
    with pytest.raises(Conflict, match="编号"):
        services.register_datastream(
            thing=taken.thing_id,
            observed_property=taken.observed_property_id,
            sensor=taken.sensor_id,
            name="水位",
            code="S-1",
            actor=LOADER,
        )
    with pytest.raises(Conflict, match="编号"):
        services.register_thing(name="站", lead_unit="901", code=taken.thing.code, actor=LOADER)
    other = services.register_thing(name="站", lead_unit="901", code="T-9", actor=LOADER)
    with pytest.raises(Conflict, match="编号"):
        services.change_thing(other.pk, {"code": taken.thing.code}, actor=LOADER)
    other.refresh_from_db()
    assert other.code == "T-9"
