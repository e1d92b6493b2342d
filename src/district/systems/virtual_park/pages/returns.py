"""A firm's statistical returns, for its statistics role alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.systems.virtual_park.forms.returns import ReturnForm
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.rules.returns import Form
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.returns import (
    OwedReturn,
    OwnVersion,
    form_of,
    item_label,
    owed_by,
    own_draft,
    own_return,
    own_versions,
)
from district.systems.virtual_park.services.returns import file_return, save_draft


@for_enterprise("statistics")
@require_safe
def returns(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """What is owed, and what was filed."""
    return show(request, acting, "returns", {"rows": owed_by(acting)})


@sensitive_post_parameters()
@sensitive_variables("form", "versions", "context", "draft", "initial")
@for_enterprise("statistics")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, acting: Acting, return_id: UUID) -> HttpResponseBase:
    """One return: filled in, kept as a draft, filed, corrected."""
    owed = own_return(acting, return_id)
    definition = form_of(owed.row.round)
    if request.method == "POST" and request.POST.get("do") == "draft":
        save_draft(acting, return_id, _typed_texts(request))
        messages.success(request, _("草稿已保存，还没有报送。"))
        return redirect("park_return", return_id)
    versions = own_versions(acting, owed.row)
    form = ReturnForm(
        request.POST or None,
        form=definition,
        asked=[check for check in definition.checks if not check.hard],
        corrects=bool(owed.row.number),
        initial=own_draft(acting, owed.row) or _filed(versions),
    )
    made = submitted(form, lambda data: file_return(acting, return_id, form.typed(data)))
    if made is not None:
        messages.success(request, _("已报送。"))
        return redirect("park_return", return_id)
    _ask_only_where_needed(form, definition)
    context = _context(owed, definition, form, versions)
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "return", context, status=status)


def _typed_texts(request: HttpRequest) -> dict[str, str]:
    skipped = ("csrfmiddlewaretoken", "for", "do")
    return {key: str(value) for key, value in request.POST.items() if key not in skipped}


def _filed(versions: list[OwnVersion]) -> dict[str, str]:
    if not versions:
        return {}
    newest = versions[0].kept
    values = {key: f"{value:f}" for key, value in newest.values.items()}
    return {**values, **{f"reason_{key}": words for key, words in newest.reasons.items()}}


def _ask_only_where_needed(form: ReturnForm, definition: Form) -> None:
    """The fields for reasons that nothing asked for, and in which nothing stands, are not drawn."""
    for check in definition.checks:
        key = f"reason_{check.key}"
        if key in form.fields and not form[key].value() and key not in form.errors:
            del form.fields[key]


def _context(
    owed: OwedReturn, definition: Form, form: ReturnForm, versions: list[OwnVersion]
) -> dict[str, Any]:
    labels = {item.key: f"{item_label(item)}（{item.unit}）" for item in definition.items}
    return {
        "owed": owed,
        "form": form,
        "versions": [
            (one, [(labels[key], value) for key, value in one.kept.values.items() if key in labels])
            for one in versions
        ],
    }
