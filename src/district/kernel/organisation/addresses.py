"""Pure rules of the log-in's throttle: whose address counts, and until when a lock holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# A household or a machine has a whole network of this length in IPv6.
_ONE_PLACE = 64


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str | None:
    """The nearest address that is not a trusted proxy; for IPv6 the network it stands in.

    `forwarded` is X-Forwarded-For, each proxy adding on its right whom it spoke with. What
    stands left of the first address that is not trusted may be invented and is not read.
    """
    found: Address | None = None
    for text in (peer, *reversed(forwarded.split(","))):
        address = _parse(text)
        if address is None:
            break
        found = address
        if not any(found in network for network in trusted):
            break
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found), _ONE_PLACE), strict=False).network_address)
    return str(found) if found else None


def trusted(peer: str, proxies: Sequence[Network]) -> bool:
    """Whether the machine that speaks with us is a stated proxy."""
    address = _parse(peer)
    return address is not None and any(address in network for network in proxies)


def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def frees_at(
    failures: Iterable[tuple[datetime, int]], limit: int, wait: timedelta
) -> datetime | None:
    """When fewer than `limit` of these failures (last moment, how many) still count.

    Each counts for `wait`. None where the limit is not reached.
    """
    rows = sorted(failures)
    left = sum(count for _at, count in rows)
    until = None
    for at, count in rows:
        if left < limit:
            break
        left -= count
        until = at + wait
    return until
