"""A broker of the demo's own, where one can be started: Mosquitto, else NATS; on loopback only."""

from __future__ import annotations

import base64
import getpass
import hashlib
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from district.conf.secrets import secret
from district.simulation.names import BROKER

HOST = "127.0.0.1"
GATEWAY = "gateway"
_SECRET = "broker_gateway"  # noqa: S105  # a file's name
_ROUNDS = 101
#: NATS counts a subscription to `#` twice, and a session has 65,535 at most.
_PENDING = 30_000


@dataclass(frozen=True)
class Prepared:
    """How it is started, and what the processes are told of it."""

    name: str
    command: list[str]
    environment: dict[str, str]


def find(name: str) -> str | None:
    """Where a program is: on the path, where daemons are, or beside this Python; None nowhere."""
    places = [os.environ.get("PATH", ""), str(Path(sys.executable).parent), "/usr/sbin"]
    return shutil.which(name, path=os.pathsep.join(places))


def program() -> tuple[str, str] | None:
    """Which broker is there, and where: `mosquitto`, else `nats-server`; None where none is."""
    for name in ("mosquitto", "nats-server"):
        found = find(name)
        if found is not None:
            return name, found
    return None


def prepare(var: Path, accounts: Mapping[str, str]) -> Prepared | None:
    """A broker for these accounts (sources and their secrets) and the gateway; None without one.

    Its files stand in `var/simulation-broker`, readable by their owner alone.
    """
    found = program()
    if found is None:
        return None
    name, path = found
    folder = var / "simulation-broker"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = {**accounts, GATEWAY: secret(var, _SECRET)}
    port = _free_port()
    made = _mosquitto if name == "mosquitto" else _nats
    file = made(folder, port, known)
    password = os.environ.get(f"DISTRICT_{_SECRET.upper()}_FILE") or var / "secrets" / _SECRET
    environment = {
        "DISTRICT_MQTT_URL": f"mqtt://{GATEWAY}@{HOST}:{port}",
        "DISTRICT_MQTT_PASSWORD_FILE": str(password),
        BROKER: f"{HOST}:{port}",
    }
    if name != "mosquitto":
        environment["DISTRICT_MQTT_VERSION"] = "3.1.1"
    return Prepared(name, [path, "-c", str(file)], environment)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _keep(path: Path, text: str) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _mosquitto(folder: Path, port: int, accounts: Mapping[str, str]) -> Path:
    """Mosquitto's settings, as docs/sensing-gateway.md says that they must be."""
    passwords = "".join(f"{user}:{_hashed(word)}\n" for user, word in accounts.items())
    _keep(folder / "passwords", passwords)
    _keep(
        folder / "access",
        f"user {GATEWAY}\ntopic read district/readings/#\ntopic readwrite district/check/#\n"
        "pattern write district/readings/%u/#\n",
    )
    # Started by root it would become a user who cannot read these files.
    same = f"user {getpass.getuser()}\n" if os.geteuid() == 0 else ""
    return _keep(
        folder / "mosquitto.conf",
        f"listener {port} {HOST}\n{same}allow_anonymous false\n"
        f"password_file {folder / 'passwords'}\nacl_file {folder / 'access'}\n"
        "max_queued_messages 0\nmax_inflight_messages 0\n"
        f"persistence true\npersistence_location {folder}/\nautosave_interval 30\n"
        "log_type error\nlog_type warning\n",
    )


def _hashed(word: str) -> str:
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", word.encode(), salt, _ROUNDS)
    salted, hashed = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"$7${_ROUNDS}${salted}${hashed}"


def _nats(folder: Path, port: int, accounts: Mapping[str, str]) -> Path:
    """The settings of NATS: JetStream keeps the sessions; MQTT 3.1.1."""
    users: list[dict[str, object]] = [{"user": GATEWAY, "password": accounts[GATEWAY]}]
    for user, word in accounts.items():
        # `/` of a topic is `.` in NATS. A source publishes as itself and hears nothing.
        rights = {"publish": [f"district.readings.{user}.>"], "subscribe": {"deny": [">"]}}
        if user != GATEWAY:
            users.append({"user": user, "password": word, "permissions": rights})
    settings = {
        "server_name": "district-demo",
        "host": HOST,
        "port": _free_port(),
        "jetstream": {"store_dir": str(folder / "jetstream")},
        "mqtt": {"host": HOST, "port": port, "ack_wait": "30s", "max_ack_pending": _PENDING},
        "authorization": {"users": users},
        # It tells a lot; what goes wrong the gateway says too.
        "log_file": str(folder / "nats.log"),
        "logfile_size_limit": 1 << 20,
    }
    return _keep(folder / "nats.json", json.dumps(settings, indent=1))
