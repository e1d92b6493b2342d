"""All writes of organisation: each authorises, writes and records in one transaction."""

from district.kernel.organisation.services.members import (
    NewMember,
    change_member,
    change_own_password,
    change_phone,
    create_member,
    create_members,
    deactivate,
    reactivate,
    reveal_phone,
    set_password,
    unlock,
)
from district.kernel.organisation.services.posts import assign, end_assignment
from district.kernel.organisation.services.sign_in_settings import (
    load_sign_in_file,
    put_sign_in_settings,
)
from district.kernel.organisation.services.tables import MembersLoaded, load_members
from district.kernel.organisation.services.units import UnitsLoaded, load_units

__all__ = [
    "MembersLoaded",
    "NewMember",
    "UnitsLoaded",
    "assign",
    "change_member",
    "change_own_password",
    "change_phone",
    "create_member",
    "create_members",
    "deactivate",
    "end_assignment",
    "load_members",
    "load_sign_in_file",
    "load_units",
    "put_sign_in_settings",
    "reactivate",
    "reveal_phone",
    "set_password",
    "unlock",
]
