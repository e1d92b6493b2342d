"""Names that the modules of coverage share."""

from district.kernel.history.public import Actor

VIEW = "early_warning.coverage.view"
MANAGE = "early_warning.coverage.manage"
PROPOSE = "early_warning.coverage.propose"
DECIDE = "early_warning.coverage.decide"

#: Registers.
RUNS = "early_warning-coverage_runs"
CELLS = "early_warning-coverage_cells"
STATIONS = "early_warning-coverage_stations"
CANDIDATES = "early_warning-candidate_sites"
PROPOSALS = "early_warning-coverage_proposals"
SITES = "early_warning-proposed_sites"

#: How history calls our things.
DATA_SUBJECT = "early_warning.coverage_data"
SETTINGS_SUBJECT = "early_warning.coverage_settings"
RUN_SUBJECT = "early_warning.coverage_run"
CANDIDATE_SUBJECT = "early_warning.candidate_site"
PROPOSAL_SUBJECT = "early_warning.coverage_proposal"

#: The measure of the share that is covered.
COVERED = "early_warning_woodland_covered"

SYSTEM = Actor.system("early_warning.coverage")
