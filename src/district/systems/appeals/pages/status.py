"""The status page: number and code come by POST, so that neither stands in an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import (
    PublicStatus,
    StatusForm,
    status_asked,
    status_unknown,
)
from district.kernel.throttling.public import TooMany
from district.systems.appeals.forms.status import AnswerForm
from district.systems.appeals.names import TYPE
from district.systems.appeals.pages.public import page, wait
from district.systems.appeals.selectors.public import (
    open_to_reporter,
    photos_received,
    reopens_until,
)
from district.systems.appeals.services.reports import ANSWERS, answer, count_look
from district.ui.access import public_page
from district.ui.public_forms import private, waiting, whom


@public_page
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """How a report stands; with `do` also what the reporter answers to it."""
    if request.method != "POST":
        return page(request, "status", {"form": StatusForm(type_key=TYPE)})
    form = StatusForm(request.POST, type_key=TYPE)
    if not form.is_valid():
        return page(request, "status", {"form": form}, 422)
    try:
        count_look(whom(request))
    except TooMany as error:
        context = {"form": form, "problem": wait(error)}
        return waiting(page(request, "status", context, 429), error)
    found = status_asked(form)
    if found is None:
        return private(page(request, "status", {"form": form, "problem": status_unknown()}, 404))
    if "do" in request.POST:
        return _answer(request, form, found)
    return _shown(request, form, found)


def _answer(request: HttpRequest, form: StatusForm, found: PublicStatus) -> HttpResponse:
    """Do what the reporter answers, and show how the case stands then."""
    doing, answered = request.POST["do"], AnswerForm(request.POST)
    answered.is_valid()
    given = {
        "text": answered.cleaned_data.get("text", ""),
        "satisfaction": request.POST.get("satisfaction", ""),
    }
    round_ = request.POST.get("round", "")
    try:
        answer(found, doing, given, round_=int(round_) if round_.isdecimal() else 0)
    except Invalid as error:
        answered.add_error("text", str(error))
        return _shown(request, form, found, answered=answered, doing=doing, code=422)
    except (Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), code=error.status)
    again = status_asked(form)
    thanks = {
        "reopen": _("已收到，将重新办理。"),
        "rate": _("已收到您的评价，谢谢。"),
    }
    return _shown(request, form, again or found, done=thanks[doing])


def _shown(
    request: HttpRequest,
    form: StatusForm,
    found: PublicStatus,
    *,
    answered: AnswerForm | None = None,
    doing: str = "",
    problem: str = "",
    done: str = "",
    code: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "status": found,
        "merged": found.shown.pk != found.case.pk,
        "moves": open_to_reporter(found),
        "until": reopens_until(found),
        "photos": photos_received(found),
        "answers": _answer_words(),
        "answered": answered or AnswerForm(),
        "doing": doing,
        "problem": problem,
        "done": done,
    }
    return private(page(request, "shown", context, code))


def _answer_words() -> list[tuple[str, str]]:
    words = {"satisfied": _("满意"), "fair": _("基本满意"), "unhappy": _("不满意")}
    return [(key, words[key]) for key in ANSWERS]
