"""Words that several modules of the simulation share."""

from __future__ import annotations

from uuid import UUID

from district.kernel.history.public import Actor, Subject

RUN = "simulation.scenario.run"
#: What the demo's data say of themselves.
DEMO = Actor.system("demo")
SUBJECT = "simulation.scenario"
#: The file of the simulation's secrets in the installation's folder.
SECRETS = "simulation.json"
SEED = 20250926
#: Where the process that sends finds the broker, as host:port; "" where none is there.
BROKER = "DISTRICT_SIMULATION_BROKER"


def subject(key: UUID | str) -> Subject:
    """The reference of a scenario."""
    return Subject(SUBJECT, str(key))
