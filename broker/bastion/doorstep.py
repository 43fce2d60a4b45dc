"""How many may stand at the SSH door before anybody knows who they are: bounded, and shared among addresses.

Without it a stranger's idle connections use up the process's descriptors, and the pages go down with them.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Network, ip_address

WAITING = 64  # altogether; each waits for `front.LOGIN_S` at most
WAITING_OF_ONE = 16  # of one address: an office behind it, or a script that opens many at once
_PREFIX = 64  # whoever has one IPv6 address has all of its /64


class Doorstep:
    """`enter` for each new connection, `leave` once it is known or gone."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Whether there is still room for somebody from there."""
        name = _whose(address)
        if self._waiting.total() >= WAITING or self._waiting[name] >= WAITING_OF_ONE:
            return False
        self._waiting[name] += 1
        return True

    def leave(self, address: str) -> None:
        name = _whose(address)
        self._waiting[name] -= 1
        if self._waiting[name] <= 0:
            del self._waiting[name]


def _whose(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address  # no peer's address was to be had: all of those share one place
    if found.version == 4:
        return address
    return str(IPv6Network((found.packed, _PREFIX), strict=False))
