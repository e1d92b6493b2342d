"""An app of the fault tests alone: it declares the kernel's example of a case type."""

from __future__ import annotations

from django.apps import AppConfig


class CasesToBeKilled(AppConfig):
    """Declares the type `request` once everything else is up."""

    name = "tests.faults"
    label = "tests_faults"

    def ready(self) -> None:
        from district.kernel.cases.public import declare_case_register, declare_case_type
        from district.kernel.cases.tests.conftest import MATTERS, TYPE

        declare_case_register(declare_case_type(TYPE, matters=MATTERS.get))
