"""Evidence files: what they are is sniffed, they are kept under random names, never executed."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, record
from district.kernel.measures.models import Evidence, Filing
from district.kernel.measures.rules import flow, sniffing
from district.kernel.measures.services.filings import hand, subject_of
from district.kernel.organisation.public import Owned, authorise


def storage() -> FileSystemStorage:
    """Where evidence lies: below `MEDIA_ROOT`, which no address leads to."""
    return FileSystemStorage(
        location=Path(settings.MEDIA_ROOT) / "filings",
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


@transaction.atomic
def add_evidence(filing: Filing, name: str, content: bytes, *, actor: Actor) -> Evidence:
    """Attach a file to a filing that is not filed yet.

    Raises Invalid on a kind of file that is not allowed, one too many or too large or present
    already, Conflict once the value is filed.
    """
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    _require_open(filing)
    shown, content_type = _checked(name, content)
    digest = hashlib.sha256(content).hexdigest()
    present = list(filing.evidence.all())
    if len(present) >= sniffing.MOST_FILES:
        raise Invalid("file", _("最多上传 10 个文件。"), _("请先删去不需要的。"))
    if any(one.sha256 == digest for one in present):
        raise Invalid("file", _("这个文件已经上传过。"), _("不必重复上传。"))
    stored = secrets.token_hex(24)
    row = Evidence.objects.create(
        filing=filing,
        name=shown,
        content_type=content_type,
        size=len(content),
        sha256=digest,
        stored=stored,
        added_by_id=hand(actor),
        added_at=clock.now(),
    )
    data = {"id": str(row.pk), "name": shown, "size": row.size, "sha256": digest}
    record(subject_of(filing), "measures.filing.evidence_added", data, actor=actor)
    # Last, so that a refusal above leaves no file behind.
    storage().save(stored, ContentFile(content))
    return row


@transaction.atomic
def remove_evidence(evidence: Evidence, *, actor: Actor) -> None:
    """Take a file off a filing that is not filed yet; history keeps its name and checksum."""
    filing = evidence.filing
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    _require_open(filing)
    data = {"id": str(evidence.pk), "name": evidence.name, "sha256": evidence.sha256}
    record(subject_of(filing), "measures.filing.evidence_removed", data, actor=actor)
    stored = evidence.stored
    evidence.delete()
    transaction.on_commit(lambda: storage().delete(stored))


def _require_open(filing: Filing) -> None:
    if filing.state not in flow.OWED:
        raise Conflict(_("已提交的填报不能再增减材料。如需修改，请先撤回。"))


def _checked(name: str, content: bytes) -> tuple[str, str]:
    """The clean name and the sniffed type; Invalid where the file cannot be taken."""
    if not content:
        raise Invalid("file", _("文件是空的。"), _("请检查后重新选择。"))
    if len(content) > sniffing.LARGEST:
        raise Invalid("file", _("文件超过 20 MB。"), _("请压缩或拆分后再上传。"))
    try:
        shown = sniffing.clean_name(name)
    except ValueError as error:
        raise Invalid("file", _("文件没有名称。"), _("请改名后重新选择。")) from error
    content_type = sniffing.content_type_of(shown, content)
    if content_type is None:
        raise Invalid(
            "file",
            _("不能上传这种文件，或内容与扩展名不符。"),
            _("请上传 PDF、图片、Office 文档（不含宏）、CSV 或文本。"),
        )
    return shown, content_type
