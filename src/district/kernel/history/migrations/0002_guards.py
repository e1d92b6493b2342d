"""Triggers that refuse to update or delete what history has written."""

from django.db import migrations

from district.kernel.history import triggers


class Migration(migrations.Migration):
    dependencies = [("kernel_history", "0001_initial")]
    operations = [migrations.RunPython(triggers.install, triggers.remove)]
