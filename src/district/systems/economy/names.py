"""Names that the parts of the economy share."""

from district.kernel.history.public import Actor, Subject

VIEW = "economy.series.view"
IMPORT = "economy.value.import"
PROPOSE = "economy.decomposition.propose"
APPROVE = "economy.decomposition.approve"
COMPUTE = "economy.nowcast.compute"
LOAD = "economy.setting.load"

#: Registers.
SERIES = "economy-series"
VALUES = "economy-values"
CELLS = "economy-cells"
DECOMPOSITIONS = "economy-decompositions"
IMPORTS = "economy-imports"
NOWCASTS = "economy-nowcasts"

#: How history and tracking call a decomposition, and history a series, an import, the settings.
DECOMPOSITION = "economy.decomposition"
SERIES_SUBJECT = "economy.series"
IMPORT_SUBJECT = "economy.import"
SETTING = "economy.setting"

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
