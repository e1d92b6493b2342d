"""Names that were typed at log-ins that failed, kept in clear until now, become keyed hashes."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils.crypto import salted_hmac

# As `sign_in.name_key` has it.
_SALT = "district.organisation.sign_in"


def hash_names(apps: Any, _editor: Any) -> None:
    """Every distinct name of the counted attempts and of the log."""
    for model in ("AccessAttempt", "AccessFailureLog"):
        rows = apps.get_model("axes", model).objects
        for name in list(rows.exclude(username=None).values_list("username", flat=True).distinct()):
            key = salted_hmac(_SALT, name, algorithm="sha256").hexdigest()
            rows.filter(username=name).update(username=key)


class Migration(migrations.Migration):
    dependencies = [
        ("axes", "0008_accessfailurelog"),
        ("kernel_organisation", "0001_initial"),
    ]

    operations = [migrations.RunPython(hash_names, migrations.RunPython.noop, elidable=True)]
