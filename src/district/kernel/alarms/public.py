"""What other parts may use of alarms."""

from district.kernel.alarms.following.process import Process
from district.kernel.alarms.models import AlarmRule, Episode, RuleVersion
from district.kernel.alarms.names import HANDED, RAISED, RELEASED
from district.kernel.alarms.selectors.episodes import episode_for, open_episodes
from district.kernel.alarms.selectors.following import alarms_are_wanted, floor_of_log
from district.kernel.alarms.selectors.reasons import confirmed, why
from district.kernel.alarms.services.episodes import acknowledge_episode, release_episode
from district.kernel.alarms.services.handing import hand_over, open_case
from district.kernel.alarms.services.silences import end_silence, silence_episode

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
    "confirmed",
    "end_silence",
    "episode_for",
    "floor_of_log",
    "hand_over",
    "open_case",
    "open_episodes",
    "release_episode",
    "silence_episode",
    "why",
]
