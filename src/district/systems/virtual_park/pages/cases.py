"""A firm's case as its page shows it: how it stands, by when, the story, what may be done now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.cases.public import (
    Case,
    CaseAttachment,
    PublicStatus,
    Reporter,
    case_type_of,
    reporter_attachments,
    said,
    status_for,
    step_shown,
)
from district.systems.virtual_park.forms.doing import AnswerForm
from district.systems.virtual_park.services.doing import Answer


@dataclass(frozen=True)
class Standing:
    """A case in a list: its stage in words, whether it is over, by when it is done."""

    stage: str
    is_done: bool
    due_at: datetime | None


def view_of(case: Case) -> Standing:
    """How a case stands, as its reporter may read it; its clock is loaded."""
    case_type = case_type_of(case.type_key)
    stage = case_type.stages[case.stage]
    words = said(stage.public) if stage.public.zh else said(stage.label)
    due = case.clock.due_at if case.clock is not None and case.category != "done" else None
    return Standing(words, case.category == "done", due)


@dataclass(frozen=True)
class Doable:
    """Something that the firm may do now, with its form."""

    key: str
    label: str
    form: forms.Form


@dataclass(frozen=True)
class CaseView:
    """A firm's own case, through its reporter."""

    status: PublicStatus
    files: list[CaseAttachment]
    moves: dict[str, Any]
    seen: int

    @classmethod
    def of(cls, reporter: Reporter, doings: tuple[str, ...], *, may: bool) -> CaseView:
        """The view for whoever acts for the firm; without `may` nothing can be done. Four
        queries at most."""
        status = status_for(reporter)
        moves = {move.key: move for move in status.moves if may and move.key in doings}
        files = list(reporter_attachments(reporter)[:50])
        return cls(status, files, moves, status.shown.version)

    def doables(self, sent: str = "", form: forms.Form | None = None) -> list[Doable]:
        """What may be done, each with its form, the one that was `sent` with what was typed."""
        return [
            Doable(key, said(move.label), form if form is not None and key == sent
                   else form_for(move, None))
            for key, move in self.moves.items()
        ]  # fmt: skip


def form_for(move: Any, data: Any) -> AnswerForm:
    """The form of a move."""
    return AnswerForm(
        data,
        rates="satisfaction" in move.form,
        required=bool(move.form.get("text")),
        auto_id=f"id_{move.key}_%s",
    )


def answered(
    request: HttpRequest, view: CaseView, act: Callable[[Answer], object]
) -> tuple[bool, list[Doable]]:
    """Do what a form of the case's page asks: whether it was done, and else the forms to show."""
    if request.method != "POST":
        return False, view.doables()
    doing = request.POST.get("do", "")
    move = view.moves.get(doing)
    if move is None:
        act(Answer(doing, {}, 0))  # says why not
        return False, view.doables()
    form = form_for(move, request.POST)
    if form.is_valid():
        try:
            act(Answer(doing, form.cleaned_data, step_shown(request)))
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            return True, []
    return False, view.doables(doing, form)
