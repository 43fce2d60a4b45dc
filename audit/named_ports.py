"""What a policy says of ports a technician may reach through the host, and of variables his ssh may send."""

from __future__ import annotations

from dataclasses import dataclass

from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import NET_HOST, PORT_NAME, VARIABLE

MAX_PORTS = 16
MAX_VARIABLES = 32


@dataclass(frozen=True, slots=True)
class NamedPort:
    """A TCP port as the host reaches it: `host` is a name or address there, `localhost` the host itself."""

    id: str
    host: str
    port: int

    def to_value(self) -> Value:
        return {"id": self.id, "host": self.host, "port": self.port}

    @classmethod
    def from_value(cls, value: Value) -> NamedPort:
        f = Fields(value, "port")
        found = cls(f.formed("id", PORT_NAME), f.formed("host", NET_HOST), f.integer("port"))
        f.done()
        if not 1 <= found.port <= 65535:
            raise Malformed("a port is a number from 1 to 65535")
        return found


def read_ports(lines: list[Value] | None) -> tuple[NamedPort, ...]:
    """Left out where there is none; else no name twice, and no place twice."""
    if lines is None:
        return ()
    found = tuple(NamedPort.from_value(line) for line in lines)
    names = {one.id for one in found}
    places = {(one.host, one.port) for one in found}
    if not 1 <= len(found) <= MAX_PORTS or not len(names) == len(places) == len(found):
        raise Malformed("a policy names 1 to 16 ports, none twice, or leaves the list out")
    return found


def read_environment(names: list[Value] | None) -> tuple[str, ...]:
    """Left out where there is none; else sorted, so that there is one spelling."""
    if names is None:
        return ()
    found = tuple(VARIABLE.check(name, "environment of policy") for name in names)
    if not 1 <= len(found) <= MAX_VARIABLES or list(found) != sorted(set(found)):
        raise Malformed("a policy names 1 to 32 variables, in order and none twice, or leaves the list out")
    return found
