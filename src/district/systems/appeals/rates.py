"""How much somebody may do without a log-in.

By address the limits are wide: a whole mobile network may stand behind one. By telephone number
they are narrow; a report that was first offered duplicates is sent twice. An installation sets
its own in DISTRICT_RATES.
"""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

_TEN_MINUTES = timedelta(minutes=10)

REPORT_BY_ADDRESS = declare_rate(Rate("appeals.report.address", 60, _TEN_MINUTES))
REPORT_BY_PHONE = declare_rate(Rate("appeals.report.phone", 10, timedelta(hours=1)))
JOIN_BY_ADDRESS = declare_rate(Rate("appeals.join.address", 60, _TEN_MINUTES))
JOIN_BY_PHONE = declare_rate(Rate("appeals.join.phone", 10, timedelta(hours=1)))
NEAR_BY_ADDRESS = declare_rate(Rate("appeals.near.address", 120, _TEN_MINUTES))
# Sendings with new photos, up to nine each: drawing one anew takes up to a second.
PHOTO_BY_ADDRESS = declare_rate(Rate("appeals.photo.address", 60, _TEN_MINUTES))
STATUS_BY_ADDRESS = declare_rate(Rate("appeals.status.address", 40, _TEN_MINUTES))
READ_BY_ADDRESS = declare_rate(Rate("appeals.read.address", 120, timedelta(minutes=1)))
PUSH_BY_ADDRESS = declare_rate(Rate("appeals.push.address", 240, timedelta(minutes=1)))
