"""What other parts may use of supervision (督办).

Every service takes `actor=` and authorises it; `key=` makes a repeated call do nothing.
"""

from district.kernel.supervision.addresses import circular_url, run_url
from district.kernel.supervision.flow import flow, move_label, stage_label
from district.kernel.supervision.models import Circular, CircularEntry, Run, Step
from district.kernel.supervision.selectors import (
    MoveView,
    RunCounts,
    RunDetail,
    circular_by_id,
    circulars,
    late_runs,
    moves_for,
    run_by_id,
    run_counts,
    run_detail,
    runs_of_row,
    visible_runs,
)
from district.kernel.supervision.services import (
    assign_run,
    cancel_run,
    circulate,
    close_run,
    decide_extension,
    give_feedback,
    request_extension,
    start_run,
    verify,
)

__all__ = [
    "Circular",
    "CircularEntry",
    "MoveView",
    "Run",
    "RunCounts",
    "RunDetail",
    "Step",
    "assign_run",
    "cancel_run",
    "circular_by_id",
    "circular_url",
    "circulars",
    "circulate",
    "close_run",
    "decide_extension",
    "flow",
    "give_feedback",
    "late_runs",
    "move_label",
    "moves_for",
    "request_extension",
    "run_by_id",
    "run_counts",
    "run_detail",
    "run_url",
    "runs_of_row",
    "stage_label",
    "start_run",
    "verify",
    "visible_runs",
]
