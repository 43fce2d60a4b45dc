"""The machine's resolver: what it answers, and when nobody could say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import dns.exception
import dns.flags
import dns.resolver
import pytest

from audit.mail_evidence.dns import Answer
from broker.out.dns import SystemResolver


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> SystemResolver:
    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", lambda *_: None)
    monkeypatch.setattr(
        dns.resolver.Resolver, "nameservers", property(lambda _: ["192.0.2.53"], lambda *_: None)
    )
    return SystemResolver()


def found(*texts: list[bytes], flags: int = 0) -> Any:
    rrset = [SimpleNamespace(strings=one) for one in texts] or None
    return SimpleNamespace(rrset=rrset, response=SimpleNamespace(flags=flags))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (found([b"v=DKIM1; ", b"p=x"]), Answer(b"v=DKIM1; p=x")),
        (found([b"x"], flags=dns.flags.AD), Answer(b"x", authentic=True)),
        (found(), Answer(None)),
        (found([b"a"], [b"b"]), None),
        (found([b"x" * 9000]), None),
        (dns.exception.Timeout(), None),
        (dns.resolver.NoNameservers(), None),
    ],
)
def test_an_answer(
    resolver: SystemResolver, monkeypatch: pytest.MonkeyPatch, said: Any, answer: Answer | None
) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        if isinstance(said, Exception):
            raise said
        return said

    monkeypatch.setattr(resolver._resolver, "resolve", resolve)
    assert resolver.txt("k._domainkey.b.example") == answer
    assert "192.0.2.53" in resolver.name


def test_no_such_name(resolver: SystemResolver, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        gone = SimpleNamespace(flags=dns.flags.AD)
        raise dns.resolver.NXDOMAIN(qnames=["x"], responses={"x": gone})

    monkeypatch.setattr(resolver._resolver, "resolve", resolve)
    assert resolver.txt("k._domainkey.b.example") == Answer(None, authentic=True)
    assert resolver.txt("k..b") is None, "no name at all"
