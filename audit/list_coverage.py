"""Which hosts have told their sessions of a month (FORMAT.md §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audit import instant
from audit.estate_records import HostEnrolled, HostRevoked
from audit.leaf import Leaf
from audit.log_records import SessionsListed


@dataclass(slots=True)
class _Host:
    enrolled: datetime
    revoked: datetime | None = None
    list_n: int = -1  # host_n of its last list
    listed: datetime | None = None  # when that was made, by its own clock or by the broker's
    final: bool = False  # its last words: a list, and that it was revoked there


class Coverage:
    """Up to when each host has told its sessions. Feed it the leaves of `KINDS` in order."""

    KINDS = (HostEnrolled.KIND, HostRevoked.KIND, SessionsListed.KIND)

    def __init__(self, leaves: Iterable[Leaf] = ()) -> None:
        self._hosts: dict[str, _Host] = {}
        for leaf in leaves:
            self.feed(leaf)

    def feed(self, leaf: Leaf) -> None:
        if isinstance(leaf.record, HostEnrolled):
            self._hosts[leaf.host or ""] = _Host(leaf.time)
            return
        host = self._hosts.get(leaf.host or "")
        if host is None:
            return  # step 8 has said so
        match leaf.record:
            case HostRevoked():
                host.revoked = host.revoked or leaf.time
                host.final = leaf.host_n is not None and leaf.host_n == host.list_n + 1
            case SessionsListed(received=received) if leaf.host_n is not None:
                # A clock that runs ahead tells nothing of what is still to come.
                host.list_n, host.listed = leaf.host_n, min(leaf.time, instant.parse(received))
            case _:
                pass

    def in_use(self, first: datetime, until: datetime) -> list[str]:
        """Hosts that were enrolled at any time of a month; `until` is the first instant of the next."""
        return sorted(
            name
            for name, host in self._hosts.items()
            if host.enrolled < until and (host.revoked is None or host.revoked > first)
        )

    def missing(self, first: datetime, until: datetime) -> list[str]:
        """Those among them whose lists do not reach the month's end."""
        return [name for name in self.in_use(first, until) if self.told(name, until) is None]

    def told(self, host: str, until: datetime) -> datetime | None:
        """When the list was made that reaches to `until` or beyond; None where there is none."""
        found = self._hosts[host]
        reaches = found.listed is not None and (found.final or found.listed >= until)
        return found.listed if reaches else None
