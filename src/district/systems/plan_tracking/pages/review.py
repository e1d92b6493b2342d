"""The review desk: confirm, correct, reject, take back; and the bulk confirmation."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import show_on
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of
from district.kernel.plan.public import (
    Edition,
    EditionState,
    Statement,
    confirm_many,
    confirm_statement,
    correct_statement,
    reject_statement,
    undo_decision,
)
from district.systems.plan_tracking.forms import BulkForm, StatementForm
from district.systems.plan_tracking.pages.common import (
    done,
    number_of,
    page,
    wants_fragment,
)
from district.systems.plan_tracking.selectors.reviewing import (
    CHOICES,
    Desk,
    Filters,
    desk,
    edition_header,
    preview,
)

_ACTION = "plan.statement.decide"
_DONE = {
    "confirm": gettext_lazy("已确认：%(name)s"),
    "save": gettext_lazy("已更正：%(name)s"),
    "reject": gettext_lazy("已排除：%(name)s"),
    "undo": gettext_lazy("已撤销处理：%(name)s"),
}


def _current(edition_id: UUID) -> Edition:
    """The edition, when it is in force; an amended one is compared and adopted first."""
    edition = edition_header(edition_id)
    if edition.state != EditionState.CURRENT:
        raise Conflict(_("只能处理现行版本。修订稿请先对照并采用。"))
    return edition


@page(_ACTION)
def review(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The desk at the statement named by `at`, or at the first one that matches."""
    edition = _current(edition_id)
    shown = desk(edition, Filters.of(request.GET), request.GET.get("at") or None)
    return _answer(request, shown)


@page(_ACTION, "POST")
def decide(request: HttpRequest, edition_id: UUID, statement_id: UUID) -> HttpResponse:
    """One decision on one statement; goes on to the next one that the queue shows."""
    edition = edition_header(edition_id)
    filters = Filters.of(request.POST, prefix="f_")
    before = desk(edition, filters, statement_id)
    if before.case is None:
        raise NotFound(_("没有这条表述。"))
    verb = request.POST.get("do", "")
    form = StatementForm(request.POST)
    try:
        row = _decide(verb, form, before.case.statement, request.POST, actor_of(request))
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _answer(request, before, form=form, status=getattr(error, "status", 422))
    name = f"{row.subject}{row.measure}"
    message = str(_DONE[verb]) % {"name": name}
    target = before.following if verb in ("confirm", "save", "reject") else None
    after = desk(edition, filters, target.pk if target else row.pk)
    if wants_fragment(request):
        answer = _answer(request, after, said=message)
        answer["HX-Push-Url"] = _address(after)
        return answer
    return done(request, message, _address(after))


def _decide(
    verb: str, form: StatementForm, row: Statement, data: QueryDict, actor: Actor
) -> Statement:
    version = number_of(data.get("version"))
    note = data.get("note", "").strip()
    if verb == "confirm":
        return confirm_statement(row.pk, actor=actor, note=note, version=version)
    if verb == "reject":
        return reject_statement(row.pk, actor=actor, note=note, version=version)
    if verb == "undo":
        return undo_decision(row.pk, actor=actor, version=version)
    if verb != "save":
        raise Invalid("do", _("没有选择操作。"), _("请点确认、更正、排除或撤销。"))
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise Invalid(field, str(problems[0]))
    return correct_statement(row.pk, form.changes(), actor=actor, note=note, version=version)


def _answer(
    request: HttpRequest,
    shown: Desk,
    *,
    form: StatementForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    if form is None and shown.case is not None:
        form = StatementForm.of(shown.case.statement)
    template = "plan_tracking/desk.html" if wants_fragment(request) else "plan_tracking/review.html"
    context = {
        "desk": shown,
        "edition": shown.edition,
        "form": form,
        "said": said,
        "choices": CHOICES,
    }
    return render(request, template, context, status=status)


def _address(shown: Desk) -> str:
    address = reverse("plan_review", args=[shown.edition.pk])
    at = f"at={shown.case.statement.pk}" if shown.case else ""
    query = "&".join(part for part in (shown.filters.query, at) if part)
    return f"{address}?{query}" if query else address


@page(_ACTION, "GET", "HEAD", "POST")
def bulk(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Which statements a bulk confirmation takes, and the confirmation itself."""
    edition = _current(edition_id)
    form = BulkForm(request.POST if request.method == "POST" else request.GET or None)
    threshold = Decimal("0.9")
    if form.is_bound and form.is_valid():
        threshold = form.cleaned_data["threshold"]
        if request.method == "POST":
            return _confirm_all(request, edition, form)
    shown = preview(edition, threshold)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "preview": shown, "edition": edition}
    return render(request, "plan_tracking/bulk.html", context, status=status)


def _confirm_all(request: HttpRequest, edition: Edition, form: BulkForm) -> HttpResponse:
    address = reverse("plan_review", args=[edition.pk])
    result = confirm_many(
        edition.pk,
        actor=actor_of(request),
        threshold=form.cleaned_data["threshold"],
        with_tasks=form.cleaned_data["with_tasks"],
    )
    if not result.statements and not result.tasks:
        return redirect(f"{address}?state=proposed")
    text = _("已确认 %(statements)s 条表述和 %(tasks)s 项任务，形成 %(made)s 项承诺。") % {
        "statements": result.statements,
        "tasks": result.tasks,
        "made": result.commitments,
    }
    return done(request, text, f"{address}?state=proposed")
