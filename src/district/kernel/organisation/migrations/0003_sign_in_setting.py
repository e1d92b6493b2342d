"""What a district asks of signing in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_organisation", "0002_typed_names_hashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInSetting",
            fields=[
                (
                    "key",
                    models.CharField(max_length=20, primary_key=True, serialize=False),
                ),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
