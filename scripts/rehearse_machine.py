"""What scripts/rehearse_boot.sh asks of the machine that it booted, by its standard library alone.

Signs in through the TLS proxy with a wrong and a right password, then with a second factor; reads
health, metrics and the journal; makes a backup as the timer does; restarts under load; stops every
unit, the worker also while a job of minutes runs. A line for each; the exit code is 1 with the
first that is not as docs/operate.md says.

    python3 rehearse_machine.py USERNAME PASSWORD
"""

from __future__ import annotations

import base64
import collections
import hashlib
import hmac
import http.client
import http.cookiejar
import json
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SITE = "https://plan.example.cn"
CERTIFICATE = "/etc/district/tls/fullchain.pem"
PUBLIC = ("/healthz", "/appeals/report/")
MACHINE = "http://127.0.0.1:8000"
WRONG = "wrong-Password-4711"
NAME, PHONE = "白露演练", "13800138000"
PROCESSES = ("web@1", "web@2", "live", "worker", "gateway", "alarms")
UNIT = re.compile(r"district-(web@|live|worker|gateway|alarms)")
# granian says it also of a child that has just ended.
OF_SERVER = "[WARNING] Killing worker-1 after it refused to gracefully stop"
FACTS = {"time", "level", "process", "logger", "message"}


def must(right: object, what: str) -> None:
    """End with `what` unless it is right."""
    if not right:
        raise SystemExit(f"NOT RIGHT: {what}")


def told(*command: str) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603  # our own commands
    must(done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


class Browser:
    """Asks through the proxy, whose certificate it checks; keeps cookies, follows nothing."""

    def __init__(self) -> None:
        trusts = ssl.create_default_context(cafile=CERTIFICATE)
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusts),
            urllib.request.HTTPCookieProcessor(self.jar),
            _Stays(),
        )

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, text and Location; a form is sent with the page's token and origin."""
        request = urllib.request.Request(path if "://" in path else SITE + path)  # noqa: S310  # ours
        if form is not None:
            token = self.cookie("csrftoken")
            sent = {**form, "csrfmiddlewaretoken": token.value or "" if token else ""}
            request.data = urllib.parse.urlencode(sent).encode()
            request.add_header("Referer", f"{SITE}/")
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    def cookie(self, name: str) -> http.cookiejar.Cookie | None:
        """A cookie of the site."""
        return next((each for each in self.jar if each.name == name), None)


class _Stays(urllib.request.HTTPRedirectHandler):
    """Redirects are answers to look at."""

    def redirect_request(self, *_given: object) -> None:
        """None: it is not followed."""


def signing_in(username: str, password: str) -> list[str]:
    """By password, then with a second factor; what must be in no log."""
    one = Browser()
    must(one.ask("http://plan.example.cn/login/")[0] == 301, "the proxy leads to https")
    must(one.ask("/login/")[0] == 200, "the log-in page comes through the proxy")
    status, text, _ = one.ask("/login/", {"username": username, "password": WRONG})
    must(status in (200, 422) and not one.cookie("sessionid"), "a wrong password is refused")
    must(WRONG not in text, "a password does not come back")
    status, _, to = one.ask("/login/", {"username": username, "password": password})
    must((status, to) == (302, "/home/"), f"the right password: {status} {to}")
    kept = one.cookie("sessionid")
    must(kept and kept.secure and kept.has_nonstandard_attr("HttpOnly"), "the session's cookie")
    must(one.ask("/me/sign_in/")[0] == 200, "whoever is signed in is let in")
    status, _, to = one.ask("/me/sign_in/begin/", {"password": password})
    must((status, to) == (302, "/me/sign_in/second_factor/"), f"a second factor begins: {status}")
    secret = re.search(r"secret=([A-Z2-7]{16,})", one.ask(to)[1])
    must(secret, "the page tells the secret")
    key = secret.group(1) if secret else ""
    status, text, _ = one.ask("/me/sign_in/second_factor/", {"code": code_of(key, 0)})
    must(status == 200 and one.cookie("sessionid"), f"the first code: {status}")
    two = Browser()
    two.ask("/login/")
    status, _, to = two.ask("/login/", {"username": username, "password": password})
    must((status, to) == (302, "/login/code/"), f"the second factor is asked for: {status} {to}")
    must(two.ask("/me/sign_in/")[0] == 302, "a password alone lets nobody in")
    must(two.ask(to)[0] == 200, "the page of the code comes through the proxy")
    # A code is good once: that of the next half minute is good already.
    status, _, to = two.ask("/login/code/", {"code": code_of(key, 1)})
    must((status, to) == (302, "/home/"), f"a code lets in: {status} {to}")
    must(two.ask("/me/sign_in/")[0] == 200, "whoever has shown both is let in")
    say("signed in through the proxy: a wrong password refused, the right one, a second factor")
    sessions = [each.value or "" for browser in (one, two) for each in browser.jar]
    return [key, *sessions]


def code_of(secret: str, ahead: int) -> str:
    """The code of RFC 6238 of this step or of one `ahead`."""
    step = struct.pack(">Q", int(time.time()) // 30 + ahead)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, step, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def report_by_resident() -> None:
    """A form with a name and a telephone number, and both where they do not belong."""
    resident = Browser()
    status, text, _ = resident.ask("/appeals/report/")
    ticket = re.search(r'name="ticket" value="([^"]+)"', text)
    must(status == 200 and ticket, f"the page for reports: {status}")
    form = {"text": f"{NAME} 家门口的井盖没了, {PHONE}", "place": NAME, "name": NAME}
    form |= {"phone": PHONE, "ticket": ticket.group(1) if ticket else ""}
    status = resident.ask("/appeals/report/", form)[0]
    must(status in (200, 422), f"a report is answered: {status}")
    query = urllib.parse.urlencode({"q": NAME, "phone": PHONE})
    resident.ask(f"/search/?{query}")
    resident.ask(f"/appeals/{PHONE}/{urllib.parse.quote(NAME)}/?{query}")
    resident.ask("/login/", {"username": PHONE, "password": WRONG})


def from_machine(path: str) -> str:
    """What this machine itself is answered, past the proxy; it must be 200."""
    with urllib.request.urlopen(f"{MACHINE}{path}", timeout=30) as answer:  # noqa: S310  # ours
        found: str = answer.read().decode()
        return found


def health() -> None:
    """Both answer this machine, and neither answers through the proxy."""
    checks = json.loads(from_machine("/health/ready"))["checks"]
    worries = [each for each in checks if each["state"] != "ok"]
    lines = from_machine("/metrics").splitlines()
    counted = [line for line in lines if line.startswith("district_requests_total{")]
    must(any('route="login/"' in line for line in counted), "log-ins are counted")
    outside = Browser()
    must(outside.ask("/health/ready")[0] == 404, "health is not for the proxy")
    must(outside.ask("/metrics")[0] == 404, "metrics are not for the proxy")
    for path in ("/readings", "/v1.1/Observations", "/v1.1/Datastreams(12)/Observations"):
        # The gateway's own answer: readings come by POST.
        must(outside.ask(path)[0] == 405, f"{path} reaches the gateway")
    say(f"health: {len(checks)} checks, not ok: {worries or 'none'}; metrics: {len(lines)} lines")


def journal(secrets: list[str]) -> None:
    """Every line of a process is an object with its facts; what was typed is in none of them."""
    whole = told("journalctl", "--no-pager", "-o", "json").splitlines()
    records = [json.loads(line) for line in whole]
    texts = [str(each.get("MESSAGE", "")) for each in records]
    phone = f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"
    for secret in (NAME, PHONE, phone, WRONG, urllib.parse.quote(NAME), *secrets):
        found = [text for text in texts if secret in text]
        must(not found, f"the journal holds {secret}: {found[:2]}")
    lines: collections.Counter[str] = collections.Counter()
    answered = []
    for each, text in zip(records, texts, strict=True):
        unit = re.match(
            r"district-(web@|live|worker|gateway|alarms)", each.get("_SYSTEMD_UNIT", "")
        )
        if not unit or text == OF_SERVER:
            continue
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        must(isinstance(line, dict) and line.keys() >= FACTS, f"{unit.group()} wrote: {text}")
        lines[unit.group(1).strip("@")] += 1
        must(line["level"] in ("info", "warning"), f"{unit.group()} wrote of an error: {text}")
        answered += [line] if "route" in line else []
    logins = {(each["method"], each["status"]) for each in answered if each["path"] == "/login/"}
    must({("POST", 302)} < logins, f"log-ins stand in the log: {logins}")
    must(len(answered) > 200, "each request has a line")
    must(any(each.get("member") for each in answered), "the log says which member it was")
    must(all(re.fullmatch("[0-9a-f]{32}", each["request"]) for each in answered), "identifiers")
    say(f"the journal: {dict(lines)} lines of JSON, nothing that was typed")


def backup() -> None:
    """The timers run, and what they start makes a backup."""
    timers = ("district-backup.timer", "district-backup-files.timer")
    for timer in timers:
        due = told("systemctl", "show", "-P", "NextElapseUSecRealtime", timer)
        must(due and due != "n/a", f"{timer} has a next time")
    for service in ("district-backup", "district-backup-files"):
        told("systemctl", "start", service)
        must(result_of(service) == "success", f"{service}: {result_of(service)}")
    said = told("district", "backup", "/var/backups/district", "--check")
    sql = "SELECT archived_count, failed_count FROM pg_stat_archiver"
    told("runuser", "-u", "postgres", "--", "psql", "-qtAXc", "SELECT pg_switch_wal()")
    time.sleep(2)
    kept, failed = told("runuser", "-u", "postgres", "--", "psql", "-qtAXc", sql).split("|")
    must(int(kept) > 0 and failed == "0", f"segments: {kept} kept, {failed} failed")
    segments = len(list(Path("/var/backups/district/wal").iterdir()))
    say(f"a backup, {segments} segments of the log, none failed: {said.splitlines()[-1:]}")


def restart() -> None:
    """All are restarted while clients ask through the proxy; every request is answered."""
    answers: collections.Counter[int | str] = collections.Counter()
    ends = threading.Event()
    trusts = ssl.create_default_context(cafile=CERTIFICATE)

    def ask(client: int) -> None:
        # Each has an address of its own and keeps below the proxy's limit for one.
        source = (f"127.0.0.{10 + client}", 0)
        while not ends.wait(0.025):
            connection = http.client.HTTPSConnection(
                "plan.example.cn", timeout=60, source_address=source, context=trusts
            )
            try:
                connection.request("GET", PUBLIC[client % len(PUBLIC)])
                answer = connection.getresponse()
                answer.read()
                answers[answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                answers[type(error).__name__] += 1
            finally:
                connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(6)]
    for thread in threads:
        thread.start()
    told("/usr/local/sbin/district-restart")
    ends.set()
    for thread in threads:
        thread.join()
    must(set(answers) == {200}, f"answers during a restart of all: {dict(answers)}")
    errors = Path("/var/log/nginx/error.log").read_text(encoding="utf-8")
    again = errors.count("upstream prematurely closed connection")
    say(f"answers through the proxy during a restart of all: {dict(answers)}, {again} asked again")


def result_of(unit: str) -> str:
    """How systemd says that a unit ended."""
    return told("systemctl", "show", "-P", "Result", unit)


def stopped(process: str) -> float:
    """Stop a process; the seconds, which must be within its unit's time and end well."""
    unit = f"district-{process}.service"
    began = time.monotonic()
    told("systemctl", "stop", unit)
    took = time.monotonic() - began
    within = told("systemctl", "show", "-P", "TimeoutStopUSec", unit)
    must(result_of(unit) == "success", f"{unit} ends after {took:.1f} s: {result_of(unit)}")
    say(f"{unit} ends within {within}: {took:.1f} s")
    return took


def until_gateway_listens() -> None:
    """It says nothing of itself to systemd; one that is still starting is killed by its server."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", 8002), timeout=5).close()
            return
        except OSError:
            must(time.monotonic() < deadline, "the gateway listens")
            time.sleep(0.5)


def stop_while_a_job_runs() -> None:
    """The worker is told to end while a job of its long lane waits for a table that is taken."""
    lock = (
        "BEGIN; LOCK TABLE kernel_measures_measure IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(300)"
    )
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    frees = (
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK TABLE%'"
    )
    as_postgres = ("runuser", "-u", "postgres", "--", "psql", "-qtAXd", "district", "-c")
    holder = subprocess.Popen(  # noqa: S603  # our own command
        [*as_postgres, lock], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(1)
        told("systemctl", "start", "district-worker")
        deadline = time.monotonic() + 60
        while told(*as_postgres, waits) == "0":
            must(time.monotonic() < deadline, "a job waits for the table")
            time.sleep(0.5)
        stopped("worker")
    finally:
        told(*as_postgres, frees)
        holder.wait()


def say(what: str) -> None:
    """A line for whoever watches."""
    print(f"==> {what}", flush=True)


def main() -> None:
    """All of it, in turn."""
    username, password = sys.argv[1:3]
    secrets = [*signing_in(username, password), password]
    report_by_resident()
    health()
    backup()
    restart()
    until_gateway_listens()
    for process in PROCESSES:
        stopped(process)
    stop_while_a_job_runs()
    journal(secrets)
    told("systemctl", "start", "district.target")


if __name__ == "__main__":
    main()
