"""When a qualification is valid."""

from __future__ import annotations

from datetime import date, timedelta


def end_of_term(issued_on: date, years: int) -> date:
    """The last day of so many years from `issued_on`; of a 29th of February the 28th."""
    try:
        again = issued_on.replace(year=issued_on.year + years)
    except ValueError:
        return issued_on.replace(year=issued_on.year + years, day=28)
    return again - timedelta(days=1)


def is_valid(issued_on: date, expires_on: date | None, day: date) -> bool:
    """Whether a qualification is valid on a day; its first and last day count."""
    return issued_on <= day and (expires_on is None or expires_on >= day)
