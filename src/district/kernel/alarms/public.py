"""What other parts may use of alarms."""

from district.kernel.alarms.following.process import Process
from district.kernel.alarms.models import AlarmRule, Episode, RuleVersion
from district.kernel.alarms.names import HANDED, RAISED, RELEASED
from district.kernel.alarms.rules.packing import pack, unpack
from district.kernel.alarms.selectors.charts import charts_of
from district.kernel.alarms.selectors.episodes import episode_for, open_episodes, sees_episode
from district.kernel.alarms.selectors.following import alarms_are_wanted, floor_of_log, standing_now
from district.kernel.alarms.selectors.reasons import confirmed, why
from district.kernel.alarms.services.binding import binding_of
from district.kernel.alarms.services.episodes import acknowledge_episode, release_episode
from district.kernel.alarms.services.handing import hand_over, open_case
from district.kernel.alarms.services.loading import load_rules_file
from district.kernel.alarms.services.rules import copy_rule, discard_draft, save_rule
from district.kernel.alarms.services.silences import end_silence, silence_episode
from district.kernel.alarms.services.switching import put_rule, switch_off, switch_on
from district.kernel.alarms.services.troubles import ask_gateway

__all__ = [
    "HANDED",
    "RAISED",
    "RELEASED",
    "AlarmRule",
    "Episode",
    "Process",
    "RuleVersion",
    "acknowledge_episode",
    "alarms_are_wanted",
    "ask_gateway",
    "binding_of",
    "charts_of",
    "confirmed",
    "copy_rule",
    "discard_draft",
    "end_silence",
    "episode_for",
    "floor_of_log",
    "hand_over",
    "load_rules_file",
    "open_case",
    "open_episodes",
    "pack",
    "put_rule",
    "release_episode",
    "save_rule",
    "sees_episode",
    "silence_episode",
    "standing_now",
    "switch_off",
    "switch_on",
    "unpack",
    "why",
]
