"""The MQTT entrance: reads what the broker has, acknowledges what is durable, drops nothing.

Sources publish at `district/readings/<source>`, where messages name their datastreams, or at
`district/readings/<source>/<datastream>`. Who may publish where is the broker's access list; that
the source owns the datastream is checked here. A message is acknowledged once each of its
readings is durable or on its way to quarantine. When the log takes nothing the entrance stops
reading, and the broker keeps what comes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import random
import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, replace

from district.kernel.sensing.gateway.declared import NOBODY_KNOWN
from district.kernel.sensing.gateway.gateway import Gateway
from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link, Refused
from district.kernel.sensing.gateway.mqtt.packets import Control, ProtocolError, Publish, Type
from district.kernel.sensing.gateway.taking import Answer, Message
from district.kernel.sensing.log import Closed, LogError

log = logging.getLogger(__name__)

ROOT = "district/readings/"
_SHORTEST, _LONGEST = 0.2, 30.0
_MOST_TOPICS = 200_000
#: Seconds between reads while messages flow: a broker writes each by itself, and a read of many
#: costs as much as one of few.
_BREATH = 0.005


@dataclass(frozen=True, slots=True)
class MqttState:
    """How the entrance stands. `error` is None while it is connected and the log takes readings.

    `lost_sessions` counts how often the broker had not kept our session although there was one:
    what was published meanwhile is lost there.
    """

    connected: bool
    level: int
    messages: int
    unacknowledged: int
    reconnected: int
    lost_sessions: int
    error: str | None


@dataclass(slots=True)
class _Taken:
    """Messages that came together: `acks` go back when `future` says that all are durable."""

    messages: list[Message]
    acks: bytes
    size: int
    future: Future[Answer] | None = None


class MqttEntrance:
    """Connects to one broker and stays with it, in a thread."""

    def __init__(
        self,
        gateway: Gateway,
        broker: Broker,
        *,
        most_messages: int = 20_000,
        most_bytes: int = 32 << 20,
    ) -> None:
        """`most_*` is how much is read before what was read is durable."""
        self._gateway, self._broker = gateway, broker
        self._most_messages, self._most_bytes = most_messages, most_bytes
        self._remembered = gateway.folder / "mqtt.json"
        self._topics: dict[bytes, tuple[int, int | None]] = {}
        self._edition = -1
        self._taken: deque[_Taken] = deque()
        self._held_messages = self._held_bytes = 0
        self._again, self._pause = 0.0, _SHORTEST
        self._connected = False
        self._messages = self._connections = self._lost = 0
        self._error: str | None = "not connected yet"
        self._stop = threading.Event()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._is_woken = False
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        """Connect, now or as soon as the broker answers."""
        self._thread.start()

    def stop(self) -> None:
        """Leave; what is not acknowledged comes again. Before the gateway stops."""
        self._stop.set()
        self._nudge()
        if self._thread.is_alive():
            self._thread.join()
        self._wake.close()
        self._woken.close()

    def state(self) -> MqttState:
        """How it stands at this moment."""
        return MqttState(
            self._connected,
            self._broker.session.level,
            self._messages,
            self._held_messages,
            max(0, self._connections - 1),
            self._lost,
            self._error,
        )

    # -- connections ------------------------------------------------------------------

    def _run(self) -> None:
        pause = _SHORTEST
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._with_broker()
            except Refused as refused:
                if refused.level_unknown and self._broker.session.level == packets.V5:
                    log.warning("the broker does not know MQTT 5; going on with 3.1.1")
                    session = replace(self._broker.session, level=packets.V3)
                    self._broker = replace(self._broker, session=session)
                    continue
                self._say(str(refused))
            except (OSError, ProtocolError) as error:
                self._say(str(error) or type(error).__name__)
            except Exception:  # a fault here must not end the entrance for ever
                log.exception("the MQTT entrance failed and connects again")
                self._error = "failed; see the log of the process"
            finally:
                self._connected = False
                self._forget_taken()
            if time.monotonic() - began > _LONGEST:
                pause = _SHORTEST
            # Not all gateways of a city at the same moment.
            self._stop.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311  # no secret
            pause = min(2 * pause, _LONGEST)

    def _say(self, error: str) -> None:
        if self._error != error and not self._stop.is_set():
            log.warning("MQTT: %s", error)
        self._error = error

    def _forget_taken(self) -> None:
        """What was not acknowledged comes again by another connection."""
        self._taken.clear()
        self._held_messages = self._held_bytes = 0

    def _with_broker(self) -> None:
        link = Link(self._broker)
        try:
            if not link.had_session and self._had_session():
                self._lost += 1
                log.warning("the broker has lost our session, and what was published meanwhile")
            link.subscribe([ROOT + "#"])
            self._remember()
            self._connections += 1
            self._connected, self._error = True, None
            link.begin()
            self._serve(link)
        finally:
            link.close()

    def _key(self) -> dict[str, object]:
        broker = self._broker
        return {"host": broker.host, "port": broker.port, "client": broker.session.client_id}

    def _had_session(self) -> bool:
        try:
            return bool(json.loads(self._remembered.read_text()) == self._key())
        except (OSError, ValueError):
            return False

    def _remember(self) -> None:
        if not self._had_session():
            with contextlib.suppress(OSError):
                # Only for the warning above.
                self._remembered.write_text(json.dumps(self._key()))

    # -- one connection ---------------------------------------------------------------

    def _serve(self, link: Link) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            selector.register(link.socket, selectors.EVENT_READ)
            flushed, before = True, selectors.EVENT_READ
            while not self._stop.is_set():
                reading = self._has_room()
                wanted = selectors.EVENT_READ if reading else 0
                wanted |= 0 if flushed else selectors.EVENT_WRITE
                if wanted != before:
                    before = _watch(selector, link, before, wanted)
                timeout = 0.0 if reading and link.has_early else self._patience()
                ready = {key.fileobj: event for key, event in selector.select(timeout)}
                if self._woken in ready:
                    self._is_woken = False
                    with contextlib.suppress(BlockingIOError):
                        self._woken.recv(4096)
                if reading and (link.has_early or ready.get(link.socket, 0) & selectors.EVENT_READ):
                    time.sleep(max(0.0, link.heard + _BREATH - time.monotonic()))
                    self._receive(link.read())
                flushed = link.write(self._settled() + self._ping(link, reading=reading))
            if flushed:
                link.socket.setblocking(True)
                link.socket.sendall(packets.DISCONNECT)

    def _has_room(self) -> bool:
        return (
            self._held_messages < self._most_messages
            and self._held_bytes < self._most_bytes
            and not any(taken.future is None for taken in self._taken)
        )

    def _patience(self) -> float:
        """How long nothing need be looked at, in seconds."""
        if self._taken and self._taken[0].future is None:
            return max(0.0, self._again - time.monotonic())
        return self._broker.session.keep_alive / 4

    def _ping(self, link: Link, *, reading: bool) -> bytes:
        now, keep = time.monotonic(), self._broker.session.keep_alive
        if reading and now - link.heard > 1.5 * keep:
            raise TimeoutError("the broker is silent")
        return packets.PING if now - link.written > keep / 2 else b""

    def _receive(self, found: list[Publish | Control]) -> None:
        messages: list[Message] = []
        acks: list[bytes] = []
        size = 0
        for packet in found:
            if isinstance(packet, Publish):
                source, addressed = self._addressed(packet.topic)
                messages.append(Message(packet.payload, source, addressed))
                acks.append(packet.ack)
                size += len(packet.payload)
            elif packet.type == Type.DISCONNECT:
                code = packet.body[0] if packet.body else 0
                raise ConnectionError(f"the broker ends the connection (code {code})")
        if not messages:
            return
        self._messages += len(messages)
        self._held_messages += len(messages)
        self._held_bytes += size
        taken = _Taken(messages, b"".join(acks), size)
        self._taken.append(taken)
        self._offer(taken)

    def _addressed(self, topic: bytes) -> tuple[int, int | None]:
        """The source and datastream that a topic names."""
        declared = self._gateway.declared
        if declared.edition != self._edition or len(self._topics) > _MOST_TOPICS:
            self._topics.clear()
            self._edition = declared.edition
        found = self._topics.get(topic)
        if found is None:
            name = topic.decode("utf-8", "replace").removeprefix(ROOT)
            code, _, number = name.partition("/")
            row = declared.sources.get(code)
            addressed = int(number) if number.isdecimal() and len(number) < 10 else None
            found = (row.number if row else NOBODY_KNOWN, addressed)
            self._topics[topic] = found
        return found

    def _offer(self, taken: _Taken) -> None:
        try:
            taken.future = self._gateway.offer(taken.messages)
        except LogError as error:
            self._wait_a_while(taken, error)
        else:
            taken.future.add_done_callback(lambda _: self._nudge())

    def _wait_a_while(self, taken: _Taken, error: Exception) -> None:
        """Nothing of it was accepted: keep it, and stop reading until it is."""
        if isinstance(error, Closed):
            raise ConnectionAbortedError(str(error)) from error
        self._say(str(error))
        taken.future = None
        self._again = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, 2.0)

    def _settled(self) -> bytes:
        """The acknowledgements that are due, in the order in which messages came."""
        acks: list[bytes] = []
        while self._taken:
            taken = self._taken[0]
            if taken.future is None:
                if time.monotonic() < self._again:
                    break
                self._offer(taken)
                continue
            if not taken.future.done():
                break
            try:
                taken.future.result()
            except LogError as error:
                self._wait_a_while(taken, error)
                break
            self._taken.popleft()
            self._held_messages -= len(taken.messages)
            self._held_bytes -= taken.size
            self._pause, self._error = _SHORTEST, None
            acks.append(taken.acks)
        return b"".join(acks)

    def _nudge(self) -> None:
        if not self._is_woken:
            self._is_woken = True
            with contextlib.suppress(OSError):
                self._wake.send(b"\0")


def _watch(selector: selectors.BaseSelector, link: Link, before: int, wanted: int) -> int:
    """Let the selector tell of this from now on; nothing at all is no registration."""
    if not wanted:
        selector.unregister(link.socket)
    elif not before:
        selector.register(link.socket, wanted)
    else:
        selector.modify(link.socket, wanted)
    return wanted
