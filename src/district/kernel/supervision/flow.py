"""The flow in use, read from data and linted when Django starts; its rights become actions."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.utils.translation import pgettext, pgettext_lazy

from district.kernel.organisation.public import Action, Grant, declare_action
from district.kernel.supervision.rules.definition import (
    Definition,
    DefinitionError,
    Move,
    parse_definition,
)

_FOLDER = Path(__file__).parent / "definitions"
STANDARD = "standard"
# The names of stages and moves are translated as `words` lists them.
CONTEXT = "supervision"


def read_definition(path: Path) -> Definition:
    """The flow that a TOML file declares; DefinitionError names the file and every problem."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(f"{path}: cannot be read as TOML ({error})") from error
    return parse_definition(data)


_FLOW = read_definition(_FOLDER / f"{STANDARD}.toml")


def flow() -> Definition:
    """The flow that new runs follow."""
    return _FLOW


def action_key(move: str) -> str:
    """The declared action behind a move of the flow."""
    return f"supervision.run.{move}"


def declare_moves(definition: Definition) -> None:
    """Declare an action with its grants for every move; ValueError for an unknown role."""
    for move in definition.moves.values():
        grants = tuple(Grant(role, relation) for role, relation in move.who)
        label = pgettext_lazy(CONTEXT, move.label)
        declare_action(Action(action_key(move.key), label, grants, system=True))


def stage_label(key: str) -> str:
    """What people call a stage, in the language of the moment."""
    stage = _FLOW.stages.get(key)
    return pgettext(CONTEXT, stage.label) if stage else key


def move_label(move: Move) -> str:
    """What people call an action, in the language of the moment."""
    return pgettext(CONTEXT, move.label)
