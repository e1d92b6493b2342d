"""What the district knows of the firm, who says so, and what others may see of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.systems.enterprises.public import SAID_BY_FIRMS, facts_of_firm, qualification_label
from district.systems.virtual_park.forms.doing import DiscloseForm, FactsForm
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.disclosed import Disclosed
from district.systems.virtual_park.services.disclosing import disclose
from district.systems.virtual_park.services.doing import say_otherwise


@for_enterprise("profile.see")
@require_safe
def profile(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Every fact with its source, and what other sources say instead."""
    facts = facts_of_firm(acting.id)
    context = {
        "known": [one for one in facts if one.believed is not None],
        "unknown": [one for one in facts if one.believed is None],
        "sayable": SAID_BY_FIRMS,
        "qualifications": [qualification_label(key) for key in acting.enterprise.qualifications],
        "may_do": acting.may("profile.do"),
    }
    return show(request, acting, "profile", context)


@for_enterprise("profile.do")
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Say otherwise, or what is not known."""
    form = FactsForm(request.POST or None)

    def act(data: dict[str, object]) -> bool:
        say_otherwise(acting, data)
        return True

    if submitted(form, act):
        messages.success(
            request, _("已记下，来源为企业自报。其他来源有数据的，以更可信的来源为准。")
        )
        return redirect("park_profile")
    context = {
        "form": form,
        "title": _("补充和更正数据"),
        "submit": _("提交"),
        "lead": _("只填要补充或更正的项。记为“企业自报”，不会改动其他来源的数据。"),
        "back": reverse("park_profile"),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)


@for_enterprise("profile.do")
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """What other firms may see."""
    firm = acting.firm
    initial = {
        name: getattr(firm, name)
        for name in ("is_findable", "shows_products", "products", "shows_contact", "contact")
    }
    form = DiscloseForm(request.POST or None, initial=initial)
    saved = submitted(form, lambda data: disclose(acting, Disclosed(**data)))
    if saved is not None:
        messages.success(request, _("已保存。"))
        return redirect("park_profile")
    context = {
        "form": form,
        "title": _("对其他企业公开什么"),
        "submit": _("保存"),
        "lead": _("不勾选就不公开。公开登记库本来就公开的只有企业名称、街道和行业。"),
        "back": reverse("park_profile"),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)
