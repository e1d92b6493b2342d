"""The pages of the city's orders: what came, what was refused, what the city is still owed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import show_on
from district.kernel.cases.public import case_url, visible_cases
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    permitted,
    permitted_somewhere,
    root_code,
)
from district.kernel.registers.public import Figure
from district.systems.appeals.city import services
from district.systems.appeals.city.forms import PlatformForm
from district.systems.appeals.city.models import CityPlatform, CityReturn
from district.systems.appeals.city.selectors import (
    platform_for,
    platforms_for,
    refusals_for,
    returns_for,
)
from district.systems.appeals.city.tables import ORDERS, REFUSALS, RETURNS

_SHOWN = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Platforms, orders that could not be taken, results that did not arrive."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, "appeals.city.view"):
        raise NotPermitted(_("您没有查看市级工单的权限。如确需办理，请联系系统管理员调整角色。"))
    waiting = returns_for(actor, _SHOWN)
    figures = [
        (
            state.label,
            "yellow" if state == CityReturn.State.PARKED and waiting.counts[state] else "",
            Figure(
                RETURNS, f'state = "{state.value}"', value=waiting.counts[state], label=state.label
            ),
        )
        for state in CityReturn.State
    ]
    platforms = list(platforms_for(actor))
    return render(
        request,
        "appeals/city/overview.html",
        {
            "figures": figures,
            "parked": waiting.parked,
            "refusals": refusals_for(actor, _SHOWN),
            "platforms": [_shown(each) for each in platforms],
            "may_import": permitted_somewhere(actor, "appeals.city.import"),
            "may_resume": permitted_somewhere(actor, "appeals.city.resume"),
            "may_manage": permitted(actor, "appeals.city.manage"),
            "orders_url": reverse("register_list", args=[ORDERS]),
            "import_url": reverse("register_import", args=[ORDERS]),
            "refusals_url": reverse("register_list", args=[REFUSALS]),
            "returns_url": reverse("register_list", args=[RETURNS]),
        },
    )


@require_safe
def order(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """On to the case of an order for whoever may see it, to the order alone for others."""
    actor = actor_of(request)
    if visible_cases(actor).filter(pk=case_id).exists():
        return redirect(case_url(case_id))
    return redirect("register_detail", ORDERS, case_id)


def _shown(platform: CityPlatform) -> dict[str, object]:
    where = f'source = "{_quoted(platform.name)}"'
    open_ones = f"{where} and not settled_at known"
    return {
        "row": platform,
        "orders": Figure(
            ORDERS, where, value=getattr(platform, "order_count", 0), label=platform.name
        ),
        "refusals": Figure(
            REFUSALS, open_ones, value=getattr(platform, "refusal_count", 0), label=platform.name
        ),
    }


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@require_POST
def resume(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """Send one parked result again."""
    try:
        row = services.resume_return(return_id, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("工单 %(number)s 将重新回传。") % {"number": row.order.number})
    return redirect("appeals_city")


@require_POST
def resume_all(request: HttpRequest) -> HttpResponse:
    """Send every parked result again."""
    count = services.resume_all(actor=actor_of(request))
    messages.success(request, _("%(count)s条结果将重新回传。") % {"count": count})
    return redirect("appeals_city")


@require_POST
def put_aside(request: HttpRequest, refusal_id: UUID) -> HttpResponse:
    """Take a refused order off the list."""
    services.put_aside(refusal_id, actor=actor_of(request))
    messages.success(request, _("已了结。"))
    return redirect("appeals_city")


@require_POST
def pull(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    """Have a platform's list read soon."""
    try:
        row = services.pull_soon(platform_id, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("即将从“%(name)s”拉取工单。") % {"name": row.name})
    return redirect("appeals_city")


@require_http_methods(["GET", "HEAD", "POST"])
def platform_new(request: HttpRequest) -> HttpResponse:
    """Make a platform known."""
    authorise(actor_of(request), "appeals.city.manage")
    return _platform_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def platform(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    """A platform's address and keys."""
    authorise(actor_of(request), "appeals.city.manage")
    return _platform_form(request, platform_for(platform_id, actor_of(request)))


def _platform_form(request: HttpRequest, row: CityPlatform | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form, status = PlatformForm(request.POST), 422
        if form.is_valid():
            try:
                saved = services.save_platform(row, actor=actor_of(request), **form.cleaned_data)
            except Invalid as error:
                show_on(form, error)
            else:
                messages.success(request, _("已保存“%(name)s”。") % {"name": saved.name})
                return redirect("appeals_city_platform", saved.pk)
    else:
        initial = (
            {
                "name": row.name,
                "url": row.url,
                "centre": row.centre_unit_id,
                "is_active": row.is_active,
            }
            if row
            else {"centre": root_code(), "is_active": True}
        )
        form = PlatformForm(initial=initial)
    return render(request, "appeals/city/platform.html", _page(row, form), status=status)


def _page(
    row: CityPlatform | None, form: PlatformForm | None, token: str = ""
) -> dict[str, object]:
    name = row.name if row else _("新建平台")
    return {
        "form": form,
        "row": row,
        "tokens": list(row.tokens.all()) if row else [],
        "token": token,
        "heading": name,
        "push_url": reverse("appeals_city_push"),
        "crumbs": [(_("市平台工单"), reverse("appeals_city")), (name, "")],
    }


@require_POST
def token_new(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    """A new key, shown on this one page and never again."""
    token = services.create_token(platform_id, actor=actor_of(request))
    row = platform_for(platform_id, actor_of(request))
    answer = render(request, "appeals/city/platform.html", _page(row, None, token))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Let a key open nothing any more."""
    row = services.revoke_token(token_id, actor=actor_of(request))
    messages.success(request, _("已吊销令牌 %(hint)s…。") % {"hint": row.hint})
    return redirect("appeals_city_platform", row.platform_id)
