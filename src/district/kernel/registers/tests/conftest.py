"""A small district, a table of sites, and the register declared on it, for one test each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.organisation import actions
from district.kernel.organisation.public import (
    Action,
    Role,
    UnitRow,
    actor_for,
    create_member,
    grants,
    load_units,
    units,
)
from district.kernel.registers import store
from district.kernel.registers.declaration import (
    Field,
    Importing,
    MapLayer,
    OwnedBy,
    Register,
)
from district.kernel.registers.tests.models import Site, SitePartner

LOADER = Actor.system("tests")
LIGHTS = (("red", "滞后"), ("yellow", "预警"), ("green", "正常"), ("none", "无数据"))
ROWS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=2),
    UnitRow("902", "西街道", "street", "9", sort=4),
)
VIEW = Action(
    "tests.site.view",
    "查看工地",
    grants("any", Role.PLANNER, Role.VIEWER)
    + grants("subtree", Role.UNIT_HEAD)
    + grants("unit", Role.OFFICER)
    + grants("co_unit", Role.OFFICER),
)
PHONE = Action("tests.site.phone", "查看工地电话", grants("any", Role.PLANNER))
IMPORT = Action(
    "tests.site.import",
    "导入工地",
    grants("any", Role.PLANNER) + grants("subtree", Role.UNIT_HEAD),
)

SITES = Register(
    key="sites",
    label="工地",
    model=Site,
    view_action=VIEW.key,
    owned=OwnedBy("lead_unit", co_units="helpers"),
    title="name",
    sort=("-opened", "code"),
    page_size=20,
    help="全区在建工地",
    importing=Importing(IMPORT.key, key=("code",)),
    map=MapLayer(lon="lon", lat="lat"),
    fields=(
        Field("light", "状态", "choice", choices=LIGHTS, kind="light", import_as=True),
        Field("name", "名称", search=True, import_as=True, required=True),
        Field("code", "编号", search=True, import_as=True, required=True),
        Field(
            "lead_unit",
            "牵头单位",
            "code",
            path="lead_unit__path",
            hierarchy="path",
            code_path="lead_unit_id",
            display=("lead_unit__short_name", "lead_unit__name"),
            display_en="lead_unit__name_en",
            options=lambda: [(unit.path, unit.name) for unit in units()],
            import_as=True,
        ),
        Field("workers", "工人", "integer", unit="人", import_as=True),
        Field("amount", "投资额", "decimal", unit="亿元", import_as=True),
        Field("share", "完成率", "decimal", kind="percent", default=False),
        Field("opened", "开工日期", "date", import_as=True),
        Field("checked_at", "检查时间", "datetime", default=False, import_as=True),
        Field("safe", "达标", "boolean", default=False, import_as=True),
        Field("helpers", "配合单位", "set", default=False, import_as=True),
        Field("partners", "参建单位", "set", path="partners__code", display="partners__name",
              default=False),
        Field("note", "备注", kind="long_text", default=False, import_as=True),
        Field("phone", "电话", view_action=PHONE.key, personal=True, import_as=True),
        Field("lon", "经度", "decimal", default=False),
        Field("lat", "纬度", "decimal", default=False),
    ),
)  # fmt: skip

MakeClient = Callable[..., Client]


@pytest.fixture(scope="session")
def sites_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Site)
            editor.create_model(SitePartner)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(SitePartner)
            editor.delete_model(Site)


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Register]:
    """Declares the register of sites, changed as asked, until the end of the test."""
    for action in (VIEW, PHONE, IMPORT):
        monkeypatch.setitem(actions._actions, action.key, action)

    def declare(**changes: Any) -> Register:
        register = replace(SITES, **changes)
        monkeypatch.setitem(store._REGISTERS, register.key, register)
        return register

    return declare


@pytest.fixture
def sites(
    db: None,
    sites_table: None,
    declared: Callable[..., Register],
    remember: Callable[..., object],
) -> Register:
    """The register of sites, its table empty, in a small district."""
    remember(_units)
    return declared()


def _units() -> None:
    load_units(ROWS, actor=LOADER)


@pytest.fixture
def make_actor(sites: Register) -> Callable[..., Actor]:
    """`make_actor("officer", "901")`: an actor with that post."""

    def make(role: str, unit: str = "9") -> Actor:
        return actor_for(create_member("石立春", unit, role, actor=LOADER))

    return make


@pytest.fixture
def make_client(sites: Register) -> MakeClient:
    """`make_client("officer", "901")`: a browser signed in as somebody with that post."""
    made = iter(range(100))

    def make(role: str, unit: str = "9") -> Client:
        member = create_member("石立春", unit, role, actor=LOADER)
        user = User.objects.create_user(f"user{next(made)}", password="x")  # noqa: S106  # of no account anywhere
        member.user = user
        member.save()
        client = Client()
        client.force_login(user)
        return client

    return make


def add(code: str, **values: Any) -> Site:
    """One site, named after its code unless said otherwise."""
    return Site.objects.create(code=code, **{"name": f"工地{code}", **values})
