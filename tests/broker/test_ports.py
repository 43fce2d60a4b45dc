"""Which granted port is meant: by its own place or its name in the rules, and by nothing else."""

from __future__ import annotations

import pytest

from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from broker.domain.ports import meant

RDP = NamedPort("rdp", "localhost", 3389)
NAS = NamedPort("nas", "nas.lan", 443)
V6 = NamedPort("six", "fd00::10", 80)
GRANTED = (Channel("terminal"), *(Channel("forward", port=one) for one in (RDP, NAS, V6)))


@pytest.mark.parametrize(
    ("host", "port", "found"),
    [
        ("localhost", 3389, RDP), ("127.0.0.1", 3389, RDP), ("::1", 3389, RDP), ("[::1]", 3389, RDP),
        ("LOCALHOST", 3389, RDP), ("rdp", 3389, RDP), ("rdp", 0, RDP), ("nas.lan", 443, NAS), ("nas", 0, NAS),
        ("[fd00::10]", 80, V6), ("six", 80, V6),
        ("rdp", 22, None), ("localhost", 22, None), ("localhost", 0, None), ("localhost", 443, None),
        ("nas.lan", 3389, None), ("nas.lan", 0, None), ("127.0.0.2", 3389, None), ("2130706433", 3389, None),
        ("0.0.0.0", 3389, None), ("", 3389, None), ("localhost.", 3389, None), ("rdp\n", 0, None), ("fd00:0::10", 80, None),
    ],
)  # fmt: skip
def test_what_is_meant(host: str, port: int, found: NamedPort | None) -> None:
    assert meant(GRANTED, host, port) == found


def test_where_no_port_was_granted() -> None:
    assert meant((Channel("terminal"),), "localhost", 3389) is None
