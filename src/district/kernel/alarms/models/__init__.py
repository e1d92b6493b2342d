"""What alarms keep."""

from district.kernel.alarms.models.episodes import Episode, Evidence, Silence
from district.kernel.alarms.models.following import Following, Run, Trouble
from district.kernel.alarms.models.rules import AlarmRule, RuleSettings, RuleTrial, RuleVersion

__all__ = [
    "AlarmRule",
    "Episode",
    "Evidence",
    "Following",
    "RuleSettings",
    "RuleTrial",
    "RuleVersion",
    "Run",
    "Silence",
    "Trouble",
]
