"""GeoReport v2: services, requests and tokens as XML and JSON, open to everybody.

Every error is answered in the standard's own format. Nothing here reads a session: the same
address answers everybody the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from district.kernel.base import clock
from district.kernel.base.errors import DistrictError
from district.kernel.cases.public import case_type_of, files_sent, own_attributes
from district.kernel.organisation.public import root_code
from district.systems.appeals.models import CatalogueVersion
from district.systems.appeals.names import TYPE
from district.systems.appeals.open311 import rules, selectors
from district.systems.appeals.open311.catalogue import attribute_out, service_of, services_list
from district.systems.appeals.open311.rules import Problem, clean
from district.systems.appeals.open311.services import Submission, key_of, submit
from district.systems.appeals.services.photos import MOST
from district.systems.appeals.throttling import TooMany, throttle
from district.ui.access import public_page

_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_UNREADABLE = (
    BadRequest,
    MultiPartParserError,
    RequestDataTooBig,
    SuspiciousOperation,
    UnreadablePostError,
)
View = Callable[..., HttpResponse]


def _answer(form: str, root: str, item: str, value: Any, status: int = 200) -> HttpResponse:
    body = rules.as_xml(root, item, value) if form == "xml" else rules.as_json(value)
    answer = HttpResponse(body, content_type=_TYPES[form], status=status)
    # Public data, without a session: pages of other sites may read it.
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Cache-Control"] = "no-cache"
    return answer


def _errors(form: str, code: int, description: str) -> HttpResponse:
    return _answer(
        form, "errors", "error", [{"code": code, "description": description}], status=code
    )


def endpoint(*methods: str) -> Callable[[View], View]:
    """A view of the standard: its methods, its throttle, its jurisdiction, its errors."""

    def decorate(view: View) -> View:
        # No session is read here, so there is nothing that a forged request could borrow.
        @csrf_exempt
        @public_page
        @wraps(view)
        def called(request: HttpRequest, form: str | None = None, **words: str) -> HttpResponse:
            form = form or "json"
            if request.method not in methods:
                answer = _errors(form, 405, _("不支持这种请求方法。"))
                answer["Allow"] = ", ".join(methods)
                return answer
            try:
                throttle(request, "report" if request.method == "POST" else "read")
                _check_jurisdiction(request)
                return view(request, form, **{key: clean(text) for key, text in words.items()})
            except Problem as problem:
                return _errors(form, problem.code, problem.description)
            except TooMany as error:
                answer = _errors(form, error.status, str(error))
                answer["Retry-After"] = str(error.seconds)
                return answer
            except DistrictError as error:
                return _errors(form, 404 if error.status == 404 else 400, str(error))
            except _UNREADABLE:
                return _errors(form, 400, _("请求的内容读不懂。"))

        return called

    return decorate


def _sent(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _check_jurisdiction(request: HttpRequest) -> None:
    """We are one jurisdiction, known by the district's code; another's is not found here."""
    given = clean(_sent(request).get("jurisdiction_id", ""))
    if given and given != root_code():
        raise Problem(
            404, _("没有编码为 %(code)s 的辖区（jurisdiction_id）。") % {"code": given[:60]}
        )


@endpoint("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the endpoint is and what it speaks."""
    newest = CatalogueVersion.objects.order_by("-published_at").first()
    changed = selectors.w3c(newest.published_at if newest else clock.now())
    base = settings.DISTRICT_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")
    services = reverse("open311_services", args=["json"])
    value = {
        "changeset": changed,
        "contact": _("请联系区民生诉求受理中心。"),
        "key_service": _("本接口开放，不需要密钥。"),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base + services.rpartition("/")[0],
                "changeset": changed,
                "type": "test" if clock.is_demo() else "production",
                "formats": [type_.split(";")[0] for type_ in _TYPES.values()],
            }
        ],
    }
    return _answer(form, "discovery", "", value)


@endpoint("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    """GET Service List."""
    metadata = bool(own_attributes(case_type_of(TYPE).schema))
    value = [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": one.description,
            "metadata": metadata,
            "type": "realtime",
            "keywords": one.name,
            "group": one.group,
        }
        for one in services_list()
    ]
    return _answer(form, "services", "service", value)


@endpoint("GET", "HEAD")
def service(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """GET Service Definition."""
    if service_of(code) is None:
        raise Problem(404, _("没有编码为 %(code)s 的服务。") % {"code": code[:40]})
    attributes = own_attributes(case_type_of(TYPE).schema)
    value = {
        "service_code": code,
        "attributes": [attribute_out(one, order) for order, one in enumerate(attributes, 1)],
    }
    return _answer(form, "service_definition", "", value)


@endpoint("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """GET Service Requests and POST Service Request."""
    if request.method == "POST":
        return _post(request, form)
    given = request.GET
    start, end = rules.span_of(
        rules.moment_of("start_date", given.get("start_date", "")),
        rules.moment_of("end_date", given.get("end_date", "")),
        clock.now(),
    )
    asked = selectors.Asked(
        start,
        end,
        rules.statuses_of(given.getlist("status")),
        rules.listed(given.getlist("service_code")),
        rules.listed(given.getlist("service_request_id")),
    )
    return _answer(form, "service_requests", "request", selectors.requests_for(asked))


def _post(request: HttpRequest, form: str) -> HttpResponse:
    given = request.POST
    words = {name: clean(given.get(name, "")) for name in _WORDS}
    if not words["service_code"]:
        raise Problem(400, _("没有提供 service_code。"))
    media = request.FILES.getlist("media")
    if len(media) > MOST:
        raise Problem(400, _("media 最多 %(most)s 张照片。") % {"most": MOST})
    if media:
        throttle(request, "photo")
    made = submit(
        Submission(
            service_code=words["service_code"],
            point=rules.point_of(given.get("lat", ""), given.get("long", "")),
            address=words["address_string"][:200],
            description=words["description"],
            name=rules.name_of(words["first_name"], words["last_name"]),
            phone=words["phone"],
            attributes=rules.attributes_of(dict(given.lists())),
            key=clean(request.headers.get("Idempotency-Key", ""))[:200],
            media=files_sent(request, "media"),
        )
    )
    value = {
        "service_request_id": made.case.number,
        "service_notice": _notice(made.code, given.get("email", ""), given.get("media_url", "")),
        "account_id": None,
    }
    return _answer(form, "service_requests", "request", [value], status=201)


_WORDS = ("service_code", "address_string", "description", "first_name", "last_name", "phone")


def _notice(code: str, email: str, media_url: str) -> str:
    parts = [_("已收到，由受理中心分派。")]
    if code:
        parts.append(
            _("查询码 %(code)s，凭单号和查询码可以查询办理情况，请妥善保存。") % {"code": code}
        )
    if email.strip():
        parts.append(_("邮箱没有保存；需要回访请留电话。"))
    if media_url.strip():
        parts.append(_("media_url 没有取用；照片请作为 media 文件一起发送。"))
    return "".join(parts)


@endpoint("GET", "HEAD")
def one_request(request: HttpRequest, form: str, number: str) -> HttpResponse:
    """GET Service Request."""
    found = selectors.request_of(number)
    if found is None:
        raise Problem(404, _("没有编号为 %(number)s 的公开诉求。") % {"number": number[:40]})
    return _answer(form, "service_requests", "request", [found])


@endpoint("GET", "HEAD")
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """GET service_request_id from a token: the Idempotency-Key that the request was sent with."""
    number = selectors.number_of_key(key_of(token[:200]))
    if not number:
        raise Problem(404, _("没有这个 token。"))
    value = [{"service_request_id": number, "token": token}]
    return _answer(form, "service_requests", "request", value)
