"""Of common grams it is known how common they are; what was indexed is indexed anew to see it."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, _schema_editor: Any) -> None:
    """Until then none counts as common, which only costs time."""
    apps.get_model("kernel_search", "Index").objects.update(common={})


def go_back(apps: Any, _schema_editor: Any) -> None:
    """A list again, of none."""
    apps.get_model("kernel_search", "Index").objects.update(common=[])


class Migration(migrations.Migration):
    dependencies = [("kernel_search", "0001_initial")]

    operations = [
        migrations.AlterField("index", "common", models.JSONField(default=dict)),
        migrations.RunPython(forget, go_back),
    ]
