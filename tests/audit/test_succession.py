"""What lets one log follow another."""

from __future__ import annotations

import pytest

from audit.errors import Malformed
from audit.key_announcement import announced
from audit.keys import SigningKey
from audit.log_records import KeyRotated, LogHeartbeat
from audit.merkle import inclusion_proof
from audit.note import VerifierKey
from audit.succession import follows, log_key
from tests.agent.orders import Log
from tests.audit import people

KEY = VerifierKey.log("a/t-1/2027", SigningKey(b"n" * 32).public)


@pytest.mark.parametrize(
    ("after", "may"),
    [
        ("a/t-1/2027", True), ("a/t-1/2026b", True), ("a/t-1/2028", True), ("a/t-1/2026", False),
        ("a/t-1/2025z", False), ("b/t-1/2027", False), ("a/t-2/2027", False),
    ],
)  # fmt: skip
def test_names_in_order(after: str, *, may: bool) -> None:
    assert follows(after, "a/t-1/2026") is may


def test_a_key_is_a_logs() -> None:
    assert log_key(KEY.text) == KEY
    for text in ("nonsense", people.WITNESS_VKEY.text):
        with pytest.raises(Malformed):
            log_key(text)


def test_an_announcement_lies_in_the_tree() -> None:
    log = Log()
    log.append(LogHeartbeat("2026-12-01"))
    log.append(KeyRotated(KEY.text, "year"))
    root = log.tree.root()

    def read(n: int, **other: object) -> VerifierKey:
        proof = inclusion_proof(n, 2, log.tree.read)
        given = {"size": 2, "root": root, "tenant": people.TENANT} | other
        return announced(log.leaves[n], n, proof, **given)  # type: ignore[arg-type]

    assert read(1) == KEY
    for wrong in ({"n": 0}, {"n": 1, "tenant": "t-other"}, {"n": 1, "root": bytes(32)}):
        with pytest.raises(Malformed):
            read(**wrong)  # type: ignore[arg-type]
