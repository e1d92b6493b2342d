"""What the editor of rules shows: form and text of one content, words, faults, what it watches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.alarms.models.rules import ColourName
from district.kernel.alarms.rules import editing
from district.kernel.alarms.rules.binding import bind
from district.kernel.alarms.rules.content import Content, faults_of
from district.kernel.alarms.rules.describing import (
    Sentence,
    Words,
    data_text,
    day_names,
    names_of,
    sentences,
)
from district.kernel.alarms.rules.editing import Form, Node, Written, content_of, form_of
from district.kernel.alarms.rules.toml import to_toml
from district.kernel.alarms.selectors.knowing import zone
from district.kernel.alarms.selectors.watching import source_names, watched_by
from district.kernel.alarms.services.binding import checked, grouping_rows
from district.kernel.base.errors import Invalid
from district.kernel.cases.public import CaseType, case_types
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Role, Unit, units, visible
from district.kernel.sensing.public import (
    VIEW_THINGS,
    Datastream,
    RuleError,
    property_names,
    tree,
)

#: So many datastreams are named; beyond the second number groups are not counted on the way.
_NAMED, _MOST_GROUPED = 12, 20_000


@dataclass
class Edited:
    """A content that is being written, as both forms say it."""

    form: Form
    written: Written
    text: str
    content: Content | None = None
    faults: list[Invalid] = field(default_factory=list)

    def refuse(self, error: Invalid) -> None:
        """Show a service's refusal too, once."""
        known = {(fault.field, fault.problem) for fault in self.faults}
        self.faults += [f for f in faults_of(error) if (f.field, f.problem) not in known]

    @property
    def by_field(self) -> dict[str, str]:
        """What is wrong, by the field beside which it stands."""
        found: dict[str, list[str]] = defaultdict(list)
        for fault in self.faults:
            found[self.written.field_of(fault.field) or fault.field].append(str(fault))
        return {name: " ".join(dict.fromkeys(said)) for name, said in found.items()}

    def listed(self) -> list[tuple[str, str, Invalid]]:
        """Each fault with its field, or "", and the words before it."""
        return [(self.written.field_of(f.field), f.field, f) for f in self.faults]


def of_form(form: Form) -> Edited:
    """What the form says, checked."""
    written = content_of(form)
    return _checked(Edited(form, written, to_toml(written.content)))


def of_content(data: dict[str, Any], text: str | None = None) -> Edited:
    """A content, checked; `text` where somebody wrote it as text."""
    form = form_of(data)
    edited = Edited(form, content_of(form), to_toml(data) if text is None else text)
    if text is not None:
        # The text is what counts, also where no field holds an entry of it.
        edited.written.content = data
    return _checked(edited)


def _checked(edited: Edited) -> Edited:
    try:
        edited.content = checked(edited.written.content, zone=zone())
    except RuleError as error:
        edited.faults = list(error.faults)
    return edited


def blank() -> Form:
    """The form of a new rule."""
    form = Form(level="yellow")
    form.watch = [editing.Watch("watch.0")]
    return form


def words() -> Words:
    """What case types and roles are called."""
    return Words(
        {each.key: _label(each) for each in case_types()},
        {role.value: str(role.label) for role in Role},
    )


def _label(case_type: CaseType) -> str:
    return case_type.label.in_language(get_language() or "")


@dataclass(frozen=True)
class Watching:
    """What a content watches now: how many datastreams, the first of them that the reader may
    see, how many groups (None: too many to count on the way), what is odd."""

    count: int
    shown: list[Datastream]
    groups: int | None
    warnings: tuple[str, ...]
    problem: str = ""


def watching(content: Content, unit: Unit, actor: Actor) -> Watching:
    """What the content of a unit's rule watches now. Two queries, one more for a `near`."""
    rows = watched_by(content.watched, unit)
    mine = rows.filter(visible(actor, VIEW_THINGS).q("lead_unit")).select_related("thing")
    shown = list(mine.order_by("number")[:_NAMED])
    if content.groups.by == "datastream":
        count = rows.count()
        return Watching(count, shown, count, ())
    found = grouping_rows(rows, _MOST_GROUPED + 1)
    if len(found) > _MOST_GROUPED:
        return Watching(rows.count(), shown, None, ())
    try:
        grouped = bind(content.rule, content.groups, found)
    except Invalid as error:
        return Watching(len(found), shown, None, (), str(error))
    return Watching(len(found), shown, len(grouped.groups), grouped.warnings)


def node_words(edited: Edited) -> dict[str, str]:
    """What each part of the form says in words, by the part's name; "" while it is not right."""
    if edited.content is not None:
        names = names_of(edited.content)
    else:
        names = {one.role: one.prop for one in edited.form.watch if one.prop}
        if len(edited.form.watch) == 1:
            names.setdefault(tree.ITSELF, edited.form.watch[0].prop)
    found: dict[str, str] = {}
    form = edited.form
    for node in _nodes([form.when, *([form.until] if form.until else [])]):
        found[node.name] = data_text(editing.data_of(node), names)
    return found


def _nodes(nodes: list[Node]) -> list[Node]:
    return [each for node in nodes for each in (node, *_nodes(node.children))]


def context_of(edited: Edited, unit: Unit | None, actor: Actor) -> dict[str, Any]:
    """All that the editor's templates need besides the rule."""
    content = edited.content
    return {
        "form": edited.form,
        "text": edited.text,
        "faults": edited.by_field,
        "listed": edited.listed(),
        "said": said(content) if content else [],
        "node_words": node_words(edited),
        "watching": watching(content, unit, actor) if content and unit else None,
        **choices(edited.form, actor),
    }


def said(content: Content) -> list[Sentence]:
    """The content in words."""
    return sentences(content, words())


def choices(form: Form, actor: Actor) -> dict[str, Any]:
    """What the form's lists offer. Two queries, and one for what is kept for seconds."""
    everywhere = list(units())
    offered = property_names()
    known = dict.fromkeys([*(one.prop for one in form.watch if one.prop), *offered])
    types = {each.key: each for each in case_types()}
    chosen = types.get(form.case_type)
    return {
        "levels": list(ColourName.choices),
        "properties": [(name, name) for name in known],
        "streets": _units(everywhere, Level.STREET),
        "sources": [("", _("不限")), *_with(source_names(actor), form.source)],
        "units_below": [("", _("不限")), *_with(_units(everywhere, *_AREAS), form.unit)],
        "bys": _bys(),
        "kinds": _kinds(),
        "mod_kinds": _mod_kinds(),
        "span_units": _span_units(),
        "roles": _roles_of(form),
        "names_watch": _names_watch(form),
        "days": list(zip(editing.DAYS, day_names(), strict=True)),
        "case_types": [("", _("不立事件"))] + [(key, _label(t)) for key, t in types.items()],
        "openings": [("by_hand", _("由人决定")), ("at_once", _("立即立案"))],
        "fact_names": [(name, name) for name in (chosen.facts if chosen else ())],
        "fact_kinds": [("text", _("文字")), ("number", _("数字")), ("truth", _("是否"))],
        "member_roles": [(role.value, role.label) for role in Role],
        "unknowns": [("keep", _("继续")), ("release", _("解除"))],
    }


def _with(offered: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """The choices, and what is chosen where it is none of them."""
    if chosen and chosen not in dict(offered):
        return [*offered, (chosen, chosen)]
    return offered


_AREAS = (Level.DISTRICT, Level.STREET, Level.DEPARTMENT)


def _units(everywhere: list[Unit], *levels: str) -> list[tuple[str, str]]:
    return [(each.pk, each.display_short) for each in everywhere if each.level in levels]


def _bys() -> list[tuple[str, str]]:
    return [
        ("datastream", _("每条数据流单独判断")),
        ("thing", _("同一设备的一起判断")),
        ("street", _("同一街道的一起判断")),
        ("community", _("同一社区的一起判断")),
        ("near", _("相距不远的设备一起判断")),
    ]


def _kinds() -> list[tuple[str, str]]:
    return [
        ("above", _("达到或高于")),
        ("below", _("不高于")),
        ("silent", _("没有读数")),
        ("all", _("以下全部满足")),
        ("any", _("以下任一满足")),
    ]


def _mod_kinds() -> list[tuple[str, str]]:
    return [
        ("sustained", _("持续")),
        ("count", _("反复出现")),
        ("members", _("几个测点同时")),
        ("not", _("反过来（不满足）")),
    ]


def _span_units() -> list[tuple[str, str]]:
    found = [("s", _("秒")), ("min", _("分钟")), ("h", _("小时")), ("d", _("天"))]
    return [*found, ("ms", _("毫秒")), ("us", _("微秒"))]


def _roles_of(form: Form) -> list[tuple[str, str]]:
    if form.by == "datastream":
        return []
    return [(one.role, one.prop or one.role) for one in form.watch if one.role]


def _names_watch(form: Form) -> bool:
    """Whether several properties are looked at together, and no part can mean one of them."""
    return form.by != "datastream" and len(form.watch) > 1 and not _roles_of(form)
