"""What other parts may use of registers."""

from district.kernel.registers.api import ERRORS, register_router
from district.kernel.registers.declaration import (
    Field,
    Figure,
    Importing,
    MapLayer,
    OwnedBy,
    Register,
)
from district.kernel.registers.exporting import hint, template_file
from district.kernel.registers.figures import figure_context, figure_url
from district.kernel.registers.importing.files import MAX_BYTES, Table, read_table
from district.kernel.registers.importing.problems import Problem, Unreadable
from district.kernel.registers.importing.values import labels_of, value_of
from district.kernel.registers.pages import list_view
from district.kernel.registers.rows import code_and_name, row_page, row_subject
from district.kernel.registers.rules import plain_number
from district.kernel.registers.store import register, register_of, registers
from district.kernel.registers.units import (
    community_field,
    street_codes,
    street_field,
    unit_field,
)

__all__ = [
    "ERRORS",
    "MAX_BYTES",
    "Field",
    "Figure",
    "Importing",
    "MapLayer",
    "OwnedBy",
    "Problem",
    "Register",
    "Table",
    "Unreadable",
    "code_and_name",
    "community_field",
    "figure_context",
    "figure_url",
    "hint",
    "labels_of",
    "list_view",
    "plain_number",
    "read_table",
    "register",
    "register_of",
    "register_router",
    "registers",
    "row_page",
    "row_subject",
    "street_codes",
    "street_field",
    "template_file",
    "unit_field",
    "value_of",
]
