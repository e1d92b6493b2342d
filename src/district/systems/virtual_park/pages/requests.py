"""A firm's requests: raised, followed, rated."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.kernel.cases.public import attachment_answer, reporter_attachment
from district.systems.virtual_park.forms.doing import RequestForm
from district.systems.virtual_park.pages.cases import CaseView, answered, view_of
from district.systems.virtual_park.pages.claims import sent_files
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.requests import request_of, requests_of
from district.systems.virtual_park.services.doing import (
    REQUEST_DOINGS,
    Answer,
    Raised,
    answer_request,
    raise_request,
)

_MOST = 100


@for_enterprise("requests.see")
@require_safe
def requests(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """What the firm asked for."""
    rows = [(row, view_of(row.case)) for row in requests_of(acting)[:_MOST]]
    context = {"rows": rows, "may_do": acting.may("requests.do")}
    return show(request, acting, "requests", context)


@for_enterprise("requests.do")
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Raise a request."""
    form = RequestForm(request.POST or None)
    made = submitted(
        form,
        lambda data: raise_request(
            acting, Raised(**data, key=request.POST.get("key", "")[:40]), sent_files(request)
        ),
    )
    if made is not None:
        messages.success(request, _("诉求已提交，单号%(number)s。") % {"number": made.number})
        return redirect("park_request", made.pk)
    context = {
        "form": form,
        "title": _("提诉求"),
        "submit": _("提交诉求"),
        "files": True,
        "key": request.POST.get("key") or uuid4().hex,
        "note": _("您登记的姓名和手机号会随单交给承办单位，用于联系您；每次查看都有记录。"),
        "back": reverse("park_requests"),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)


@for_enterprise("requests.see")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, acting: Acting, case_id: UUID) -> HttpResponseBase:
    """One request: how it stands, the answer, what the firm may do now."""
    row = request_of(acting, case_id)
    view = CaseView.of(row.reporter, REQUEST_DOINGS, may=acting.may("requests.do"))

    def act(answer: Answer) -> object:
        return answer_request(acting, case_id, answer, sent_files(request))

    done, form = answered(request, view, act)
    if done:
        messages.success(request, _("已提交。"))
        return redirect("park_request", case_id)
    context = {
        "row": row,
        "view": view,
        "form": form,
        "back": (_("我的诉求"), reverse("park_requests")),
        "file_url": "park_request_file",
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "request", context, status=status)


@for_enterprise("requests.see")
@require_safe
def request_file(
    request: HttpRequest, acting: Acting, case_id: UUID, file_id: UUID
) -> HttpResponseBase:
    """A file of a request."""
    return attachment_answer(reporter_attachment(request_of(acting, case_id).reporter, file_id))
