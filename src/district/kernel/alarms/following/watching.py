"""What people changed: rules that go live or stop, datastreams that come, move or go."""

from __future__ import annotations

import logging
from collections.abc import Callable

from district.kernel.alarms.following.stretches import Wanted
from district.kernel.alarms.models import RuleVersion
from district.kernel.alarms.rules.packing import pack
from district.kernel.alarms.selectors.following import (
    Marker,
    live_versions,
    rules_marker,
    streams_marker,
)
from district.kernel.sensing.public import Binding

log = logging.getLogger(__name__)
Bind = Callable[[RuleVersion], Binding]


class Watch:
    """Looks, in a few small queries, whether rules or datastreams changed, and binds anew then.

    `problems` are the rules, by key, that cannot be applied, with why.
    """

    def __init__(self, bind: Bind) -> None:
        self._bind = bind
        self._rules: Marker | None = None
        self._streams: Marker | None = None
        self._known: dict[object, Wanted] = {}
        self.problems: dict[str, str] = {}

    def look(self) -> list[Wanted] | None:
        """What is to run from now on; None where nothing has changed since the last look."""
        rules, streams = rules_marker(), streams_marker()
        if (rules, streams) == (self._rules, self._streams):
            return None
        if streams != self._streams:
            self._known = {}
        self.problems = {}
        found = [each for version in live_versions() if (each := self._wanted(version))]
        self._known = {each.version_id: each for each in found}
        self._rules, self._streams = rules, streams
        return found

    def forget(self) -> None:
        """Tell everything again with the next look."""
        self._rules = self._streams = None

    def _wanted(self, version: RuleVersion) -> Wanted | None:
        known = self._known.get(version.pk)
        if known is not None:
            return known
        try:
            bound = self._bind(version)
        except Exception as error:  # one rule's fault must not stop the others
            log.exception("rule version %s cannot be applied", version.pk)
            self.problems[str(version.content.get("rule", {}).get("key", version.pk))] = str(error)
            return None
        return Wanted(version.pk, version.rule_id, bound.rule, pack(bound.groups))
