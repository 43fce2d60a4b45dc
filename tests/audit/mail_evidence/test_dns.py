"""The answers of the DNS, kept and read in one spelling."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.canonical import decode, encode
from audit.errors import Malformed
from audit.mail_evidence.dns import MAX_ANSWERS, MAX_TXT_BYTES, Answer, Asked, DnsSnapshot

TAKEN = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SNAPSHOT = DnsSnapshot(
    TAKEN, "dns 127.0.0.1", (("a.it", Answer(b"v=DKIM1", authentic=True)), ("b.it", Answer(None)))
)


def test_c03_it_goes_out_and_comes_back() -> None:
    """C-03."""
    assert DnsSnapshot.parse(SNAPSHOT.encode()) == SNAPSHOT
    assert SNAPSHOT.txt("A.it.") == Answer(b"v=DKIM1", authentic=True)
    assert SNAPSHOT.txt("b.it") == Answer(None)
    assert SNAPSHOT.txt("c.it") is None


def bent(**change: object) -> bytes:
    return encode(decode(SNAPSHOT.encode()) | change)


@pytest.mark.parametrize(
    "data",
    [
        b"{}", bent(v=2), bent(type="dns"), bent(taken="ieri"), bent(resolver="a\nb"), bent(x=1), bent(answers=[1]),
        bent(answers=[{"name": "b.it"}, {"name": "a.it"}]), bent(answers=[{"name": "a.it"}] * 2),
        bent(answers=[{"name": "A.it"}]), bent(answers=[{"name": "a.it."}]), bent(answers=[{"name": "a" * 254}]),
        bent(answers=[{"name": "a.it", "authentic": False}]), bent(answers=[{"name": "a.it", "text": "="}]),
        bent(answers=[{"name": "a.it", "text": "A" * 12_000}]),
        bent(answers=[{"name": f"a{n:03}.it"} for n in range(MAX_ANSWERS + 1)]),
    ],
)  # fmt: skip
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        DnsSnapshot.parse(data)


def test_each_name_is_asked_once_and_kept() -> None:
    said: list[str] = []

    def ask(name: str) -> Answer | None:
        said.append(name)
        return {
            "a.it": Answer(b"x"),
            "long.it": Answer(b"x" * (MAX_TXT_BYTES + 1)),
            "none.it": Answer(None),
        }.get(name)

    asked = Asked(ask)
    for name in ("A.it.", "a.it", "none.it", "lost.it", "long.it", "b\nad.it", "x" * 254):
        asked.txt(name)
    assert said == ["a.it", "none.it", "lost.it", "long.it"]
    assert asked.txt("a.it") == Answer(b"x")
    kept = asked.snapshot(TAKEN, "prova")
    assert kept.answers == (("a.it", Answer(b"x")), ("none.it", Answer(None)))


def test_no_mail_has_more_asked_than_a_snapshot_holds() -> None:
    asked = Asked(lambda _: Answer(b"x"))
    answers = [asked.txt(f"a{n}.it") for n in range(MAX_ANSWERS + 1)]
    assert answers[-1] is None
    assert None not in answers[:-1]
