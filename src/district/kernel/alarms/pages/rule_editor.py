"""The editor of a rule: a form, the same as text, and its words. Works without a script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.alarms.models import AlarmRule
from district.kernel.alarms.names import RULE_WRITE
from district.kernel.alarms.pages.editing import (
    Edited,
    blank,
    context_of,
    of_content,
    of_form,
)
from district.kernel.alarms.rules.changing import change, tidied
from district.kernel.alarms.rules.editing import form_of_post
from district.kernel.alarms.rules.toml import from_toml
from district.kernel.alarms.selectors.rules import rule_for
from district.kernel.alarms.services.rules import owned_by, present_content, save_rule
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Unit,
    actor_of,
    authorise,
    authorise_somewhere,
    units_for,
)
from district.kernel.sensing.public import RuleError

Methods = ["GET", "HEAD", "POST"]


@require_http_methods(Methods)
def rule_new(request: HttpRequest) -> HttpResponse:
    """Write a new rule."""
    actor = actor_of(request)
    authorise_somewhere(actor, RULE_WRITE)
    homes = units_for(actor, RULE_WRITE)
    asked = request.POST.get("unit", "")
    unit = next((each for each in homes if each.pk == asked), homes[0])
    return _Editor(request, actor, unit, homes=homes).answer()


@require_http_methods(Methods)
def rule_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write on a rule's draft; where it has none, on what is live."""
    actor = actor_of(request)
    row = rule_for(key, actor).rule
    authorise(actor, RULE_WRITE, owned_by(row.lead_unit))
    return _Editor(request, actor, row.lead_unit, row).answer()


class _Editor:
    """One request of the editor."""

    def __init__(
        self,
        request: HttpRequest,
        actor: Actor,
        unit: Unit,
        rule: AlarmRule | None = None,
        homes: list[Unit] | None = None,
    ) -> None:
        self.request, self.actor, self.unit, self.rule = request, actor, unit, rule
        self.homes, self.error, self.status = homes or [], "", 200

    def answer(self) -> HttpResponse:
        """The page, or the way to the rule when it is saved."""
        if self.request.method != "POST":
            data = present_content(self.rule) if self.rule else None
            return self._page(of_form(blank()) if data is None else of_content(data), fresh=True)
        do = self.request.POST.get("do", "")
        if do in ("take_text", "save_text"):
            edited = self._from_text()
        else:
            edited = of_form(tidied(change(form_of_post(self.request.POST), do)))
        if do in ("save", "save_text") and not self.error:
            saved = self._save(edited)
            if saved is not None:
                return self._gone(saved, edited)
        return self._page(edited, fresh=False)

    def _from_text(self) -> Edited:
        text = self.request.POST.get("toml", "")
        try:
            return of_content(from_toml(text), text)
        except RuleError as error:
            # The form stays as it was saved last; the text stays as it was typed.
            self.error, self.status = str(error.faults[0]), 422
            data = present_content(self.rule) if self.rule else None
            edited = of_form(blank()) if data is None else of_content(data)
            edited.text = text
            return edited

    def _save(self, edited: Edited) -> AlarmRule | None:
        try:
            return save_rule(
                edited.written.content,
                self.rule,
                unit=self.unit.pk,
                actor=self.actor,
                seen=self._seen(),
            )
        except Invalid as error:
            edited.refuse(error)
        except Conflict as error:
            self.error = str(error)
        self.status = 422
        return None

    def _gone(self, saved: AlarmRule, edited: Edited) -> HttpResponse:
        count = len(edited.faults)
        if count:
            text = _("草稿已保存，还有 %(count)d 处要改好才能试算和上线。") % {"count": count}
            messages.warning(self.request, text)
            return redirect("alarm_rule_edit", saved.pk)
        messages.success(self.request, _("草稿已保存。请试算，再上线。"))
        return redirect(saved)

    def _seen(self) -> int | None:
        text = self.request.POST.get("seen", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def _page(self, edited: Edited, *, fresh: bool) -> HttpResponse:
        rule = self.rule
        seen = self._seen()
        context: dict[str, Any] = {
            **context_of(edited, self.unit, self.actor),
            "rule": rule,
            "unit": self.unit,
            "homes": [(each.pk, each.display_short) for each in self.homes],
            "seen": seen if seen is not None else (rule.version if rule else ""),
            "error": self.error,
            # A new form is not scolded for being empty.
            "shows_faults": not (fresh and rule is None),
            "heading": _("修改规则") if rule else _("新建规则"),
            "crumbs": [
                (_("告警规则"), reverse("alarm_rules")),
                *([(rule.shown_label, rule.get_absolute_url())] if rule else []),
                (_("修改") if rule else _("新建规则"), ""),
            ],
        }
        if not context["shows_faults"]:
            context |= {"faults": {}, "listed": []}
        return render(self.request, "alarms/rule_edit.html", context, status=self.status)
