"""All writes of signing in: each authorises, writes and records in one transaction."""

from district.kernel.signing_in.services.factors import (
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    secret_to_show,
    take_code,
)
from district.kernel.signing_in.services.sessions import end_other_sessions, end_session

__all__ = [
    "begin_second_factor",
    "confirm_second_factor",
    "end_other_sessions",
    "end_session",
    "remove_second_factor",
    "renew_recovery_codes",
    "reset_second_factor",
    "secret_to_show",
    "take_code",
]
