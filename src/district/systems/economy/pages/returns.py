"""Who moved a series by the returns of firms: sums for those who may read tables, single firms for
the unit that collects them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, authorise
from district.systems.economy.forms import ReadFirmsForm
from district.systems.economy.models import Series
from district.systems.economy.names import VIEW
from district.systems.economy.selectors.returns import (
    firm_lines,
    lines_of,
    returns_of,
    sums_for,
)
from district.systems.economy.selectors.rights import owned_whole, series_for
from district.systems.virtual_park.public import PublishedSums, read_firms
from district.ui.public_forms import private

#: So many firms are shown; whoever needs all opens the returns themselves.
_FIRMS = 200


def _found(actor: Actor, row: Series) -> PublishedSums:
    authorise(actor, VIEW, owned_whole())
    found = sums_for(row, actor)
    if found is None:
        raise NotFound(_("还没有可以看的企业报表汇总，或您没有查看的权限。"))
    return found


def _crumbs(row: Series, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("经济指标"), reverse("economy")),
        (row.display_name, row.get_absolute_url()),
        *more,
    ]


@require_safe
def sums(request: HttpRequest, key: str) -> HttpResponse:
    """The cells of the newest table that count most; what must not be shown is in the rest."""
    row = series_for(key)
    found = _found(actor_of(request), row)
    context = {
        "row": row,
        "found": found,
        "lines": lines_of(found),
        "crumbs": _crumbs(row, (_("企业报表"), "")),
    }
    return render(request, "economy/returns.html", context)


@sensitive_variables("read", "context")
@require_http_methods(["GET", "HEAD", "POST"])
def firms(request: HttpRequest, key: str) -> HttpResponse:
    """Single firms, for the unit that collects their returns and for a reason that is kept."""
    actor, row = actor_of(request), series_for(key)
    found = _found(actor, row)
    if not found.may_read_firms:
        raise NotPermitted(_("单家企业的数据只有统计机构可以查看。"))
    form = ReadFirmsForm(request.POST or None)
    item = returns_of(row)[1]
    read = submitted(
        form, lambda data: read_firms(found.round_id, item, data["reason"], actor=actor)
    )
    context: dict[str, Any] = {
        "row": row,
        "found": found,
        "form": form,
        "is_open": read is not None,
        "lines": firm_lines(read or ())[:_FIRMS],
        "crumbs": _crumbs(
            row,
            (_("企业报表"), reverse("economy_returns", args=[row.key])),
            (_("各企业"), ""),
        ),
    }
    status = 422 if request.method == "POST" and read is None else 200
    return private(render(request, "economy/firms.html", context, status=status))
