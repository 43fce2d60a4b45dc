"""What goes to another system: signed as Standard Webhooks says, to public addresses, tried again in growing pauses."""

from __future__ import annotations

import ipaddress

import pytest

from broker.domain.public_address import is_public
from broker.domain.refusal import Refused
from broker.domain.webhook import (
    GROUPS,
    LONGEST_PAUSE_S,
    MAX_KINDS,
    grouped,
    headers_of,
    pause_s,
    read_address,
    read_kinds,
    readable,
)
from broker.out.webhook_call import HttpWebhookCaller
from tests.doubles import MORNING

NONE: frozenset[str] = frozenset()


def test_it_is_signed_as_the_vector_of_standard_webhooks_is() -> None:
    """Standard Webhooks 1.0, the example of its reference implementations."""
    at = MORNING.fromtimestamp(1614265330, MORNING.tzinfo)
    found = headers_of(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        at,
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (found["webhook-id"], found["webhook-timestamp"]) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::", "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_no_address_of_an_inner_network_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]:9/x", "https://[fe80::1%25lo]/"]
)
async def test_a_call_never_reaches_inside(url: str) -> None:
    assert (await HttpWebhookCaller().call(url, {}, b"")).said in ("inside", "unreachable")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x", "https://", "https://u:p@example.com/", "https://example.com/#x", "ftp://example.com/",
        "https://example.com/a b", "https://example.com/é", "https://example.com/" + "a" * 600, "https://example.com:x/",
        "https://example.com/\r\nx: y", "", "javascript:alert(1)", "https://[::1",
        "https://127.0.0.1/x", "https://10.0.0.8/", "https://[::1]/", "https://localhost:8443/", "https://siem.localhost/",
    ],
)  # fmt: skip
def test_an_address_is_https_and_no_more(address: str) -> None:
    with pytest.raises(Refused):
        read_address(address, NONE)


def test_a_host_inside_that_was_named_may_go_without_tls() -> None:
    assert read_address("http://siem.lan:8080/x", frozenset({"siem.lan"})) == "http://siem.lan:8080/x"
    assert read_address("https://10.0.0.8/", frozenset({"10.0.0.8"})) == "https://10.0.0.8/"
    assert read_address("https://example.com/x?y=z", NONE) == "https://example.com/x?y=z"


@pytest.mark.parametrize("address", ["http://siem.lan:22/x", "http://siem.lan/x", "https://10.0.0.8:22/"])
def test_named_with_a_port_it_is_that_port_alone(address: str) -> None:
    """So nobody looks round by it which other doors that host has."""
    named = frozenset({"siem.lan:8080", "10.0.0.8:443"})
    assert read_address("http://siem.lan:8080/x", named)
    assert read_address("https://10.0.0.8/", named)
    with pytest.raises(Refused):
        read_address(address, named)


def test_pauses_grow_to_an_hour_and_differ() -> None:
    assert [pause_s(n, 255) < pause_s(n + 1, 255) for n in range(1, 10)] == [True] * 9
    assert pause_s(10_000, 255) <= LONGEST_PAUSE_S
    assert {pause_s(1, 0), pause_s(1, 255)} == {2.5, 5 * 511 / 512}


def test_l43_the_owner_has_no_kind_that_tells_how_people_work() -> None:
    """L-43: what he does not see on his pages does not go to his systems either."""
    owner = set(readable("owner"))
    assert owner < set(readable("titolare"))
    hidden = (
        "login.",
        "record.",
        "command.",
        "file.",
        "access.",
        "channel.",
        "clipboard.",
        "watch.",
        "credential.",
        "person.",
    )
    assert [kind for kind in owner if kind.startswith(hidden)] == []
    with pytest.raises(Refused):
        read_kinds(["login.succeeded"], "owner")
    for group in GROUPS:
        for role in ("owner", "titolare"):
            assert 0 < len(grouped(group, role)) <= MAX_KINDS
            assert read_kinds(grouped(group, role), role) == grouped(group, role)
