"""Loading a district's own catalogue of kinds and colours."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.kernel.warnings.models import CatalogueText
from district.kernel.warnings.names import CATALOGUE_SUBJECT, LOAD_CATALOGUE
from district.kernel.warnings.rules.catalogue import read_catalogue
from district.kernel.warnings.selectors.catalogue import default_text, own_text

LOADER = Actor.system("loader")


def load_catalogue_file(path: Path) -> str:
    """Read the file that `district.toml` names; the same file again changes nothing."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("warnings", _("文件不是 UTF-8 文本。"), _("请改正后重新载入。")) from error
    changed = load_catalogue(text, actor=LOADER)
    return f"warnings catalogue: {'changed' if changed else 'as it was'}"


@transaction.atomic
def load_catalogue(text: str, *, actor: Actor) -> bool:
    """Let the district's catalogue be this TOML text; whether anything changed.

    Raises NotPermitted, and Invalid naming the entry, also for units that there are not.
    """
    authorise(actor, LOAD_CATALOGUE)
    remedy = _("请改正后重新载入。")
    try:
        found = read_catalogue(default_text(), text)
    except (ValueError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            "warnings", _("预警目录有误：%(error)s。") % {"error": error}, remedy
        ) from error
    named = {code for kind in found.kinds.values() for code in kind.units}
    unknown = sorted(named - set(Unit.objects.filter(pk__in=named).values_list("pk", flat=True)))
    if unknown:
        raise Invalid("warnings", _("没有单位 %(code)s。") % {"code": unknown[0]}, remedy)
    before = CatalogueText.objects.filter(pk="district").first()
    if before is not None and before.text == text:
        return False
    CatalogueText.objects.update_or_create(
        key="district", defaults={"text": text, "loaded_at": clock.now()}
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    data = {"sha256": digest, "issue": {k.key: list(c) for k, c in found.issuable}}
    subject = Subject(CATALOGUE_SUBJECT, "district")
    record(subject, "warnings.catalogue.loaded", data, actor=actor)
    own_text.forget()
    return True
