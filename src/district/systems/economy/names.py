"""Names that the parts of the economy share."""

from district.kernel.history.public import Actor, Subject

VIEW = "economy.series.view"
IMPORT = "economy.value.import"
PROPOSE = "economy.decomposition.propose"
APPROVE = "economy.decomposition.approve"
COMPUTE = "economy.nowcast.compute"
LOAD = "economy.setting.load"
MEETING_VIEW = "economy.meeting.view"
MEETING_PREPARE = "economy.meeting.prepare"
DECISION_ISSUE = "economy.decision.issue"

#: Registers.
SERIES = "economy-series"
VALUES = "economy-values"
CELLS = "economy-cells"
DECOMPOSITIONS = "economy-decompositions"
IMPORTS = "economy-imports"
NOWCASTS = "economy-nowcasts"
MEETINGS = "economy-meetings"
DECISIONS = "economy-decisions"
PACK_FIGURES = "economy-pack-figures"

#: How history and tracking call a decomposition, and history a series, an import, the settings.
DECOMPOSITION = "economy.decomposition"
SERIES_SUBJECT = "economy.series"
IMPORT_SUBJECT = "economy.import"
SETTING = "economy.setting"
MEETING = "economy.meeting"
DECISION = "economy.decision"

#: Messages: new values of a series, and a target of one approved; both {"series": key}.
VALUES_RECORDED = "economy.values_recorded"
TARGET_APPROVED = "economy.target_approved"

#: The system's own acts.
SYSTEM = Actor.system("economy")


def series_subject(key: str) -> Subject:
    """How history calls a series."""
    return Subject(SERIES_SUBJECT, key)


def decomposition_subject(key: object) -> Subject:
    """How history and tracking call a decomposition."""
    return Subject(DECOMPOSITION, str(key))


def meeting_subject(key: object) -> Subject:
    """How history calls a dispatch meeting, its packs included."""
    return Subject(MEETING, str(key))


def decision_subject(key: object) -> Subject:
    """How history calls a decision of a meeting."""
    return Subject(DECISION, str(key))
