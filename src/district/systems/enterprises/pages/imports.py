"""The pages of an import: upload, progress, outcome, the rows that were left out."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, authorise
from district.kernel.registers.public import list_view
from district.systems.enterprises.forms import ImportForm
from district.systems.enterprises.importing.files import MAX_BYTES, MAX_ROWS
from district.systems.enterprises.importing.places import rejected_of
from district.systems.enterprises.models import ImportRun
from district.systems.enterprises.names import IMPORT, IMPORTS
from district.systems.enterprises.rules.facts import FACTS
from district.systems.enterprises.selectors.rights import owned_register
from district.systems.enterprises.selectors.sources import source_label
from district.systems.enterprises.services.imports import run_of, start_import


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The imports so far."""
    return list_view(request, IMPORTS, template="enterprises/imports.html")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form, and the file that it sends; the worker does the rest."""
    actor = actor_of(request)
    authorise(actor, IMPORT, owned_register())
    form = ImportForm(
        request.POST or None, request.FILES or None, initial={"told_on": clock.today()}
    )
    made = submitted(
        form,
        lambda data: start_import(
            data["file"].name,
            data["file"].chunks(),
            source=data["source"],
            told_on=data["told_on"],
            actor=actor,
        ),
    )
    if made is not None:
        return redirect("enterprises_import_run", run_id=made.pk)
    context = {
        "form": form,
        "facts": FACTS,
        "megabytes": MAX_BYTES >> 20,
        "most_rows": MAX_ROWS,
        "crumbs": [(_("企业导入记录"), reverse("enterprises_imports")), (_("导入企业"), "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "enterprises/import.html", context, status=status)


def _run(run_id: UUID, actor: Actor) -> ImportRun:
    authorise(actor, IMPORT, owned_register())
    found = run_of(str(run_id))
    if found is None:
        raise NotFound(_("没有这次导入。"))
    return found


@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far an import is, or what became of it; asked again while the worker is at it."""
    found = _run(run_id, actor_of(request))
    context = {
        "run": found,
        "source": source_label(found.source),
        "has_rejected": found.rejected and rejected_of(found.pk).exists(),
        "more": found.rejected > len(found.problems),
        "crumbs": [(_("企业导入记录"), reverse("enterprises_imports")), (found.file_name, "")],
    }
    return render(request, "enterprises/import_run.html", context)


@require_safe
def rejected(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """The rows that were left out, each with what is wrong, as a CSV file to mend and send."""
    found = _run(run_id, actor_of(request))
    path = rejected_of(found.pk)
    if not found.is_over or not found.rejected or not path.exists():
        raise NotFound(_("没有这个文件，可能已超过保存期限。请重新导入。"))
    name = _("有误的行-%(name)s.csv") % {"name": found.file_name.rpartition(".")[0]}
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
