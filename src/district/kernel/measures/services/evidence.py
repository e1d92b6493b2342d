"""Evidence files: what they are is sniffed, they are kept under random names, never executed."""

from __future__ import annotations

import hashlib

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock, sniffing
from district.kernel.base.attachments import checked_file, keep, private_storage
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, record
from district.kernel.measures.models import Evidence, Filing
from district.kernel.measures.rules import flow
from district.kernel.measures.services.filings import hand
from district.kernel.measures.subjects import filing_subject
from district.kernel.organisation.public import Owned, authorise


def storage() -> FileSystemStorage:
    """Where evidence lies."""
    return private_storage("filings")


@transaction.atomic
def add_evidence(filing: Filing, name: str, content: bytes, *, actor: Actor) -> Evidence:
    """Attach a file to a filing that is not filed yet.

    Raises Invalid on a kind of file that is not allowed, one too many or too large or present
    already, Conflict once the value is filed.
    """
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    _require_open(filing)
    shown, content_type = checked_file(name, content)
    digest = hashlib.sha256(content).hexdigest()
    present = list(filing.evidence.all())
    if len(present) >= sniffing.MOST_FILES:
        raise Invalid("file", _("最多上传 10 个文件。"), _("请先删去不需要的。"))
    if any(one.sha256 == digest for one in present):
        raise Invalid("file", _("这个文件已经上传过。"), _("不必重复上传。"))
    # The row is taken back with the transaction; a file that then lies unused harms nobody.
    stored = keep(storage(), content)
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
    record(filing_subject(filing), "measures.filing.evidence_added", data, actor=actor)
    return row


@transaction.atomic
def remove_evidence(evidence: Evidence, *, actor: Actor) -> None:
    """Take a file off a filing that is not filed yet; history keeps its name and checksum."""
    filing = evidence.filing
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    _require_open(filing)
    data = {"id": str(evidence.pk), "name": evidence.name, "sha256": evidence.sha256}
    record(filing_subject(filing), "measures.filing.evidence_removed", data, actor=actor)
    stored = evidence.stored
    evidence.delete()
    transaction.on_commit(lambda: storage().delete(stored))


def _require_open(filing: Filing) -> None:
    if filing.state not in flow.OWED:
        raise Conflict(_("已提交的填报不能再增减材料。如需修改，请先撤回。"))
