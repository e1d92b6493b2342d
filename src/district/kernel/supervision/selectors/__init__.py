"""All reads of supervision."""

from district.kernel.supervision.selectors.runs import (
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

__all__ = [
    "MoveView",
    "RunCounts",
    "RunDetail",
    "circular_by_id",
    "circulars",
    "late_runs",
    "moves_for",
    "run_by_id",
    "run_counts",
    "run_detail",
    "runs_of_row",
    "visible_runs",
]
