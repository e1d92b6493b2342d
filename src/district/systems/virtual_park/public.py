"""What other systems may use of the virtual park: who is bound, what firms have opened to others.

`for_enterprise` guards a page that acts for a firm and hands it an `Acting`; every reader and
writer of such a page filters by it.
"""

from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.disclosed import Disclosed, disclosed

__all__ = ["Acting", "Disclosed", "disclosed", "for_enterprise", "show"]
