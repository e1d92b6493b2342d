"""What a district asks of signing in: read from its folder, checked, put in force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.district_settings import KEY, digest_of, read_setting_file
from district.kernel.base.errors import Invalid, SettingError
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.models import SignInSetting
from district.kernel.organisation.rules import SECOND_FACTOR_ROLES, checked_sign_in
from district.kernel.organisation.selectors import authorise

_LOADER = Actor.system("loader")


def load_sign_in_file(path: Path) -> str:
    """Read what `district.toml` names under `sign_in`; the same again changes nothing.

    Raises Invalid naming the entry.
    """
    data = read_setting_file(path, "sign_in", _wrong)
    roles = put_sign_in_settings(data, actor=_LOADER)
    return f"sign_in: {len(roles)} roles need a second factor"


@transaction.atomic
def put_sign_in_settings(data: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Put these in force, from the next request of everybody on; the roles that need a second
    factor. Raises NotPermitted, and Invalid naming the entry.
    """
    authorise(actor, "organisation.sign_in.load")
    try:
        found = checked_sign_in(data)
    except SettingError as error:
        raise _wrong(error.entry, error.problem) from error
    digest = digest_of(found)
    if not SignInSetting.objects.filter(pk=KEY, digest=digest).exists():
        values = {"content": found, "digest": digest, "loaded_at": clock.now()}
        SignInSetting.objects.update_or_create(pk=KEY, defaults=values)
        record(Subject("organisation.sign_in", KEY), "organisation.sign_in.set", found, actor=actor)
    return found[SECOND_FACTOR_ROLES]


def _wrong(entry: str, problem: str) -> Invalid:
    return Invalid(
        entry,
        _("登录设置的“%(entry)s”不对：%(problem)s。") % {"entry": entry, "problem": problem},
        _("请对照 docs/signing-in.md 改正。"),
    )
