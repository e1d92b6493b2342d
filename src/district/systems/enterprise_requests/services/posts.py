"""Loading the posts of “1+8+11” from a district's folder."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.enterprise_requests.models import ServicePost
from district.systems.enterprise_requests.rules.posts import PostRow, parse_posts
from district.systems.enterprise_requests.selectors.posts import industries, posts

LOADER = Actor.system("loader")


def load_posts_file(path: Path) -> str:
    """Read the file that `district.toml` names; the same file again changes nothing."""
    rows = parse_posts(path.read_text(encoding="utf-8"), [value for value, _label in industries()])
    changed = load_posts(rows, actor=LOADER)
    return f"enterprise posts: {len(rows)}, {changed} changed"


@transaction.atomic
def load_posts(rows: list[PostRow], *, actor: Actor) -> int:
    """Make the posts those of the table; returns how many were added, changed or removed.

    Raises Invalid for a unit that there is not, or a street's post that is no street.
    """
    authorise(actor, "enterprise_requests.post.load")
    _check_units(rows)
    known = {post.key: post for post in ServicePost.objects.all()}
    wanted = {row.key: _post(row, at) for at, row in enumerate(rows)}
    gone = sorted(set(known) - set(wanted))
    differing = [post for key, post in wanted.items() if _state(known.get(key)) != _state(post)]
    ServicePost.objects.filter(pk__in=gone).delete()
    for post in differing:
        post.save()
    if gone or differing:
        data = {"posts": {post.key: [post.kind, post.unit_id] for post in wanted.values()}}
        record(
            Subject("enterprise_requests.posts", "all"),
            "enterprise_requests.posts.loaded",
            data,
            actor=actor,
        )
    posts.forget()
    return len(gone) + len(differing)


def _check_units(rows: list[PostRow]) -> None:
    units = Unit.objects.in_bulk([row.unit for row in rows])
    for row in rows:
        unit, where = units.get(row.unit), {"n": row.line, "code": row.unit}
        if unit is None or not unit.is_active:
            raise Invalid("unit", _("第%(n)s行：没有单位 %(code)s。") % where)
        if row.kind == "street" and unit.level != "street":
            raise Invalid("unit", _("第%(n)s行：%(code)s 不是街道。") % where)


def _post(row: PostRow, at: int) -> ServicePost:
    return ServicePost(
        key=row.key,
        kind=row.kind,
        name=row.name,
        name_en=row.name_en,
        unit_id=row.unit,
        industries=list(row.industries),
        sort=at,
    )


def _state(post: ServicePost | None) -> tuple[object, ...]:
    if post is None:
        return ()
    return (post.kind, post.name, post.name_en, post.unit_id, tuple(post.industries), post.sort)
