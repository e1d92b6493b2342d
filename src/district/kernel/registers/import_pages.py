"""The pages of an import: upload, preview, confirmation, outcome, and the template file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import action_of, actor_of
from district.kernel.registers import exporting, jobs, services
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.importing.checking import importable, importing_of
from district.kernel.registers.importing.files import MAX_BYTES
from district.kernel.registers.importing.progress import writing_of
from district.kernel.registers.models import ImportRun
from district.kernel.registers.scope import may_import
from district.kernel.registers.store import register_of

# A small file is checked and written while its sender waits; a larger one by the worker.
BACKGROUND_BYTES = 200_000


def _register(request: HttpRequest, key: str) -> Register:
    register = register_of(key)
    action = importing_of(register).action
    if not may_import(register, actor_of(request)):
        raise NotPermitted(
            _("您没有“%(action)s”的权限。如确需办理，请联系系统管理员调整角色。")
            % {"action": action_of(action).label}
        )
    return register


def _context(request: HttpRequest, register: Register, **more: Any) -> dict[str, Any]:
    fields = importable(register, actor_of(request))
    key = importing_of(register).key
    list_url = reverse("register_list", args=[register.key])
    return {
        "register": register,
        "fields": [(one, one.required or one.key in key, exporting.hint(one)) for one in fields],
        "key_labels": [str(register.by_key[each].label) for each in key],
        "list_url": list_url,
        "crumbs": [(register.label, list_url), (_("导入"), "")],
        "limit": MAX_BYTES >> 20,
        **more,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """The form, and the file that it sends."""
    register = _register(request, key)
    if request.method != "POST":
        return render(request, "registers/import.html", _context(request, register))
    error = ""
    file = request.FILES.get("file")
    if file is None:
        error = _("还没有选择文件。请先选择要导入的文件。")
    elif (file.size or 0) > MAX_BYTES:
        error = _("文件超过 %(limit)d MB。请拆成几个文件。") % {"limit": MAX_BYTES >> 20}
    if file is None or error:
        context = _context(request, register, error=error)
        return render(request, "registers/import.html", context, status=422)
    content, actor = file.read(), actor_of(request)
    small = len(content) <= BACKGROUND_BYTES
    started = services.start_import(register, file.name or "", content, actor=actor, at_once=small)
    if small:
        jobs.check_import.call(str(started.pk))
    return redirect("register_import_run", key=key, run_id=started.pk)


@require_safe
def run(request: HttpRequest, key: str, run_id: UUID) -> HttpResponse:
    """What was found in the file, or what became of it; asked again while the worker is at it."""
    register = _register(request, key)
    found = services.run_of(register, run_id, actor_of(request))
    columns = [one for one in importable(register, actor_of(request)) if _has(found, one)]
    preview = [
        {
            "number": row["_row"],
            "new": row["_new"],
            "same": row["_same"],
            "cells": [row.get(one.key, "") for one in columns],
        }
        for row in found.preview
    ]
    context = _context(request, register, run=found, columns=columns, preview=preview)
    context["writing"] = writing_of(found.pk) if found.state == ImportRun.State.WRITING else None
    context["more_problems"] = found.problem_count - len(found.problems)
    return render(request, "registers/import_run.html", context)


def _has(found: ImportRun, one: Field) -> bool:
    return any(one.key in row for row in found.preview)


@require_POST
def commit(request: HttpRequest, key: str, run_id: UUID) -> HttpResponse:
    """Write the rows of a checked file."""
    register = _register(request, key)
    actor = actor_of(request)
    found = services.run_of(register, run_id, actor)
    small = len(found.content) <= BACKGROUND_BYTES
    services.begin_commit(found, actor=actor, at_once=small)
    if small:
        jobs.commit_import.call(str(found.pk))
    return redirect("register_import_run", key=key, run_id=run_id)


@require_safe
def template(request: HttpRequest, key: str) -> HttpResponseBase:
    """An empty workbook with the columns that an import takes, and what each may hold."""
    register = _register(request, key)
    context = _context(request, register)
    book = exporting.template_file(register, context["fields"])
    name = exporting.file_name(register, "xlsx").replace(".xlsx", _("-导入模板") + ".xlsx")
    return FileResponse(book, as_attachment=True, filename=name)
