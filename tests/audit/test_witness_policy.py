"""The witness policy file: one spelling, no nesting that could hang a reader, quorums counted right."""

from __future__ import annotations

import pytest

from audit.errors import Malformed
from audit.keys import SigningKey
from audit.note import VerifierKey
from audit.witness_policy import parse_policy, policy_text
from tests.audit.world import seed

LOG = SigningKey(seed("log"))
KEYS = {name: SigningKey(seed(name)) for name in ("a", "b", "c")}
WITNESSES = {name: VerifierKey.witness(f"w/{name}", key.public) for name, key in KEYS.items()}
VKEY = VerifierKey.log("o/t-1/2026", LOG.public)
TEXT = policy_text(VKEY, WITNESSES, 2)


@pytest.mark.parametrize(
    ("by", "enough"), [((), False), (("a",), False), (("a", "c"), True), (("a", "b", "c"), True)]
)
def test_quorum(by: tuple[str, ...], *, enough: bool) -> None:
    policy = parse_policy(TEXT.encode())
    assert policy.needed == 2
    assert policy.witnesses == WITNESSES
    assert policy.satisfied(frozenset(by)) is enough


def test_none_asks_for_nobody() -> None:
    policy = parse_policy(policy_text(VKEY, WITNESSES, 0).encode())
    assert (policy.quorum, policy.needed) == (None, 0)
    assert policy.satisfied(frozenset())


def test_groups_of_groups() -> None:
    text = policy_text(VKEY, WITNESSES, 0).removesuffix("quorum none\n")
    policy = parse_policy((text + "group x any a b\ngroup y all x c\nquorum y\n").encode())
    assert policy.needed == 2
    assert policy.satisfied(frozenset({"b", "c"}))
    assert not policy.satisfied(frozenset({"a", "b"}))


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "quorum none\n",
        lambda t: t.replace("quorum quorum", "quorum nobody"),
        lambda t: t.replace("group quorum 2", "group quorum 02"),
        lambda t: t.replace("group quorum 2", "group quorum 4"),
        lambda t: t.replace("group quorum 2", "group quorum 0"),
        lambda t: t.replace("group quorum 2", "group quorum " + "9" * 5000),
        lambda t: t.replace("2 a b c", "2 a b b"),
        lambda t: t.replace("2 a b c", "2 a b d"),
        lambda t: t.replace("group quorum", "group a"),
        lambda t: t.replace("witness b", "witness a"),
        lambda t: t.replace("witness b", "witness  b"),
        lambda t: t.replace("log ", "lag "),
        lambda t: "\n".join(t.splitlines()[1:]) + "\n",
        lambda t: t.replace("quorum quorum", "group z any quorum a\nquorum z"),
        lambda t: t + "# comment\n",
    ],
)
def test_other_spellings_are_refused(change) -> None:
    with pytest.raises(Malformed):
        parse_policy(change(TEXT).encode())


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(Malformed):
        parse_policy(b"\xff\n")


def test_more_lines_or_groups_than_anybody_needs() -> None:
    groups = "".join(f"witness w{n} {WITNESSES['a'].text}\ngroup g{n} any w{n}\n" for n in range(65))
    with pytest.raises(Malformed, match="more groups"):
        parse_policy(f"log {VKEY.text}\n{groups}quorum none\n".encode())
    with pytest.raises(Malformed, match="too long"):
        parse_policy((f"log {VKEY.text}\n" * 5000).encode())


def test_a_logs_key_is_no_witnesses() -> None:
    for line in (f"witness a {VKEY.text}", f"log {WITNESSES['a'].text}"):
        with pytest.raises(Malformed, match="wrong type"):
            parse_policy(f"log {VKEY.text}\n{line}\nquorum none\n".encode())
