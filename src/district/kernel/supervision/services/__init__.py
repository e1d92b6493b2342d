"""All writes of supervision: one named transactional function each."""

from district.kernel.supervision.services.circulars import circulate
from district.kernel.supervision.services.runs import (
    assign_run,
    cancel_run,
    close_run,
    decide_extension,
    give_feedback,
    request_extension,
    start_run,
    verify,
)

__all__ = [
    "assign_run",
    "cancel_run",
    "circulate",
    "close_run",
    "decide_extension",
    "give_feedback",
    "request_extension",
    "start_run",
    "verify",
]
