"""The `district` command. `compile` needs no database and no Django; the rest starts Django."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from district import __version__
from district.compiler import cli as compiler_cli
from district.kernel.registry.discovery import discover
from district.runtime.keeping.options import add_commands

Command = Callable[[argparse.Namespace], int]


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
    import django

    django.setup()


def _run(arguments: argparse.Namespace) -> int:
    # The demo's clock is read with the settings, so it is set before Django starts.
    from district.runtime.demo_start import set_demo_clock

    if not arguments.no_demo:
        set_demo_clock(arguments.district)
    _django()
    from district.runtime.run import run

    return run(
        district=arguments.district,
        host=arguments.host,
        port=arguments.port,
        demo=not arguments.no_demo,
    )


def _load(arguments: argparse.Namespace) -> int:
    from district.runtime.demo_start import set_demo_clock

    if arguments.demo:
        set_demo_clock(arguments.folder)
    _django()
    from district.runtime.prepare import load

    return load(arguments.folder, demo=arguments.demo)


def _worker(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.worker import work

    work(arguments.name or f"worker-{os.getpid()}")
    return 0


def _web(arguments: argparse.Namespace) -> int:
    from district.runtime.web import serve_pages

    return serve_pages(arguments.host, arguments.port)


def _live(arguments: argparse.Namespace) -> int:
    from district.runtime.web import serve_live

    return serve_live(arguments.host, arguments.port)


def _gateway(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.gateway import serve

    return serve(arguments.port)


def _alarms(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.alarms import confirm, follow

    return confirm(arguments.confirm) if arguments.confirm else follow()


def _simulate(arguments: argparse.Namespace) -> int:
    _django()
    from district.simulation.process import run

    return run()


def _verify_history(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.verify import verify_history

    return verify_history(roots=arguments.roots, export=arguments.export)


def _unlock(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.unlock import unlock_log_in

    return unlock_log_in(arguments.account)


def _failures(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.unlock import list_failures

    return list_failures(arguments.account)


def _backup(arguments: argparse.Namespace) -> int:
    _django()
    from district.runtime.keeping.commands import backup_command

    return backup_command(arguments)


def _restore(arguments: argparse.Namespace) -> int:
    # An empty installation makes itself keys at its start; those of the archive come instead.
    os.environ["DJANGO_SETTINGS_MODULE"] = "district.conf.restoring"
    _django()
    from district.runtime.keeping.commands import restore_command

    return restore_command(arguments)


def _messages(arguments: argparse.Namespace) -> int:
    # Catalogues are compiled at set-up, before there is a database: no django.setup() here.
    from district.ui import messages

    return messages.main(arguments.step)


def _systems(arguments: argparse.Namespace) -> int:
    from district.runtime.systems_map import print_map

    return print_map(check=arguments.check)


def _of_system(run: Command, arguments: argparse.Namespace) -> int:
    _django()
    return run(arguments)


def _manage(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["district manage", *arguments.arguments])
    return 0


def _add_processes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The processes that `run` starts, each by itself."""
    command = commands.add_parser("worker", help="run queued tasks and periodic jobs")
    command.add_argument("--name", default="")
    command.set_defaults(run=_worker)

    command = commands.add_parser("web", help="serve pages; several may share a port")
    command.add_argument("--host", default="")
    command.add_argument("--port", type=int, default=0, help="else DISTRICT_WEB_PORT, or 8000")
    command.set_defaults(run=_web)

    command = commands.add_parser("live", help="serve what live pages listen to")
    command.add_argument("--host", default="")
    command.add_argument("--port", type=int, default=0, help="else DISTRICT_EVENTS_PORT, or 8001")
    command.set_defaults(run=_live)

    command = commands.add_parser("gateway", help="take readings in, over HTTP and MQTT")
    command.add_argument("--port", type=int, default=0, help="else DISTRICT_GATEWAY_PORT, or 8002")
    command.set_defaults(run=_gateway)

    command = commands.add_parser("alarms", help="run the live alarm rules over the readings")
    command.add_argument("--confirm", help="replay the episode of this number from the log")
    command.set_defaults(run=_alarms)

    command = commands.add_parser("simulate", help="send what a demo's simulated sensors measure")
    command.set_defaults(run=_simulate)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="district", description=__doc__)
    parser.add_argument("--version", action="version", version=f"district {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("compile", help="plan report -> statements; no database needed")
    compiler_cli.add_arguments(command)
    command.set_defaults(run=compiler_cli.run)

    command = commands.add_parser("run", help="prepare what is missing, start server and worker")
    command.add_argument("--district", default="districts/longgang", help="folder of the district")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--no-demo", action="store_true", help="no demo members, real date")
    command.set_defaults(run=_run)

    command = commands.add_parser("load", help="load or update a district from its folder")
    command.add_argument("folder")
    command.add_argument("--demo", action="store_true", help="with demo members and filings")
    command.set_defaults(run=_load)

    _add_processes(commands)
    add_commands(commands, _backup, _restore)

    command = commands.add_parser("verify-history", help="check every chain and every seal")
    command.add_argument("--roots", help="file of roots that were exported earlier")
    command.add_argument("--export", help="write the roots to this file, to be kept outside")
    command.set_defaults(run=_verify_history)

    command = commands.add_parser("unlock", help="let a locked log-in be tried again")
    command.add_argument("account", nargs="?", help="without it: list the locked ones")
    command.set_defaults(run=_unlock)

    command = commands.add_parser("failures", help="log-ins of an account that failed")
    command.add_argument("account")
    command.set_defaults(run=_failures)

    command = commands.add_parser("messages", help="message catalogues of the interface")
    command.add_argument("step", choices=["compile", "check", "extract"])
    command.set_defaults(run=_messages)

    command = commands.add_parser("systems", help="print the map of systems; --check compares docs")
    command.add_argument("--check", action="store_true")
    command.set_defaults(run=_systems)

    for manifest in discover(os.environ.get("DISTRICT_SYSTEMS", "")):
        if find_spec(f"{manifest.package}.commands"):
            of_system = import_module(f"{manifest.package}.commands")
            command = commands.add_parser(manifest.key, help=manifest.name_en)
            of_system.add_arguments(command)
            command.set_defaults(run=partial(_of_system, of_system.run))

    command = commands.add_parser("manage", help="Django's own commands")
    command.add_argument("arguments", nargs=argparse.REMAINDER)
    command.set_defaults(run=_manage)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    arguments = _parser().parse_args(argv)
    command: Command = arguments.run
    return command(arguments)


if __name__ == "__main__":
    sys.exit(main())
