"""From what a device sends to readings that may be logged, and those that are set aside.

`parse` turns bytes into columns and never raises on them; `check` says of each reading whether
it is accepted or why not. Whoever takes readings in does, one group after the other:

    parsed = parse_gathered(messages, received)
    checked = check(parsed.batch, source, streams, recent, skew=skew)
    writer.append(checked.accepted)       # raises: then nothing was accepted
    recent.keep(checked.accepted)         # only now; and only now the device is answered

Between `check` and `keep` no other group is checked against the same `Recent`, or the same
reading could come in twice; so what has gathered is checked and appended as one.
"""

from __future__ import annotations

from district.kernel.sensing.intake.check import Checked, Reason, Streams, check
from district.kernel.sensing.intake.gathering import Gathered, parse_gathered
from district.kernel.sensing.intake.parse import Malformed, Parsed, parse_compact
from district.kernel.sensing.intake.recent import Recent
from district.kernel.sensing.intake.sensorthings import parse_observations

__all__ = [
    "Checked",
    "Gathered",
    "Malformed",
    "Parsed",
    "Reason",
    "Recent",
    "Streams",
    "check",
    "parse_compact",
    "parse_gathered",
    "parse_observations",
]
