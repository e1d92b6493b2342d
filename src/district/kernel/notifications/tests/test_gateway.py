"""A member's address must not make the server call into its own network."""

from __future__ import annotations

import socket
import threading

import pytest
from pytest_django import Settings

from district.kernel.notifications import gateway
from district.kernel.notifications.gateway import (
    RefusedError,
    SendError,
    guarded,
    host_allowed,
    send,
)
from district.kernel.notifications.tests.conftest import Receiver


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.5", "169.254.169.254", "0.0.0.0",  # noqa: S104  # an address to refuse
        "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::",
    ],
)  # fmt: skip
def test_addresses_of_our_own_network_are_refused(address: str) -> None:
    assert not host_allowed("anything.example.org", address)


def test_public_addresses_and_those_that_the_installation_names_pass(
    settings: Settings,
) -> None:
    assert host_allowed("example.org", "93.184.215.14")
    assert host_allowed("example.org", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    settings.DISTRICT_CHANNEL_HOSTS = "mail.internal, 10.8.0.0/16"
    assert host_allowed("mail.internal", "10.1.1.1")
    assert host_allowed("other.internal", "10.8.3.4")
    assert not host_allowed("other.internal", "10.9.3.4")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0", "2130706433", "0x7f.1"])
def test_nothing_is_sent_to_loopback_however_it_is_written(receiver: Receiver, host: str) -> None:
    with pytest.raises(SendError):
        send(f"json://{host}:{receiver.port}/hook", "题", "文")
    assert receiver.received == []


def test_a_mail_server_named_in_a_parameter_is_held_to_the_same_rule() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        with pytest.raises(SendError, match="内部地址"):
            send(f"mailto://a:b@example.org:{port}?smtp=127.0.0.1&to=c@example.org", "题", "文")
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_redirect_is_not_followed(receiver: Receiver, settings: Settings) -> None:
    settings.DISTRICT_CHANNEL_HOSTS = "127.0.0.1"
    receiver.status, receiver.location = 307, f"http://localhost:{receiver.port}/elsewhere"
    with pytest.raises(SendError):
        send(receiver.address + "?redirect=yes", "题", "文")
    assert len(receiver.received) == 1


def test_only_the_sending_thread_is_held(receiver: Receiver) -> None:
    answers: list[bool] = []

    def elsewhere() -> None:
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=2):
            answers.append(True)

    with guarded():
        with pytest.raises(RefusedError):
            socket.create_connection(("127.0.0.1", receiver.port), timeout=2)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert answers == [True]
    elsewhere()


def test_a_message_without_a_body_still_says_something(
    receiver: Receiver, settings: Settings
) -> None:
    settings.DISTRICT_CHANNEL_HOSTS = "127.0.0.1"
    send(receiver.address, "只有标题", "")
    assert receiver.received[0]["message"] == "只有标题"


def test_the_installation_chooses_which_kinds_are_offered(settings: Settings) -> None:
    settings.DISTRICT_CHANNEL_SCHEMES = "dingtalk, feishu"
    assert gateway.allowed_schemes() == {"dingtalk", "feishu"}
