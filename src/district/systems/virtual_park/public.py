"""What other systems may use of the virtual park: who is bound, what firms have opened to others,
and tables of returns.

`for_enterprise` guards a page that acts for a firm and hands it an `Acting`; every reader and
writer of such a page filters by it. Of returns nothing leaves but tables that may be shown
(`published_sums`); what single firms filed is read by the unit that collects it (`read_firms`),
which history keeps.
"""

from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.rules.return_tables import Change
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.disclosed import Disclosed, disclosed
from district.systems.virtual_park.selectors.published import (
    FirmLine,
    PublishedSums,
    may_read_tables,
    published_sums,
)
from district.systems.virtual_park.services.return_firms import read_firms

__all__ = [
    "Acting",
    "Change",
    "Disclosed",
    "FirmLine",
    "PublishedSums",
    "disclosed",
    "for_enterprise",
    "may_read_tables",
    "published_sums",
    "read_firms",
    "show",
]
