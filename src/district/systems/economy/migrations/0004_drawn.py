"""When a decomposition read last year's values as its pattern: so far, when it was drafted. An
import may tell several series."""

from typing import Any

from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def from_drafting(apps: Any, _schema_editor: Any) -> None:
    """What is known of decompositions so far."""
    rows = apps.get_model("sys_economy", "Decomposition").objects
    rows.update(drawn_at=F("made_at"))


class Migration(migrations.Migration):
    dependencies = [("sys_economy", "0003_meetings")]

    operations = [
        migrations.AddField(
            "decomposition",
            "drawn_at",
            models.DateTimeField(default=timezone.now, verbose_name="取数时间"),
            preserve_default=False,
        ),
        migrations.AlterField(
            "seriesimport",
            "series",
            models.ForeignKey(
                "sys_economy.series",
                blank=True,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                verbose_name="指标",
            ),
        ),
        migrations.RunPython(from_drafting, migrations.RunPython.noop, elidable=True),
    ]
