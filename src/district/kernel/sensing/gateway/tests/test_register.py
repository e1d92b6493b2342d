"""The register and the quarantine over the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

models = pytest.importorskip(
    "district.kernel.sensing.models", reason="the registers of sensing are not part of this tree"
)
services = pytest.importorskip("district.kernel.sensing.services")

from district.kernel.base import clock  # noqa: E402  # after what decides whether to go on
from district.kernel.history.public import Actor  # noqa: E402  # as above
from district.kernel.organisation.public import UnitRow, load_units  # noqa: E402  # as above
from district.kernel.sensing.gateway import Kind, Refusal  # noqa: E402  # as above
from district.kernel.sensing.gateway.declared import Declared  # noqa: E402  # as above
from district.kernel.sensing.gateway.register import (  # noqa: E402  # as above
    DatabaseQuarantine,
    DatabaseRegister,
    ProductClock,
    is_wanted,
    micros,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> object:
    """An active source with one truth datastream."""
    # A test's connection lives as long as its transaction.
    monkeypatch.setattr("district.kernel.sensing.gateway.register.close_old_connections", int)
    load_units((UnitRow("9", "试验区", "district"),), actor=SYSTEM)
    now = clock.now()
    row = models.Source.objects.create(
        code="one", name="one", kind="device", lead_unit_id="9", created_at=now
    )
    thing = models.Thing.objects.create(code="t", name="t", lead_unit_id="9", created_at=now)
    models.Datastream.objects.create(
        number=7,
        code="d",
        name="d",
        thing=thing,
        sensor=models.Sensor.objects.create(name="s"),
        observed_property=models.ObservedProperty.objects.create(name="p"),
        source=row,
        lead_unit_id="9",
        observation_type="truth",
        lateness=60,
        skew=5,
        created_at=now,
    )
    return row


def _secret(source: object, text: str, **more: object) -> object:
    return models.SourceCredential.objects.create(
        source=source,
        digest=services.sources.digest_of("one", text),
        created_by="t",
        created_at=clock.now(),
        **more,
    )


def test_the_register_says_who_may_write_what(source: object) -> None:
    _secret(source, "right")
    _secret(source, "revoked", revoked_at=clock.now())
    _secret(source, "expired", expires_at=clock.now() - timedelta(seconds=1))
    register = DatabaseRegister()
    rows = register.streams()
    assert (rows.number.tolist(), rows.kind.tolist()) == ([7], [Kind.TRUTH])
    assert (rows.lateness.tolist(), rows.skew.tolist()) == ([60_000_000], [5_000_000])
    declared, now = Declared.read(register, 1), ProductClock().now()
    assert declared.authenticate("one", "right", now) is not None
    for wrong in ("revoked", "expired", "other"):
        assert declared.authenticate("one", wrong, now) is None
    assert declared.authenticate("two", "right", now) is None
    assert is_wanted()


def test_every_change_moves_the_marker(source: object) -> None:
    register = DatabaseRegister()
    seen = [register.changed()]
    changes = (
        lambda: _secret(source, "new"),
        lambda: models.SourceCredential.objects.update(revoked_at=clock.now()),
        lambda: models.SourceCredential.objects.update(expires_at=clock.now()),
        lambda: services.suspend_source(source.pk, actor=SYSTEM),  # type: ignore[attr-defined]  # a Source
        lambda: models.Datastream.objects.update(state="retired", version=1),
    )
    for change in changes:
        assert register.changed() == seen[-1]
        change()
        assert register.changed() not in seen
        seen.append(register.changed())
    assert not is_wanted()


def test_refusals_become_rows_that_people_see(source: object) -> None:
    now = micros(clock.now())
    key = source.pk  # type: ignore[attr-defined]  # a Source
    DatabaseQuarantine().put(
        [
            Refusal(key, "7", "late", "{}", now, 3),
            Refusal(None, "99", "unknown_source", "{}", now),
            Refusal(key, "", "malformed", "not_json: {", now),
        ]
    )
    found = models.Quarantined.objects.order_by("reason")
    assert [(row.reason, row.count, row.datastream_id) for row in found] == [
        ("late", 3, 7),
        ("malformed", 1, None),
        ("unknown_source", 1, None),
    ]
