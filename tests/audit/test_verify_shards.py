"""One log after the other: the join is checked, and a key pinned in the first year follows to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import bundle, checkpoint
from audit.checkpoint import Checkpoint, parse
from audit.findings import Verdict
from audit.keys import SigningKey
from audit.log_records import KeyRotated, LogHeartbeat, LogRecovered
from audit.note import VerifierKey, parse_note
from audit.person_records import TenantOpened
from audit.record import Actor
from audit.recovery import HeadLine, Recovery
from audit.session_records import SessionClosed
from audit.trust_file import SeenHeads
from audit.verify import verify
from tests.audit.verdicts import alone, judge, only, said, sound
from tests.audit.world import HOST, HOUSE, ORIGIN, TECHNICIAN, TENANT, TITOLARE, Twist, World, seed

NEW_YEARS_EVE = datetime(2026, 12, 31, 22, 50, tzinfo=UTC)
NEXT = f"registro.localhost/{TENANT}/2027"
Turn = Callable[[World], Any]


def over_the_turn(turn: Turn = World.turn, **twist: Any) -> World:
    """A session begun at ten to midnight, the turn of the year in the midst of it, and its end."""
    w = World(Twist(witnesses=1, **twist))
    w.onboard()
    w.now = NEW_YEARS_EVE
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.heads[w.tree.size] = w.head
    w.wait(minutes=15)
    turn(w)
    w.append(LogHeartbeat("2027-01-01"))
    w.work(session, "c-00000001", 20)
    w.end(session, "closed_by_technician")
    w.append(
        SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session=session, host=HOST,
        opening={"note": "Fatto."},
    )  # fmt: skip
    request, _ = w.ask(2)
    w.approve(request)
    return w


def bent(turn: Turn) -> Verdict:
    """Judged by somebody who pinned both logs, so that what is wrong between them is all that is wrong."""
    w = over_the_turn(turn)
    logs = (w.first_vkey,) if w.vkey == w.first_vkey else (w.first_vkey, w.vkey)
    return judge(w, trust=replace(w.trust(), log_vkeys=logs))


def test_the_first_years_trust_file_suffices_for_the_next() -> None:
    w = over_the_turn()
    verdict = judge(w)
    sound(verdict)
    assert verdict.trust == "pinned"
    assert w.vkey.name == NEXT
    assert w.trust().log_vkeys == (VerifierKey.log(ORIGIN, SigningKey(seed("log")).public),)
    assert {s.n for s in verdict.steps if s.state == "ok"} >= {2, 3, 4, 5, 6, 7, 8, 9, 10, 11}


def test_the_report_of_a_month_before_the_turn() -> None:
    w = World(Twist(witnesses=1))
    w.onboard()
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.close()
    w.turn("2026b")
    w.append(LogHeartbeat("2026-12-02"))
    verdict = judge(w)
    sound(verdict)
    assert verdict.counts["reports"] == 1


def test_several_logs_in_a_row() -> None:
    def turns(w: World) -> None:
        w.now = NEW_YEARS_EVE + timedelta(minutes=8)
        w.turn("2026b")
        w.append(LogHeartbeat("2026-12-31"))
        w.turn("2026c")
        w.wait(minutes=2)
        w.turn("2027")

    sound(bent(turns))


def test_a_host_enrolled_under_the_next_log() -> None:
    def turn(w: World) -> None:
        w.turn()
        w.enrol("h-00000002", SigningKey(seed("second agent")), "RECEPTION-02")

    w = over_the_turn(turn)
    trust = replace(w.trust(), hosts=w.trust().hosts)
    verdict = judge(w, trust=trust)
    sound(verdict)


def test_whoever_pinned_only_the_later_log_is_served_too() -> None:
    w = over_the_turn()
    sound(judge(w, trust=replace(w.trust(), origin=NEXT, log_vkeys=(w.vkey,))))
    other = VerifierKey.log(NEXT, SigningKey(seed("nobody's")).public)
    alone(
        judge(w, trust=replace(w.trust(), log_vkeys=(w.first_vkey, other))), "UNTRUSTED", "log_key_unpinned"
    )
    stranger = VerifierKey.log(NEXT.replace("2027", "2028"), w.log_key.public)
    none = replace(w.trust(), origin=stranger.name, log_vkeys=(stranger,))
    alone(judge(w, trust=none), "UNTRUSTED", "origin_unpinned")


def test_a_key_that_was_not_announced() -> None:
    alone(bent(lambda w: w.turn(announced=False)), "INCOMPLETE", "shard_key")
    alone(bent(lambda w: w.turn(key=lambda _: w.vkey.text)), "INCOMPLETE", "shard_key")


def test_an_announcement_counts_in_its_own_log_alone() -> None:
    def turns(w: World) -> None:
        w.turn("2026b")
        w.wait(minutes=2)
        w.turn("2027", announced=False)

    def early(w: World) -> None:
        w.now = NEW_YEARS_EVE + timedelta(minutes=8)
        key = VerifierKey.log(NEXT, SigningKey(seed("log 2027")).public).text
        w.append(KeyRotated(key, "year"))
        turns(w)

    alone(bent(early), "INCOMPLETE", "shard_key")


def other_records(w: World) -> Callable[[bytes], bytes]:
    key, size = w.log_key, w.tree.size + 1
    return lambda _: checkpoint.sign(Checkpoint(ORIGIN, size, bytes(31) + b"\1"), key)


LINKS: dict[str, Turn] = {
    "no head": lambda w: w.turn(proof=False),
    "other records": lambda w: w.turn(head=other_records(w), root=(bytes(31) + b"\1").hex()),
    "root and head differ": lambda w: w.turn(root="ab" * 32),
    "another size": lambda w: w.turn(
        head=lambda _: checkpoint.sign(Checkpoint(ORIGIN, 5, w.tree.root(5)), w.log_key)
    ),
    "signed by another": lambda w: w.turn(
        head=lambda data: checkpoint.sign(parse(parse_note(data).text), SigningKey(seed("x")))
    ),
    "the cosigned head is another": lambda w: w.turn(
        cosigned=checkpoint.sign(Checkpoint(ORIGIN, 5, bytes(31) + b"\1"), w.log_key)
    ),
    "the cosigned head is of another size": lambda w: w.turn(
        cosigned=checkpoint.sign(Checkpoint(ORIGIN, 5, w.tree.root(5)), w.log_key), cosigned_size=6
    ),
    "the cosigned head is missing": lambda w: w.turn(cosigned_size=5),
    "the cosigned head is longer": lambda w: w.turn(cosigned_size=500),
    "backwards": lambda w: w.turn("2025"),
}


@pytest.mark.parametrize("how", LINKS)
def test_logs_that_do_not_join(how: str) -> None:
    only(bent(LINKS[how]), "INCOMPLETE", "shard_link")


@pytest.mark.parametrize("how", ["nonsense", "witness"])
def test_what_is_announced_is_a_logs_key(how: str) -> None:
    def turn(w: World) -> None:
        w.append(KeyRotated(w.witness.text if how == "witness" else how, "year"))
        w.turn()

    alone(bent(turn), "INCOMPLETE", "shard_link")


def test_whoever_pinned_the_first_log_alone_does_not_follow_a_link_that_is_broken() -> None:
    w = over_the_turn(lambda w: w.turn(announced=False))
    found = {(f.cls, f.code) for f in judge(w).findings}
    assert found == {("INCOMPLETE", "shard_key"), ("UNTRUSTED", "origin_unpinned")}
    alone(judge(w, trust=None), "INCOMPLETE", "shard_key")


def test_a_log_of_another_customer_is_not_the_next() -> None:
    def turn(w: World) -> None:
        w.turn()
        w.origin = f"altrove.example/{TENANT}/2027"

    found = {(f.cls, f.code) for f in bent(turn).findings}
    assert ("INCOMPLETE", "shard_link") in found
    assert ("INCOMPLETE", "shard_key") in found


def test_an_earlier_cosigned_head_is_a_prefix_and_said() -> None:
    sound(bent(lambda w: w.turn(cosigned=checkpoint.sign(Checkpoint(ORIGIN, 5, w.tree.root(5)), w.log_key))))


def packed(w: World) -> bytes:
    entries = w.entries()
    entries[bundle.SUMS] = bundle.sums(entries)
    return bundle.pack(entries)


def test_a_head_saved_in_the_first_year_judges_the_next() -> None:
    w = over_the_turn()
    (size,) = w.heads
    data, trust = packed(w), w.trust()
    saved = parse(parse_note(w.heads[size]).text)
    found = verify(data, trust=trust, seen=SeenHeads((saved,)))
    sound(found.verdict)
    assert found.head is not None
    assert found.head.origin == NEXT
    other = SeenHeads((Checkpoint(ORIGIN, size, bytes(31) + b"\1"),))
    alone(verify(data, trust=trust, seen=other).verdict, "REWRITTEN", "saved_head")
    longer = SeenHeads((Checkpoint(ORIGIN, w.tree.size, bytes(31) + b"\1"),))
    alone(verify(data, trust=trust, seen=longer).verdict, "REWRITTEN", "saved_newer")


def test_a_head_kept_from_the_first_year() -> None:
    w = over_the_turn()
    (note,) = w.heads.values()
    verdict = verify(packed(w), trust=w.trust(), kept=[parse_note(note)]).verdict
    assert len(said(verdict, "own_head")) == 1
    key = SigningKey(seed("log"))
    longer = checkpoint.sign(Checkpoint(ORIGIN, w.tree.size, bytes(31) + b"\1"), key)
    verdict = verify(packed(w), trust=w.trust(), kept=[parse_note(longer)]).verdict
    alone(verdict, "REWRITTEN", "own_head")


def test_heads_in_the_bundle_are_each_of_their_own_log() -> None:
    def kept_wrong(w: World) -> None:
        w.turn()
        w.heads[5] = checkpoint.sign(Checkpoint(NEXT, 5, w.tree.root(5)), w.log_key)

    alone(bent(kept_wrong), "REWRITTEN", "kept_head")


# ---------------------------------------------------------------------------------- records that are lost


def after_a_loss(recover: Turn = World.recover, **twist: Any) -> World:
    """A session, three records that no copy has, and work that goes on in the next log."""
    w = World(Twist(witnesses=1))
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    since = w.tree.size
    session = w.open(request, grant)
    w.start(session, grant)
    w.session_n.pop(session)
    w.session_n[session] = 1
    w.lose(since, **twist)
    recover(w)
    w.append(LogHeartbeat("2026-11-04"))
    request, _ = w.ask(2)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.end(session, "closed_by_technician")
    return w


def test_exactly_the_lost_range_is_reported_and_nothing_else() -> None:
    w = after_a_loss()
    verdict = judge(w)
    (found,) = verdict.findings
    n = next(n for n, data in enumerate(w.leaves) if b'"type":"shard.opened"' in data)
    assert (found.cls, found.code, found.where) == ("INCOMPLETE", "records_lost", f"n={n}")
    assert found.en == f"records {n} to {w.recovery.cosigned.size - 1}, which witnesses knew of, are lost"
    assert [s.n for s in verdict.steps if s.state == "failed"] == [8]


def test_a_loss_that_nobody_of_the_customer_signed_for() -> None:
    w = after_a_loss(lambda _: None)
    both = replace(w.trust(), log_vkeys=(w.first_vkey, w.vkey))
    assert {f.code for f in judge(w, trust=both).findings} == {"records_lost", "shard_key"}
    assert {f.cls for f in judge(w).findings} == {"INCOMPLETE", "UNTRUSTED"}


@pytest.mark.parametrize(
    "twist",
    [
        {"tenant": "t-99999999"}, {"log": World().witness.text}, {"restored": HeadLine(1, "ab" * 32)},
        {"cosigned": HeadLine(500, "ab" * 32)},
    ],
)  # fmt: skip
def test_a_recovery_of_another_loss(twist: dict[str, Any]) -> None:
    found = {(f.cls, f.code) for f in judge(after_a_loss(**twist)).findings}
    assert ("UNAPPROVED", "statement_differs") in found
    assert ("INCOMPLETE", "shard_key") in found


def test_a_recovery_for_another_log() -> None:
    other = VerifierKey.log(NEXT, SigningKey(seed("x")).public).text
    found = {(f.cls, f.code) for f in judge(after_a_loss(next=other)).findings}
    assert ("INCOMPLETE", "shard_key") in found
    assert not any(cls == "UNAPPROVED" for cls, _ in found)


def unreadable(w: World) -> None:
    w.append(
        LogRecovered("ab" * 32, demo_software=True), actor=Actor(TITOLARE, "titolare"),
        proof=(("statement", b"{}"), ("assertion", b"{}")),
    )  # fmt: skip


def no_statement(w: World) -> None:
    digest = hashlib.sha256(b"verbale/recovery/v1\n{}").hexdigest()
    w.append(LogRecovered(digest, demo_software=True), proof=(("statement", b"{}"), ("assertion", b"{}")))


BADLY_SIGNED: dict[str, tuple[Turn, str]] = {
    "by an ADS": (lambda w: w.recover(w.ads), "not_approver"),
    "by nobody": (lambda w: w.recover(w.stranger), "not_approver"),
    "no statement": (
        lambda w: w.append(LogRecovered("ab" * 32, demo_software=True), actor=Actor(TITOLARE, "titolare")),
        "evidence_missing",
    ),
    "another digest": (unreadable, "statement_differs"),
    "unreadable": (no_statement, "evidence_unread"),
}


@pytest.mark.parametrize("how", BADLY_SIGNED)
def test_a_recovery_that_does_not_count(how: str) -> None:
    sign, code = BADLY_SIGNED[how]
    found = {(f.cls, f.code) for f in judge(after_a_loss(sign)).findings}
    assert {("UNAPPROVED", code), ("INCOMPLETE", "shard_key"), ("INCOMPLETE", "records_lost")} <= found


def test_a_recovery_whose_signature_is_over_something_else() -> None:
    def sign(w: World) -> None:
        w.twist.challenge = lambda kind, challenge: bytes(32) if kind == "recovery" else challenge
        w.recover()

    assert ("UNAPPROVED", "assertion") in {(f.cls, f.code) for f in judge(after_a_loss(sign)).findings}


def test_a_recovery_where_nothing_was_lost() -> None:
    def turn(w: World) -> None:
        w.turn()
        w.recovery = Recovery(
            TENANT, w.first_vkey.text, HeadLine(1, "ab" * 32), HeadLine(2, "ab" * 32), w.vkey.text, w.now
        )
        w.recover()

    found = {(f.cls, f.code) for f in judge(over_the_turn(turn)).findings}
    assert found == {("UNAPPROVED", "statement_differs")}


def test_heads_kept_of_what_is_lost_accuse_nobody() -> None:
    w = after_a_loss()
    lost = w.recovery.cosigned
    key = SigningKey(seed("log"))
    saved = Checkpoint(ORIGIN, lost.size, bytes.fromhex(lost.root))
    found = verify(packed(w), trust=w.trust(), seen=SeenHeads((saved,))).verdict
    assert {f.code for f in found.findings} == {"records_lost"}
    kept = parse_note(checkpoint.sign(saved, key))
    found = verify(packed(w), trust=w.trust(), kept=[kept]).verdict
    assert {f.code for f in found.findings} == {"records_lost"}
    assert found.steps[4].state == "unknown"
    beyond = replace(saved, size=lost.size + 1)
    found = verify(packed(w), trust=w.trust(), seen=SeenHeads((beyond,))).verdict
    assert {f.code for f in found.findings} == {"records_lost", "saved_newer"}


def test_a_host_may_jump_once_behind_a_loss_and_not_twice() -> None:
    w = after_a_loss()
    w.host_n[HOST] += 1
    request, _ = w.ask(3)
    grant = w.approve(request)
    w.start(w.open(request, grant), grant)
    assert {f.code for f in judge(w).findings} == {"records_lost", "host_gap"}


def test_a_recovery_before_anybody_may_sign() -> None:
    w = World(Twist(witnesses=1))
    w.append(TenantOpened(HOUSE, demo=True, zone="Europe/Rome"))
    w.append(LogHeartbeat("2026-11-01"))
    w.append(LogHeartbeat("2026-11-02"))
    w.lose(2)
    w.approvers = None  # type: ignore[assignment]
    data = w.recovery.encode()
    assertion = w.titolare.assertion(w.recovery.digest).encode()
    record = LogRecovered(w.recovery.digest.hex(), demo_software=True)
    w.append(record, actor=Actor(TITOLARE, "titolare"), proof=(("statement", data), ("assertion", assertion)))
    other = over_the_turn()
    w.policy, w.pinned = other.policy, other.pinned
    found = {(f.cls, f.code) for f in judge(w).findings}
    assert ("UNAPPROVED", "chain") in found
