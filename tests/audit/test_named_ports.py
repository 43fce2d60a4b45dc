"""Ports and variables of a policy: one spelling, their bounds, and the same answer from both verifiers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.canonical import decode, encode
from audit.errors import Malformed
from audit.named_ports import NamedPort, read_environment, read_ports
from audit.policy import Policy
from audit.statement import MAX_STATEMENT_BYTES
from audit.statement_parts import Channel
from tests.audit.people import POLICY
from tests.audit.second_verifier import ask

RDP = NamedPort("rdp", "localhost", 3389)
NAS = NamedPort("nas-web", "192.168.10.40", 443)
NAMED = replace(POLICY, ports=(RDP, NAS), environment=("LANG", "LC_ALL"))


def both(change: dict[str, Any]) -> bool:
    """Whether the bent policy is taken; both verifiers say the same."""
    value = decode(NAMED.encode(), max_bytes=MAX_STATEMENT_BYTES)
    data = encode({**value, **change})
    try:
        Policy.parse(data)
    except Malformed:
        found = False
    else:
        found = True
    assert ask("statement", type="policy", data=data)["taken"] is found, change
    return found


def test_a_policy_names_its_ports_and_variables() -> None:
    assert Policy.parse(NAMED.encode()) == NAMED
    assert NAMED.port("rdp") == RDP
    assert NAMED.port("ssh") is None
    assert both({})


def test_an_earlier_policy_keeps_its_bytes() -> None:
    assert b'"ports"' not in POLICY.encode()
    assert b'"environment"' not in POLICY.encode()
    assert read_ports(None) == read_environment(None) == ()


@pytest.mark.parametrize(
    "port",
    [
        {"id": "RDP"}, {"id": ""}, {"id": "-rdp"}, {"id": "rdp-"}, {"id": "r" * 33}, {"id": "r\nd"}, {"host": ""},
        {"host": "Nas"}, {"host": "a b"}, {"host": "nas/x"}, {"host": ".nas"}, {"host": "a" * 254}, {"host": "::1\n"},
        {"host": "[::1]"}, {"host": "fe80::1%eth0"}, {"host": "::g"}, {"port": 0}, {"port": 65536}, {"port": -1},
        {"port": "3389"}, {"port": True}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_port(port: dict[str, Any]) -> None:
    assert not both({"ports": [RDP.to_value() | port]})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "fd00::10", "nas.lan", "a" * 253, "x"])
def test_what_a_host_may_be_called(host: str) -> None:
    assert both({"ports": [RDP.to_value() | {"host": host}]})


def test_none_twice_and_not_too_many() -> None:
    one, other = RDP.to_value(), NAS.to_value()
    many = [{"id": f"p{n}", "host": "localhost", "port": n} for n in range(1, 18)]
    assert both({"ports": many[:16]})
    for ports in ([], [one, one], [one, other | {"id": "rdp"}], [one, one | {"id": "again"}], many, {}, [1]):
        assert not both({"ports": ports})


@pytest.mark.parametrize(
    "name", ["LANG", "LC_ALL", "TZ", "NO_COLOR", "COLORTERM", "A" * 64, "PATHS", "TERMS", "PS10"]
)
def test_variables_that_may_be_named(name: str) -> None:
    assert both({"environment": [name]})


@pytest.mark.parametrize(
    "name",
    [
        "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "BASHOPTS", "ENV", "IFS", "PYTHONPATH", "PYTHONSTARTUP",
        "PERL5LIB", "RUBYOPT", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "GIT_SSH_COMMAND", "SSH_AUTH_SOCK", "VERBALE_SESSION",
        "HOME", "USER", "SHELL", "PS1", "PS4", "PROMPT_COMMAND", "LESSOPEN", "XDG_RUNTIME_DIR", "DYLD_INSERT_LIBRARIES",
        "GLIBC_TUNABLES", "TERM", "lang", "_X", "1A", "", "LANG=x", "LANG\n", "A" * 65, "È", "LC-ALL", "BASH_FUNC_x%%",
    ],
)  # fmt: skip
def test_variables_that_may_never_be_named(name: str) -> None:
    assert not both({"environment": [name]})


def test_variables_are_in_order_and_none_twice() -> None:
    many = sorted(f"V{n}" for n in range(33))
    assert both({"environment": many[:32]})
    for names in ([], ["TZ", "LANG"], ["LANG", "LANG"], many, {}, [1]):
        assert not both({"environment": names})


@pytest.mark.parametrize(
    "line", [{"kind": "forward"}, {"kind": "exec", "port": RDP.to_value()}, {"kind": "forward", "port": "rdp"}, {"kind": "forward", "port": RDP.to_value(), "tool": "x"}]
)  # fmt: skip
def test_a_forward_names_its_port_and_nothing_else_does(line: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Channel.from_value(line)
    assert Channel.from_value({"kind": "forward", "port": RDP.to_value()}) == Channel("forward", port=RDP)
