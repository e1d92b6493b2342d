"""Django's `migrate`; a database without our tables is given them at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import no_translations
from django.core.management.commands import migrate
from django.db import connections

from district.kernel.base.tables import has_none_of_ours, make_tables

# With any of these only some migrations are wanted, or nothing shall be done.
_OTHER_WISHES = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """See above; what it takes and leaves behind is as Django's."""

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Make all tables where there are none, then do what Django does."""
        connection = connections[options["database"]]
        if not any(options[name] for name in _OTHER_WISHES):
            connection.prepare_database()
            if has_none_of_ours(connection) and make_tables(connection) and options["verbosity"]:
                self.stdout.write("Tables made at once, as the migrations leave them.")
        super().handle(*args, **options)
