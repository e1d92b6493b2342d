"""Files of a case: attached on its page, shown or downloaded, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base.attachments import download, show_picture, small_of
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.cases.addresses import case_url
from district.kernel.cases.forms import files_sent
from district.kernel.cases.models import CaseAttachment
from district.kernel.cases.pages.case import case_page
from district.kernel.cases.rules.attachments import FIELD
from district.kernel.cases.selectors import attachment_for, case_detail
from district.kernel.cases.services import attach, detach
from district.kernel.cases.services.keeping import storage
from district.kernel.organisation.public import actor_of


@require_POST
def attachments(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Attach what was chosen, then back to the case; its page again where something is wrong.

    The script that shows how far an upload is asks for JSON and is told where to go on.
    """
    actor = actor_of(request)
    detail = case_detail(case_id, actor)
    is_script = "text/html" not in request.headers.get("Accept", "text/html")
    try:
        if not request.FILES.getlist(FIELD):
            raise Invalid(FIELD, _("没有选择文件。"), _("请先选择文件再上传。"))
        rows = attach(
            case_id,
            files_sent(request),
            actor=actor,
            kind=request.POST.get("kind") or CaseAttachment.Kind.OTHER,
            public=bool(request.POST.get("public")),
        )
    except (Invalid, Conflict) as error:
        if is_script:
            raise
        return case_page(request, detail, actor, upload_error=str(error), status=error.status)
    messages.success(
        request,
        ngettext("已上传 %(count)s 个文件。", "已上传 %(count)s 个文件。", len(rows))
        % {"count": len(rows)},
    )
    # The script loads the page anew, which an address with a fragment would not do.
    where = case_url(case_id)
    return JsonResponse({"location": where}) if is_script else redirect(f"{where}#attachments")


@require_safe
def attachment(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> FileResponse:
    """A file for those who may see the case: a picture in place, all else as a download."""
    return attachment_answer(attachment_for(case_id, attachment_id, actor_of(request)))


@require_safe
def attachment_small(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> FileResponse:
    """The small picture for the page's grid."""
    row = attachment_for(case_id, attachment_id, actor_of(request))
    return attachment_answer(row, small=True)


def attachment_answer(row: CaseAttachment, *, small: bool = False, name: str = "") -> FileResponse:
    """The answer that hands out a file, for a row that the asker may see (see `selectors`);
    `name` is told instead of its own, which may say who somebody is."""
    name = name or row.name
    if not row.is_image:
        return download(storage(), row.stored, name)
    if small:
        return show_picture(storage(), small_of(row.stored), "small.jpg", "image/jpeg")
    return show_picture(storage(), row.stored, name, row.content_type)


@require_POST
def attachment_remove(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Take a file back, then to the case again."""
    actor = actor_of(request)
    row = attachment_for(case_id, attachment_id, actor)
    detach(row.pk, actor=actor)
    messages.success(request, _("附件已删除。"))
    return redirect(f"{case_url(case_id)}#attachments")
