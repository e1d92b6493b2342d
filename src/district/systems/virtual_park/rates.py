"""How often somebody may try to sign in, to use a code, to claim an enterprise.

A whole office or mobile network may share an address, so one account from one address is counted
closely, an address loosely; an account from everywhere in between, so that many addresses do not
help whoever guesses.
"""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

_QUARTER = timedelta(minutes=15)
SIGN_IN_BY_PAIR = declare_rate(Rate("virtual_park.sign_in.pair", 8, _QUARTER))
SIGN_IN_BY_ADDRESS = declare_rate(Rate("virtual_park.sign_in.address", 80, _QUARTER))
SIGN_IN_BY_ACCOUNT = declare_rate(Rate("virtual_park.sign_in.account", 40, timedelta(hours=1)))
CODE_BY_PAIR = declare_rate(Rate("virtual_park.code.pair", 8, _QUARTER))
CODE_BY_ADDRESS = declare_rate(Rate("virtual_park.code.address", 60, _QUARTER))
CLAIM_BY_ADDRESS = declare_rate(Rate("virtual_park.claim.address", 30, timedelta(minutes=10)))
STATUS_BY_ADDRESS = declare_rate(Rate("virtual_park.status.address", 40, timedelta(minutes=10)))
