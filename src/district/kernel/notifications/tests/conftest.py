"""A member to notify, and a server on loopback that receives what is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Member, UnitRow, create_member, load_units

LOADER = Actor.system("tests")


@pytest.fixture
def member(db: None) -> Member:
    load_units([UnitRow("9", "试验区", "district")], actor=LOADER)
    return create_member("石立春", "9", "officer", actor=LOADER, username="shi")


@pytest.fixture
def other(member: Member) -> Member:
    return create_member("白露", "9", "administrator", actor=LOADER, username="bai")


@dataclass
class Receiver:
    """What arrived, and with which status the server answers."""

    port: int = 0
    status: int = 200
    location: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append(json.loads(body))
            self.send_response(state.status)
            if state.location:
                self.send_header("Location", state.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Tests stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()
