"""What other parts may use of alarms."""

from district.kernel.alarms.models import AlarmRule, Episode, RuleVersion
from district.kernel.alarms.names import HANDED, RAISED, RELEASED

__all__ = ["HANDED", "RAISED", "RELEASED", "AlarmRule", "Episode", "RuleVersion"]
