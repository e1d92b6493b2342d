"""What other systems may use of this one, once their manifest names it in `depends`."""

from district.testing.dummy.services import REPAIRED, REPORTED, report_fault

__all__ = ["REPAIRED", "REPORTED", "report_fault"]
