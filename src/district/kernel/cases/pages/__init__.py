"""The pages of cases."""

from district.kernel.cases.pages.case import case, contacts
from district.kernel.cases.pages.desk import desk_view

__all__ = ["case", "contacts", "desk_view"]
