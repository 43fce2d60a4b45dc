"""Hosts without an agent, as a customer's rules name them: sessions there are declared and nobody attests them.

A policy that names none allows none. Nothing of Verbale runs on such a host: it is neither watched nor stopped,
and whoever signs the policy reads that (FORMAT.md §4).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import ID, LINE

MAX_BARE_HOSTS = 64


@dataclass(frozen=True, slots=True)
class BareHost:
    """`place` may be empty; `tool` is the licensed tool, of the same policy, that reaches it."""

    id: str
    label: str
    place: str
    os: str
    tool: str

    def __post_init__(self) -> None:
        if not all(one.strip() for one in (self.label, self.os, self.tool)):
            raise Malformed("a host without an agent has a name, a system and a tool")

    def to_value(self) -> Value:
        return {"id": self.id, "label": self.label, "place": self.place, "os": self.os, "tool": self.tool}

    @classmethod
    def from_value(cls, value: Value) -> BareHost:
        f = Fields(value, "host without an agent")
        found = cls(
            f.formed("id", ID),
            f.formed("label", LINE),
            f.formed("place", LINE),
            f.formed("os", LINE),
            f.formed("tool", LINE),
        )
        f.done()
        return found


def read_bare_hosts(lines: list[Value] | None, tools: Collection[str]) -> tuple[BareHost, ...]:
    """Left out where there is none; else no id and no name twice, each with a tool of the policy."""
    if lines is None:
        return ()
    found = tuple(BareHost.from_value(line) for line in lines)
    ids, labels = {one.id for one in found}, {one.label for one in found}
    if not 1 <= len(found) <= MAX_BARE_HOSTS or not len(ids) == len(labels) == len(found):
        raise Malformed("a policy names 1 to 64 hosts without an agent, none twice, or leaves the list out")
    if not all(one.tool in tools for one in found):
        raise Malformed("a host without an agent is reached by a tool that the policy names")
    return found
