"""The one door of the portal: who acts for which firm, and whether their roles allow the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base.errors import Conflict
from district.systems.virtual_park.models import Mandate, Representative
from district.systems.virtual_park.pages import session
from district.systems.virtual_park.rules.roles import RIGHTS
from district.systems.virtual_park.selectors.acting import Acting, awake, mandates_of
from district.systems.virtual_park.services.passwords import note_use
from district.ui.access import public_page
from district.ui.middleware import is_fragment, wants_json

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True)
class SignedIn:
    """Whose session it is, for which firms they can act now, and which sleep."""

    representative: Representative
    actings: list[Acting]
    asleep: list[Mandate]


def signed_in(request: HttpRequest) -> SignedIn | None:
    """Who is signed in to the portal; None for nobody. Two or three queries."""
    holder = session.holder(request)
    if holder is None:
        return None
    rows = list(mandates_of(*holder))
    actings = awake(rows)
    active = {acting.mandate.pk for acting in actings}
    asleep = [row for row in rows if row.pk not in active]
    if rows:
        return SignedIn(rows[0].representative, actings, asleep)
    found = Representative.objects.filter(pk=holder[0], epoch=holder[1], forgotten_at=None).first()
    return SignedIn(found, [], []) if found is not None else None


def chosen(request: HttpRequest, found: SignedIn) -> Acting | None:
    """For which firm this session acts: the only one, else the one that was chosen."""
    if len(found.actings) == 1:
        return found.actings[0]
    wanted = session.chosen_firm(request)
    return next((one for one in found.actings if str(one.firm.pk) == wanted), None)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """On to signing in, and back to this page afterwards."""
    here = reverse("park_sign_in")
    if wants_json(request):
        error = {"status": 401, "message": _("请先登录虚拟园区。")}
        return JsonResponse({"error": error}, status=401)
    if is_fragment(request):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = here
        return answer
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("park")
    return redirect(f"{here}?{urlencode({'next': back})}")


def safe_next(request: HttpRequest) -> str:
    """Where signing in leads: a page of the portal, else its first."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    home = reverse("park")
    return wanted if ours and wanted.startswith(home) else home


def for_enterprise(right: str) -> Callable[[View[P]], Guarded[P]]:
    """Open a view to representatives whose roles for the chosen firm hold the right.

    The view is handed the `Acting` after the request. Nobody's session goes to signing in, one
    with several firms and no choice to choosing; a form that was drawn for another firm is a
    Conflict. Answers are kept by no cache. An unknown right is a KeyError at start.
    """
    RIGHTS[right]

    def decorate(view: View[P]) -> Guarded[P]:
        @public_page
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            found = signed_in(request)
            if found is None:
                return to_sign_in(request)
            acting = chosen(request, found)
            if acting is None:
                return redirect("park_choose")
            acting.require(right)
            _refuse_other_firm(request, acting)
            if session.is_new_this_month(request, acting.firm.pk):
                note_use(acting.firm)
            vars(request)["park_firms"] = len(found.actings)
            answer = view(request, acting, *args, **kwargs)
            answer["Cache-Control"] = "no-store"
            return answer

        vars(guarded)["park_right"] = right
        return guarded

    return decorate


def _refuse_other_firm(request: HttpRequest, acting: Acting) -> None:
    """A form that was drawn for one firm is never taken for another, as when somebody who acts for
    two has changed over in another window."""
    if request.method != "POST":
        return
    if request.POST.get("for") != acting.enterprise.code:
        raise Conflict(
            _("这一页是为另一家企业打开的，没有提交。您现在代表：%(firm)s。")
            % {"firm": acting.enterprise.name}
        )


@dataclass(frozen=True)
class Link:
    """An entry of the portal's navigation; `phone` puts it into the phone's bar."""

    label: Any
    name: str
    icon: str
    right: str
    phone: bool = False


LINKS = (
    Link(gettext_lazy("首页"), "park", icon="home", right="home", phone=True),
    Link(gettext_lazy("政策"), "park_policies", icon="file-text", right="policies.see", phone=True),
    Link(
        gettext_lazy("我的申报"),
        "park_applications",
        icon="clipboard-check",
        right="policies.see",
    ),
    Link(
        gettext_lazy("诉求"),
        "park_requests",
        icon="message-2",
        right="requests.see",
        phone=True,
    ),
    Link(gettext_lazy("产业空间"), "park_spaces", icon="building-factory", right="spaces.see"),
    Link(gettext_lazy("场景"), "park_scenarios", icon="target", right="scenarios.see"),
    Link(
        gettext_lazy("上下游对接"),
        "park_partners",
        icon="arrows-exchange",
        right="partners.see",
    ),
    Link(
        gettext_lazy("活动"),
        "park_activities_own",
        icon="calendar",
        right="activities.see",
        phone=True,
    ),
    Link(gettext_lazy("统计报表"), "park_returns", icon="report-analytics", right="statistics"),
    Link(gettext_lazy("企业档案"), "park_profile", icon="id-badge-2", right="profile.see"),
    Link(gettext_lazy("人员授权"), "park_people", icon="users", right="people"),
)


def show(
    request: HttpRequest,
    acting: Acting,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the portal, saying for whom, with the links that the roles allow."""
    links = [
        {
            "label": link.label,
            "url": reverse(link.name),
            "icon": link.icon,
            "current": request.path == reverse(link.name)
            or (link.name != "park" and request.path.startswith(reverse(link.name))),
            "phone": link.phone,
        }
        for link in LINKS
        if acting.may(link.right)
    ]
    whole = {
        "acting": acting,
        "links": links,
        "phone_links": [link for link in links if link["phone"]],
        "several": vars(request).get("park_firms", 1) > 1,
        **context,
    }
    return render(request, f"virtual_park/{template}.html", whole, status=status)
