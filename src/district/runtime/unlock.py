"""`district unlock`: what it prints and with which code it ends."""

from __future__ import annotations

from django.db import DatabaseError
from django.utils import timezone

from district.kernel.history.public import Actor
from district.kernel.organisation.public import locked_now, unlock

_ACTOR = Actor.system("console")


def unlock_log_in(account: str | None) -> int:
    """Unlock the account, or list the locked ones; 1 when nothing was locked or counted, 2
    without a database."""
    try:
        if account is None:
            for lock in locked_now():
                until = timezone.localtime(lock.until)
                print(f"{lock.account}  from {lock.address}  until {until:%Y-%m-%d %H:%M:%S}")
            return 0
        forgotten = unlock(account, actor=_ACTOR)
    except DatabaseError as error:
        print(f"district: there is no database here yet; start with district run ({error})")
        return 2
    if not forgotten:
        print(f"district: {account} was not locked")
        return 1
    print(f"{account} may log in again")
    return 0
