"""What other parts may use of alarms."""

from district.kernel.alarms.models import AlarmRule, Episode, RuleVersion
from district.kernel.alarms.names import HANDED, RAISED, RELEASED
from district.kernel.alarms.rules.packing import pack, unpack
from district.kernel.alarms.selectors.replaying import confirms, explain
from district.kernel.alarms.services.binding import binding_of
from district.kernel.alarms.services.loading import load_rules_file
from district.kernel.alarms.services.rules import copy_rule, discard_draft, save_rule
from district.kernel.alarms.services.switching import put_rule, switch_off, switch_on

__all__ = [
    "HANDED",
    "RAISED",
    "RELEASED",
    "AlarmRule",
    "Episode",
    "RuleVersion",
    "binding_of",
    "confirms",
    "copy_rule",
    "discard_draft",
    "explain",
    "load_rules_file",
    "pack",
    "put_rule",
    "save_rule",
    "switch_off",
    "switch_on",
    "unpack",
]
