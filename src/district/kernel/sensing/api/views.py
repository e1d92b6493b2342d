"""The two views of the interface: its root, and everything below."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from district.kernel.base.errors import DistrictError
from district.kernel.sensing.api import observations, posting, reading, writing
from district.kernel.sensing.api.addresses import Target, resolve
from district.kernel.sensing.api.authentication import caller_of
from district.kernel.sensing.api.context import Context, context_of
from district.kernel.sensing.api.entities import SETS
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.options import Options, options_of
from district.kernel.sensing.api.payloads import json_of
from district.kernel.sensing.api.rendering import check_entity
from district.kernel.throttling.public import TooMany
from district.ui.access import public_page

_JSON_PATCH = "application/json-patch+json"
_CONFORMANCE = [
    f"http://www.opengis.net/spec/iot_sensing/1.1/req/{each}"
    for each in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data",
        "create-update-delete/create-entity",
        "create-update-delete/deep-insert",
        "create-update-delete/update-entity",
        "data-array/data-array",
    )
]
View = Callable[..., HttpResponse]


def _problem(status: int, message: str) -> HttpResponse:
    kind = "error" if status != 501 else "notSupported"
    return JsonResponse(
        {"code": status, "type": kind, "message": message},
        status=status,
        json_dumps_params={"ensure_ascii": False},
    )


def endpoint(view: View) -> View:
    """A view of the interface: who calls, and every refusal in the standard's way."""

    # The caller is known by a secret in a header, else its form's token is looked at.
    @csrf_exempt
    @public_page
    @wraps(view)
    def called(request: HttpRequest, **words: str) -> HttpResponse:
        try:
            return _answered(view, request, words)
        except Problem as problem:
            answer = _problem(problem.status, problem.message)
            if problem.status == 401:
                answer["WWW-Authenticate"] = 'Basic realm="District", charset="UTF-8"'
            return answer
        except TooMany as error:
            answer = _problem(error.status, str(error))
            answer["Retry-After"] = str(error.seconds)
            return answer
        except DistrictError as error:
            field = getattr(error, "field", "")
            status = 400 if error.status == 422 else error.status
            return _problem(status, f"{field}：{error}" if field else str(error))
        except RequestDataTooBig:
            return _problem(413, _("请求的内容太大。"))
        except UnreadablePostError:
            return _problem(400, _("请求的内容读不懂。"))
        except (DataError, OverflowError, RecursionError):
            return _problem(400, _("请求中的数值或条件超出可以计算的范围。"))

    return called


def _answered(view: View, request: HttpRequest, words: dict[str, str]) -> HttpResponse:
    context = context_of(request, caller_of(request))
    if context.sight.nothing:
        raise Problem(403, _("您没有查看设备和观测值的权限。"))
    texts = [request.path, *(text for pair in context.pairs for text in pair)]
    if any("\0" in text for text in texts):
        raise Problem(400, _("地址中有空字符。"))
    return view(request, context, **words)


def _json(value: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")


@endpoint
def root(request: HttpRequest, context: Context) -> HttpResponse:
    """What there is, and what of the standard this service keeps."""
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, _("不支持这种请求方法。"))
    return _json(
        {
            "serverSettings": {"conformance": _CONFORMANCE},
            "value": [{"name": name, "url": f"{context.base}/{name}"} for name in SETS],
        }
    )


@endpoint
def resource(request: HttpRequest, context: Context, address: str) -> HttpResponse:
    """Everything below the root."""
    method = request.method or ""
    if address.strip("/") == "CreateObservations":
        if method != "POST":
            raise Problem(405, _("CreateObservations 只接受 POST。"))
        return _create_observations(request, context)
    if method in ("GET", "HEAD"):
        return _get(context, resolve(context, address))
    if method == "POST":
        return _post(request, context, resolve(context, address))
    if method in ("PATCH", "PUT", "DELETE"):
        return _change(request, context, method, address)
    raise Problem(405, _("不支持这种请求方法。"))


def _get(context: Context, target: Target) -> HttpResponse:
    options = options_of(context.pairs)
    if target.tail:
        return _tail(context, target, options)
    if target.row is None:
        if target.entity is None:
            return _json(observations.collection(context, target.base, options))
        return _json(reading.collection(context, target.entity, target.base, options))
    return _json(_one(context, target, options))


def _one(context: Context, target: Target, options: Options) -> dict[str, Any]:
    for name in ("filter", "orderby", "top", "skip", "count"):
        if getattr(options, name):
            raise Problem(400, _("单个对象不能用 $%(name)s。") % {"name": name})
    if target.entity is None:
        return observations.rendered(context, [target.row], options)[0]
    check_entity(options, target.entity)
    return reading.rendered(context, target.entity, [target.row], options)[0]


def _tail(context: Context, target: Target, options: Options) -> HttpResponse:
    """A property, a member of one, the bare value of either, or only the addresses of entities."""
    if target.tail == ("$ref",):
        return _json(_refs(context, target, options))
    names = [name for name in target.tail if name != "$value"]
    is_value = target.tail[-1] == "$value"
    if not names or "$value" in target.tail[:-1] or "$ref" in names:
        raise Problem(404, _("没有 %(name)s。") % {"name": "/".join(target.tail)[:80]})
    found: Any = _one(context, target, Options())
    for name in names:
        if not isinstance(found, dict) or name not in found or name.endswith("navigationLink"):
            raise Problem(404, _("没有属性 %(name)s。") % {"name": "/".join(names)[:80]})
        found = found[name]
    if not is_value:
        return _json({names[-1]: found})
    if found is None:
        return HttpResponse(status=204)
    if isinstance(found, dict | list):
        return _json(found)
    text = found if isinstance(found, str) else json.dumps(found)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _refs(context: Context, target: Target, options: Options) -> dict[str, Any]:
    options.select, options.expand = ("@iot.selfLink",), {}
    if target.row is not None:
        return _one(context, target, options)
    if target.entity is None:
        return observations.collection(context, target.base, options)
    return reading.collection(context, target.entity, target.base, options)


def _created(context: Context, set_name: str, key: int | str, value: Any) -> HttpResponse:
    answer = _json(value, 201)
    answer["Location"] = context.link(set_name, key)
    return answer


def _post(request: HttpRequest, context: Context, target: Target) -> HttpResponse:
    if target.row is not None or target.tail:
        raise Problem(405, _("只能向集合新建。"))
    given = json_of(request)
    if target.set_name == "Observations":
        stream = target.parent.pk if target.parent is not None else None
        if target.nav and type(target.parent).__name__ != "Datastream":
            raise Problem(405, _("请向数据流的 Observations 新建。"))
        key = posting.post_one(context, given, stream)
        link = context.link("Observations", key)
        return _created(context, "Observations", key, {"@iot.id": key, "@iot.selfLink": link})
    with transaction.atomic():
        set_name, made = writing.create(context, target, given)
    return _created(context, set_name, made, writing.by_key(context, set_name, made))


def _create_observations(request: HttpRequest, context: Context) -> HttpResponse:
    keys = posting.post_many(context, json_of(request))
    return _json([context.link("Observations", key) if key else "error" for key in keys], 201)


def _change(request: HttpRequest, context: Context, method: str, address: str) -> HttpResponse:
    with transaction.atomic():
        target = resolve(context, address)
        if target.row is None or target.tail or target.entity is None:
            raise Problem(405, _("只能修改或删除单个对象；观测值不能修改。"))
        if method == "DELETE":
            writing.end(context, target)
            return HttpResponse(status=200)
        change = writing.patch if request.content_type == _JSON_PATCH else writing.change
        change(context, target, json_of(request))
    return _json(writing.by_key(context, target.set_name, target.row.pk))
