"""The process that runs alarm rules over the log: whether it is wanted, how it starts and stops."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from django.conf import settings
from django.db import DatabaseError

from district.kernel.alarms.public import Episode, Process, alarms_are_wanted, confirmed
from district.kernel.sensing.public import LogError, folder_of


def wanted(*, inlet: bool) -> bool:
    """Whether to start it: where readings are taken in (`inlet`) or a rule is live; DISTRICT_ALARMS
    says on or off to either."""
    choice = os.environ.get("DISTRICT_ALARMS", "auto")
    if choice in ("on", "off"):
        return choice == "on"
    try:
        return inlet or alarms_are_wanted()
    except DatabaseError:
        return False


def command() -> list[str]:
    """How the process is started."""
    return [sys.executable, "-m", "district.cli", "alarms"]


def follow() -> int:
    """Follow the log of this installation until the process is told to end (SIGTERM or SIGINT)."""
    process = Process(folder_of(os.environ, settings.VAR), settings.VAR / "alarms")

    def stop(_signum: int, _frame: FrameType | None) -> None:
        process.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    process.run()
    return 0


def confirm(number: str) -> int:
    """Replay an episode from the log and its run's row alone; 0 when exactly it happens again."""
    episode = Episode.objects.select_related("run__version").filter(number=number).first()
    if episode is None:
        print(f"district: no episode {number!r}")
        return 2
    try:
        again = confirmed(episode)
    except LogError as error:
        print(f"district: {error}")
        return 2
    print(f"{number}: {'happens again' if again else 'DOES NOT HAPPEN AGAIN'}")
    return 0 if again else 1
