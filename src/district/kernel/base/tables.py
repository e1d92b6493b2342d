"""Our tables in a database that has none of them, made at once as the migrations leave them.

One by one, the migrations render all models that are related to each other again for each of
their operations, though there is no row to keep: more than a minute of processor. At once, the
models are rendered as they are in the end; then follow, in their order, the steps that are no
declarations (triggers, an index that Django cannot declare), and every migration is noted as
applied. From then on the database is as one that was migrated step by step, and goes on so.

Tables of other packages are made step by step: they are few, and their steps are not ours to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation

# What these change is seen in the models of the end.
_DECLARATIONS = (FieldOperation, IndexOperation, ModelOperation)
_STEPS = (RunPython, RunSQL)

#: A migration: label of the app, name.
Node = tuple[str, str]


def has_none_of_ours(connection: BaseDatabaseWrapper) -> bool:
    """Whether no migration of ours was applied yet, and nothing stands where our tables will."""
    ours = _ours()
    if any(
        label in ours for label, _name in MigrationExecutor(connection).loader.applied_migrations
    ):
        return False
    wanted = {
        model._meta.db_table for label in ours for model in apps.get_app_config(label).get_models()
    }
    return not wanted & set(connection.introspection.table_names())


def make_tables(connection: BaseDatabaseWrapper, until: Sequence[Node] = ()) -> bool:
    """Make all tables of a database that has none of ours; ours come all or none.

    `until` names the last migrations, by default the newest of every app. Returns False, nothing
    of ours done, where one of our migrations does something whose end the models do not tell:
    then they must be applied one by one.
    """
    executor = MigrationExecutor(connection)
    nodes = [*(until or executor.loader.graph.leaf_nodes())]
    ours = _ours()
    executor.migrate([node for node in _planned(executor, nodes) if node[0] not in ours])
    executor = MigrationExecutor(connection)
    plan = [executor.loader.graph.nodes[node] for node in _planned(executor, nodes)]
    if not all(map(_is_told_by_its_end, plan)):
        return False
    state = executor.loader.project_state(nodes)
    with connection.schema_editor(atomic=True) as editor:
        for label, name in state.models:
            model = state.apps.get_model(label, name)
            if label in ours and _is_wanted(model, connection.alias):
                editor.create_model(model)
        for migration in plan:
            for step in filter(_is_step, migration.operations):
                step.database_forwards(migration.app_label, editor, state, state)
            for label, name in migration.replaces or [(migration.app_label, migration.name)]:
                executor.recorder.record_applied(label, name)
    return True


def _ours() -> set[str]:
    """Labels of the product's own apps."""
    return {each.label for each in apps.get_app_configs() if each.name.startswith("district.")}


def _planned(executor: MigrationExecutor, nodes: Iterable[Node]) -> list[Node]:
    plan = executor.migration_plan(list(nodes))
    return [(migration.app_label, migration.name) for migration, _backwards in plan]


def _is_wanted(model: Any, alias: str) -> bool:
    return model._meta.can_migrate(alias) and bool(router.allow_migrate_model(alias, model))


def _is_told_by_its_end(migration: Migration) -> bool:
    return all(isinstance(each, (*_DECLARATIONS, *_STEPS)) for each in migration.operations)


def _is_step(operation: Operation) -> bool:
    """Whether it does something besides; what is elidable mends rows, and there are none."""
    return isinstance(operation, _STEPS) and not operation.elidable
