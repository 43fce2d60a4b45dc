"""The way to the broker: which addresses are dialled, through which proxy, and every wrong setting a sentence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from agent.enrol import post_json, route_of
from agent.main import main
from agent.route import NotAllowed, ProxyNotUsable, Route, check_broker, check_proxy, is_loopback, proxy_to
from agent.sentences import MISUSE, Failure
from tests.agent import host

BROKER = "https://broker.example"


@pytest.mark.parametrize(
    "address",
    [
        "http://broker.example",
        "http://192.0.2.1:8443",
        "http://localhost.example",
        "ws://localhost",
        "https://",
        "https://user@broker.example",
        "https://broker.example/path",
        "https://broker.example?x=1",
        "broker.example",
        "",
    ],
)
def test_addresses_the_agent_does_not_dial(address: str) -> None:
    with pytest.raises(NotAllowed):
        check_broker(address)


def test_addresses_the_agent_dials() -> None:
    assert Route("https://broker.example:8443/").url("/agent/link") == "wss://broker.example:8443/agent/link"
    assert Route("http://[::1]:8700").url("/agent/link") == "ws://[::1]:8700/agent/link"
    for name in ("localhost", "firma.localhost", "127.0.0.1", "127.8.8.8", "::1"):
        assert is_loopback(name)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_proxy_we_were_told_comes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_to(BROKER, None) is None
    monkeypatch.setenv("https_proxy", "http://env:3128")
    assert proxy_to(BROKER, None) == "http://env:3128"
    assert proxy_to(BROKER, "told:8080") == "http://told:8080"
    monkeypatch.setenv("no_proxy", "broker.example")
    assert proxy_to(BROKER, None) is None


def test_the_environments_proxy_is_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert proxy_to("http://localhost:8443", None) is None


@pytest.mark.parametrize("proxy", ["http://p:3128", "http://user:secret@p:3128/", "https://[2001:db8::1]:1"])
def test_proxies_that_can_be_used(proxy: str) -> None:
    assert check_proxy(proxy) == proxy


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("socks5://p:1080", "socks5://p:1080"),
        ("http://p:http", "http://p:http"),
        ("http://p:99999", "http://p:99999"),
        ("http://p:0", "http://p:0"),
        ("http://[::1", "http://[::1"),
        ("http://user@p:3128", "http://…@p:3128"),
        ("ftp://user:secret@p", "ftp://…@p"),
        ("user:secret@p:x", "…@p:x"),
        ("http://p:3128/path", "http://p:3128/path"),
        ("http://p:3128?x", "http://p:3128?x"),
        ("http://", "http://"),
        ("", ""),
    ],
)
def test_proxies_that_cannot_and_what_is_shown_of_them(proxy: str, shown: str) -> None:
    with pytest.raises(ProxyNotUsable) as wrong:
        check_proxy(proxy)
    assert wrong.value.shown == shown
    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"), [("VERBALE_PROXY", "socks5://p:1080"), ("https_proxy", "http://p:many")]
)
def test_a_wrong_proxy_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    path = host.written(tmp_path / "h.json", host.file(BROKER))
    words = ["enroll", str(path), "--code", host.CODE, "--state", str(tmp_path / "state"), "--lang", "en"]
    assert main(words) == MISUSE
    said = capsys.readouterr().err
    assert f"“{value}” is no HTTP proxy" in said
    assert not (tmp_path / "state").exists(), "nothing was begun"


@pytest.mark.parametrize("content", [None, "no certificate", "-----BEGIN CERTIFICATE-----\nAA==\n-----END"])
def test_a_useless_file_of_authorities_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    monkeypatch.setenv("VERBALE_CA_FILE", str(ca_file))
    path = host.written(tmp_path / "h.json", host.file(BROKER))
    words = ["enroll", str(path), "--code", host.CODE, "--state", str(tmp_path / "state"), "--lang", "en"]
    assert main(words) == MISUSE
    assert f"{ca_file} (VERBALE_CA_FILE) is missing, unreadable or holds no certificate" in (
        capsys.readouterr().err
    )


def test_an_address_that_is_not_dialled_is_one_sentence(tmp_path: Path) -> None:
    rules = host.policy()
    with pytest.raises(Failure) as no:
        route_of(host.settings(tmp_path / "state"), host.enrolment(rules, "http://broker.example"))
    assert no.value.code == "broker_not_allowed"


def test_enrolment_goes_by_the_same_way_as_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment alone would lead `urllib` elsewhere than the link."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(Failure) as no:
            post_json(Route(address), "/agent/enrol", {})
    assert no.value.code == "broker_unreachable"
