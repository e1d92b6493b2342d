"""Names that the modules of alarms share."""

RULE_VIEW = "alarms.rule.view"
RULE_WRITE = "alarms.rule.write"
RULE_SWITCH = "alarms.rule.switch"
RULE_SETTINGS = "alarms.rule.settings"
VIEW = "alarms.episode.view"
ACKNOWLEDGE = "alarms.episode.acknowledge"
SILENCE = "alarms.episode.silence"
OPEN_CASE = "alarms.episode.open_case"
RELEASE = "alarms.episode.release"
RUN = "alarms.rule.run"

#: Registers.
RULES = "alarm-rules"
EPISODES = "alarm-episodes"

#: How history calls our things.
RULE_SUBJECT = "alarms.rule"
EPISODE_SUBJECT = "alarms.episode"
SILENCE_SUBJECT = "alarms.silence"

#: Messages in the outbox: an episode began, it ended, it became or joined a case.
RAISED = "alarms.episode.raised"
RELEASED = "alarms.episode.released"
HANDED = "alarms.episode.handed"

#: The row that says how far the log is followed.
FOLLOWING = "readings"
FOLLOWING_VIEW = "alarms.following.view"
TROUBLE_SUBJECT = "alarms.trouble"
