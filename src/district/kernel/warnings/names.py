"""Names that the modules of warnings share."""

VIEW = "warnings.alert.view"
RECEIVE = "warnings.alert.receive"
ENTER = "warnings.alert.enter"
ACKNOWLEDGE = "warnings.line.acknowledge"
RECORD = "warnings.line.record"
VIEW_DRAFT = "warnings.draft.view"
WRITE_DRAFT = "warnings.draft.write"
APPROVE = "warnings.draft.approve"
VIEW_UNFIT = "warnings.unfit.view"
SETTLE_UNFIT = "warnings.unfit.settle"
MANAGE_SOURCES = "warnings.source.manage"
LOAD_CATALOGUE = "warnings.catalogue.load"
RUN = "warnings.alert.run"

#: Registers.
ALERTS = "warnings-alerts"
LINES = "warnings-lines"

#: How history and tracking call our things.
ALERT_SUBJECT = "warnings.alert"
LINE_SUBJECT = "warnings.line"
DRAFT_SUBJECT = "warnings.draft"
UNFIT_SUBJECT = "warnings.unfit"
SOURCE_SUBJECT = "warnings.source"
CATALOGUE_SUBJECT = "warnings.catalogue"

#: The ladder of lines, which has no steps: they rise by the minute, by steps of their own.
LADDER = "warnings_line"
