"""`district unlock` and `district failures`: what they print and with which code they end."""

from __future__ import annotations

from django.db import DatabaseError
from django.utils import timezone

from district.kernel.history.public import Actor
from district.kernel.organisation.public import failures_of, locked_now, unlock

_ACTOR = Actor.system("console")


def unlock_log_in(account: str | None) -> int:
    """Unlock the account, or list the locked ones; 1 when nothing was locked or counted, 2
    without a database."""
    try:
        if account is None:
            for lock in locked_now():
                until = timezone.localtime(lock.until)
                account = lock.account or "(no such account)"
                print(f"{account}  from {lock.address}  until {until:%Y-%m-%d %H:%M:%S}")
            return 0
        forgotten = unlock(account, actor=_ACTOR)
    except DatabaseError as error:
        return _no_database(error)
    if not forgotten:
        print(f"district: {account} was not locked")
        return 1
    print(f"{account} may log in again")
    return 0


def list_failures(account: str) -> int:
    """The logged failures of an account, the newest first; 1 when there are none, 2 without a
    database. Only hashes of names are logged, so the name must be known to be found."""
    try:
        found = failures_of(account)
    except DatabaseError as error:
        return _no_database(error)
    for failure in found:
        locked = "  locked" if failure.locked else ""
        print(f"{timezone.localtime(failure.at):%Y-%m-%d %H:%M:%S}  from {failure.address}{locked}")
    if not found:
        print(f"district: no failed log-in of {account} is logged")
    return 0 if found else 1


def _no_database(error: DatabaseError) -> int:
    print(f"district: there is no database here yet; start with district run ({error})")
    return 2
