"""What the live board declares."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.base.streams import Application, declare_stream
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.operations_centre.board.centres import load_centres_file
from district.systems.operations_centre.board.names import LOAD, STREAM, VIEW

# The board shows each member what the rights of the case types let them see, and counts no more.
declare_action(Action(VIEW, _("查看运行指挥看板"), grants("any", *EVERY_ROLE)))
declare_action(Action(LOAD, _("载入中心名称"), grants("any", Role.ADMINISTRATOR), system=True))
declare_kind("operations_centre.centres.loaded", _("载入中心名称"))
declare_district_file("operations_centre", load_centres_file)


def _stream() -> Application:
    """Loaded by the process that serves it alone."""
    from district.systems.operations_centre.board.live.app import application

    return application


declare_stream(STREAM, _stream)


declare_section(Section("operations", _("指挥调度"), 15))
declare(
    NavItem(
        "operations_centre.board",
        _("运行指挥"),
        "operations_board",
        icon="broadcast",
        section="operations",
        order=1,
        keys="o",
        visible=for_whoever_may(VIEW),
    )
)

import_module("district.systems.operations_centre.board.tables")
