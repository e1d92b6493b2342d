"""The API: registers here, other parts' routers through `register_router`.

Session log-in as on the pages, with the CSRF token on every write; the description is at
`/api/openapi.json`, behind the log-in as well.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import SessionAuth

from district.kernel.base.errors import DistrictError, Invalid
from district.kernel.organisation.public import actor_of, visible
from district.kernel.registers.cells import json_row
from district.kernel.registers.pages import json_page, listing_for
from district.kernel.registers.scope import fields_for
from district.kernel.registers.selectors import check_problems, row_for
from district.kernel.registers.store import register_of, registers

api = NinjaAPI(
    title="District",
    version="1",
    auth=SessionAuth(),
    docs_url=None,  # Swagger's page needs scripts from elsewhere, which our pages may not load
    urls_namespace="api",
)
router = Router(tags=["registers"])


class ErrorIn(Schema):
    """What was wrong; `field`, `problem` and `remedy` where one field was."""

    status: int
    message: str
    field: str = ""
    problem: str = ""
    remedy: str = ""


class ErrorOut(Schema):
    """An error in words."""

    error: ErrorIn


#: What any endpoint may answer instead, for its `response=`; `_answer` below writes it.
ERRORS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 422}): ErrorOut}


class RegisterOut(Schema):
    """A register that the member may see."""

    key: str
    label: str
    url: str
    can_import: bool


class ColumnOut(Schema):
    """A column: its key in `values`, its label, type and unit."""

    key: str
    label: str
    type: str
    unit: str


class RowOut(Schema):
    """A row: decimals, dates and times are texts; `labels` say codes and choices in words."""

    id: str
    url: str
    values: dict[str, Any]
    labels: dict[str, str]


class PageOut(Schema):
    """One page of the filtered list of the register `key`."""

    key: str
    count: int
    page: int
    pages: int
    page_size: int
    columns: list[ColumnOut]
    rows: list[RowOut]


class Filters(Schema):
    """What narrows and orders a list; besides these every field: `field=`, `.from`, `.to`."""

    where: str = ""
    q: str = ""
    sort: str = ""
    columns: str = ""
    page: int = 1


@router.get("/", response=list[RegisterOut])
def list_registers(request: HttpRequest) -> list[dict[str, Any]]:
    """The registers that the member may see."""
    actor = actor_of(request)
    return [
        {
            "key": each.key,
            "label": str(each.label),
            "url": f"/registers/{each.key}/",
            "can_import": each.importing is not None
            and not visible(actor, each.importing.action).nothing,
        }
        for each in registers()
        if not visible(actor, each.view_action).nothing
    ]


@router.get("/{key}", response=PageOut)
def list_rows(request: HttpRequest, key: str, filters: Query[Filters]) -> dict[str, Any]:
    """One page of a register's rows, filtered as on its list page."""
    listed = listing_for(request, register_of(key))
    check_problems(listed.asked)
    return json_page(listed)


@router.get("/{key}/{path:row_id}", response=RowOut)
def one_row(request: HttpRequest, key: str, row_id: str) -> Any:
    """One row, with every field that the member may see."""
    register = register_of(key)
    actor = actor_of(request)
    fields = fields_for(register, actor)
    return json_row(register, fields, row_for(register, actor, fields, row_id))


def register_router(prefix: str, part: Router) -> None:
    """Add a part's endpoints under `/api/<prefix>`; called from its declare.py."""
    api.add_router(prefix, part)


@api.exception_handler(DistrictError)
def _answer(request: HttpRequest, error: DistrictError) -> Any:
    body: dict[str, Any] = {"status": error.status, "message": str(error)}
    if isinstance(error, Invalid):
        body |= {"field": error.field, "problem": error.problem, "remedy": error.remedy}
    return api.create_response(request, {"error": body}, status=error.status)


@api.exception_handler(HttpError)
def _answer_http(request: HttpRequest, error: HttpError) -> Any:
    """What the API itself refuses, a body that is no JSON above all, in the product's own form."""
    words = str(error)
    if error.status_code == 400:
        words = _("请求的内容读不懂。请发送 UTF-8 编码的 JSON。")
    body = {"status": error.status_code, "message": words}
    return api.create_response(request, {"error": body}, status=error.status_code)


@api.exception_handler(ValidationError)
def _answer_shape(request: HttpRequest, error: ValidationError) -> Any:
    """A request of another shape than described: its first wrong field."""
    first = error.errors[0] if error.errors else {}
    field = ".".join(str(part) for part in first.get("loc", ())[1:] if part != "given")
    words = _("“%(field)s”与接口说明不符（%(said)s）。") % {
        "field": field,
        "said": first.get("msg", ""),
    }
    return _answer(request, Invalid(field, words, _("请按 /api/openapi.json 填写。")))


register_router("/registers", router)
