"""The pages of cases."""

from district.kernel.cases.pages.case import case, contacts

__all__ = ["case", "contacts"]
