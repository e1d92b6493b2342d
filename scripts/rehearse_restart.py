"""Restarts two web processes in turn, again and again, under load; no request may fail.

    python scripts/rehearse_restart.py [--rounds 2] [--clients 4]

Each request has a connection of its own and is never tried again, as a proxy without kept
connections sends them. With DISTRICT_VAR in the environment it is that installation's, which must
not run; else one is made in a temporary folder. Run as root it moves into a network of its own,
where it may set net.ipv4.tcp_migrate_req (see docs/operate.md). The exit code is 1 when a request
failed.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIGRATES = Path("/proc/sys/net/ipv4/tcp_migrate_req")
_INSIDE = "DISTRICT_REHEARSAL_INSIDE"
_TOKEN = "a" * 32  # Django takes any 32 letters as a CSRF secret
_READY_WITHIN = 90.0


class Web:
    """One web process, started as systemd starts it: told by a socket that it is ready."""

    def __init__(self, home: Path, name: str, port: int, environment: dict[str, str]) -> None:
        self._address, self._port = home / f"{name}.notify", port
        self._environment = {**environment, "NOTIFY_SOCKET": str(self._address)}
        self._log = home / f"{name}.log"
        self.start()

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self._address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(self._address))
            told.settimeout(_READY_WITHIN)
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603  # our own command
                    [sys.executable, "-m", "district.cli", "web", "--port", str(self._port)],
                    env=self._environment,
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            try:
                message = told.recv(100)
            except TimeoutError:
                text = self._log.read_text(encoding="utf-8")[-2000:]
                raise SystemExit(f"the web process does not get ready:\n{text}") from None
        if message != b"READY=1":
            raise SystemExit(f"the web process says {message!r}")

    def stop(self) -> int:
        """Ask it to end and wait; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def restart(self) -> None:
        """End it well, then start it again."""
        code = self.stop()
        if code != 0:
            raise SystemExit(f"the web process ended with {code}")
        self.start()

    def kill(self) -> None:
        """At the end, whatever became of it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Load:
    """Clients that ask without a pause, and what they were answered."""

    def __init__(self, port: int, clients: int) -> None:
        self.answers: Counter[str] = Counter()
        self._port, self._ends = port, threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(clients)]
        for thread in self._threads:
            thread.start()

    def _ask(self, client: int) -> None:
        turn = client
        while not self._ends.is_set():
            turn += 1
            self.answers[self._once(turn)] += 1

    def _once(self, turn: int) -> str:
        headers = {"Cookie": f"csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN, "Connection": "close"}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            if turn % 3 == 0:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", "/scheme/", "scheme=dark&next=/login/", headers)
            else:
                connection.request("GET", ("/login/", "/healthz")[turn % 2], headers=headers)
            answer = connection.getresponse()
            answer.read()
            return "answered" if answer.status in (200, 302) else f"status {answer.status}"
        except (OSError, http.client.HTTPException) as error:
            return f"failed: {type(error).__name__}"
        finally:
            connection.close()

    def end(self) -> Counter[str]:
        """Stop asking; the answers by kind."""
        self._ends.set()
        for thread in self._threads:
            thread.join()
        return self.answers


def rehearse(home: Path, rounds: int, clients: int) -> int:
    """Restart both processes `rounds` times under load; 0 when nothing failed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    webs: list[Web] = []
    try:
        for name in ("one", "two"):
            webs.append(Web(home, name, port, dict(os.environ)))  # noqa: PERF401  # kill what began
        load = Load(port, clients)
        time.sleep(0.5)
        for _round in range(rounds):
            for web in webs:
                web.restart()
        answers = load.end()
    finally:
        for web in webs:
            web.kill()
    failed = {what: count for what, count in answers.items() if what != "answered"}
    migrates = MIGRATES.exists() and MIGRATES.read_text(encoding="ascii").strip() == "1"
    print(
        f"{2 * rounds} restarts under {clients} clients: {answers['answered']} requests answered, "
        f"{sum(failed.values())} failed {failed or ''}; queues "
        f"{'go over to the other process' if migrates else 'END WITH THEIR PROCESS'}"
    )
    return 1 if failed or not answers["answered"] else 0


def _in_a_network_of_its_own() -> None:
    """Go on in a network namespace where queues go over; return where that is not possible."""
    if os.environ.get(_INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607  # iproute2's
        MIGRATES.write_text("1", encoding="ascii")
        return
    if os.geteuid() != 0 or not MIGRATES.exists():
        print("not root, or an old kernel: as the machine's network is set", flush=True)
        return
    os.environ[_INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])  # noqa: S606, S607  # util-linux's


def main() -> int:
    """Parse the options and rehearse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    _in_a_network_of_its_own()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
    with tempfile.TemporaryDirectory(prefix="district-restart-") as folder:
        if "DISTRICT_VAR" not in os.environ:
            os.environ["DISTRICT_VAR"] = folder
            for step in (["migrate", "-v", "0"], ["collectstatic", "--no-input", "-v", "0"]):
                subprocess.run(  # noqa: S603  # our own command
                    [sys.executable, "-m", "district.cli", "manage", *step], cwd=ROOT, check=True
                )
        return rehearse(Path(folder), options.rounds, options.clients)


if __name__ == "__main__":
    sys.exit(main())
