"""Which of the granted ports a technician means by the place his ssh asks for."""

from __future__ import annotations

from collections.abc import Iterable

from audit.named_ports import NamedPort
from audit.statement_parts import Channel

ITSELF = frozenset({"localhost", "127.0.0.1", "::1"})  # as people spell the host a port is of


def meant(channels: Iterable[Channel], host: str, port: int) -> NamedPort | None:
    """`host` is the port's own, or its name in the customer's rules, then with its number or 0; None: no port
    that was granted."""
    asked = host.removeprefix("[").removesuffix("]").lower()
    granted = [one.port for one in channels if one.port is not None]
    for named in granted:
        same = asked == named.host or (asked in ITSELF and named.host in ITSELF)
        if same and port == named.port:
            return named
    return next((named for named in granted if asked == named.id and port in (0, named.port)), None)


def leads(granted: Channel, port: str | None) -> bool:
    """To the port that is meant, where the channel is of a kind that leads to one."""
    return port == (None if granted.port is None else granted.port.id)
