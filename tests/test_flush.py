"""A test that commits leaves the tables as the migrations left them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

pytestmark = pytest.mark.django_db(transaction=True)


def _flush() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_rows_go_and_kinds_and_permissions_stay() -> None:
    kinds = set(ContentType.objects.values_list())
    permissions = set(Permission.objects.values_list())
    User.objects.create(username="somebody").user_permissions.set(Permission.objects.all()[:3])
    _flush()
    assert not User.objects.exists()
    assert kinds == set(ContentType.objects.values_list())
    assert permissions == set(Permission.objects.values_list())


@pytest.mark.parametrize("lost", ["permission", "kind"])
def test_what_a_test_changed_of_them_is_as_before(lost: str) -> None:
    names = ("content_type__model", "codename")
    before = set(Permission.objects.values_list(*names))
    if lost == "permission":
        Permission.objects.order_by("pk")[0].delete()
    else:
        ContentType.objects.order_by("pk")[0].delete()
    _flush()
    assert before == set(Permission.objects.values_list(*names))
    assert ContentType.objects.get_for_model(User).pk
