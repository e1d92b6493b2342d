"""Numbers of people for whoever may count them and not see them. Pure."""

from __future__ import annotations


def rounded(count: int, step: int) -> int | None:
    """A count to the nearest multiple of `step`, None below it (also for none at all).

    Whoever compares two conditions that differ by one person learns nothing for certain.
    """
    if count < step:
        return None
    return (count + step // 2) // step * step
