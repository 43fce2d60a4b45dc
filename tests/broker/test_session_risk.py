"""Why one session is looked at before another (U-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from audit.channel_records import ChannelRefused, FileTransferred
from audit.leaf import Leaf
from audit.live_records import FlagWithdrawn, MomentFlagged
from audit.record import Actor
from audit.records import AnyRecord
from audit.session_records import DeskReported, SessionStarted
from broker.domain import session as s
from broker.domain.session_risk import WEIGHTS, Reason, reasons, weight
from tests.broker.test_moves import NOW, PERMIT

LATER = NOW + timedelta(hours=1)
WATCHED = s.Active(PERMIT, NOW, NOW, LATER)
STARTED = SessionStarted("ab" * 32, "assistenza", "2026-11-12T12:00:00.000Z", "nobody", "")


def told(*records: AnyRecord) -> list[Leaf]:
    return [Leaf("t-1", n, NOW, Actor("h-1", "agent"), record) for n, record in enumerate(records)]


def codes(
    *records: AnyRecord, found: s.Running = WATCHED, watched: bool = True, connected: bool = True
) -> list[str]:
    why = reasons(found, told(*records), NOW, watched=watched, connected=connected)
    return [one.code for one in why]


def file(direction: str, result: str = "whole") -> FileTransferred:
    return FileTransferred("c-1", 1, direction, result, 0, 9, "ab" * 32, None, True, "")


def test_u16_what_is_watched_and_quiet_stands_last() -> None:
    assert codes(STARTED, file("to_host")) == []


def test_u16_each_reason_by_itself() -> None:
    alone = replace(WATCHED, permit=replace(PERMIT, grant=replace(PERMIT.grant, watcher="p-1")))
    nobody = replace(WATCHED, permit=replace(PERMIT, grant=replace(PERMIT.grant, watcher=None)))
    assert codes(found=alone, watched=False) == ["alone"]
    assert codes(found=nobody, watched=False) == ["unwatched"]
    assert codes(connected=False) == ["silent"]
    assert codes(replace(STARTED, account="root")) == ["elevated"]
    assert codes(replace(STARTED, account="NT AUTHORITY\\SYSTEM")) == ["elevated"]
    assert codes(file("from_host")) == ["outward"]
    assert codes(file("from_host", "refused")) == ["refused"]
    assert codes(ChannelRefused("desktop", "channel_not_granted", "::1")) == ["refused"]
    assert codes(DeskReported("")) == ["reported"]
    assert codes(found=s.Paused(PERMIT, NOW, NOW, LATER, NOW)) == ["paused"]
    assert codes(found=replace(WATCHED, ends=NOW + timedelta(minutes=10))) == ["near"]


def test_u16_a_flag_that_was_taken_back_is_no_reason() -> None:
    assert codes(MomentFlagged("p-1"), MomentFlagged("p-1"), FlagWithdrawn(0, "p-1")) == ["reported"]
    assert codes(MomentFlagged("p-1"), FlagWithdrawn(0, "p-1")) == []


def test_u16_the_weightiest_is_told_first_and_times_are_counted() -> None:
    why = reasons(
        WATCHED,
        told(file("from_host"), file("from_host"), DeskReported("")),
        NOW,
        watched=True,
        connected=True,
    )
    assert why == (Reason("reported", 1), Reason("outward", 2))
    assert weight(why) == WEIGHTS["reported"] + WEIGHTS["outward"]
