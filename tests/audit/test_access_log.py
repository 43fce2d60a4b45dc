"""The access log of a month: one entry for each access, every field of §2.1, nothing that anybody typed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.access_log import EXPLAINING, KINDS, Book, Entry
from audit.channel_records import ChannelOpened, ChannelRefused, ToolSeen, ToolStarted
from audit.leaf import Leaf
from audit.merkle import leaf_hash
from audit.person_records import (
    AccessDenied,
    LoginEnded,
    LoginFailed,
    LoginSucceeded,
    RecordRead,
    TenantOpened,
)
from audit.record import BROKER, NOBODY, Actor
from audit.records import AnyRecord
from audit.request_records import RequestOpened, SupervisionTaken
from audit.session_records import (
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionStarted,
    WatchJoined,
    WatchLeft,
)
from tests.audit.world import (
    ACCOUNT,
    ADS,
    HOST,
    HOUSE,
    TECHNICIAN,
    TENANT,
    TITOLARE,
    Twist,
    World,
    busy_month,
)

NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)


def entries(w: World, book: Book | None = None) -> list[Entry]:
    """As whoever has the whole log reads it."""
    book = book or Book()
    found = []
    for n, data in enumerate(w.leaves):
        leaf = Leaf.parse(data)
        digests = [one.sha256 for one in leaf.evidence if one.kind == "statement"]
        statement = w.evidence[digests[0]] if digests else None
        entry = book.feed(leaf, leaf_hash(data).hex(), statement, w.openings.get(n))
        if entry is not None:
            found.append(entry)
    return found


def one(record: AnyRecord, actor: Actor = BROKER, at: datetime = NOON, **kw: Any) -> Entry:
    """Of a log of its own, with a session of the technician's where it names one."""
    w = World(now=NOON - timedelta(minutes=1))
    w.append(TenantOpened(HOUSE, demo=False, zone="Europe/Rome"))
    w.append(
        RequestOpened("r-1", "0" * 64, "I-1", ("exec",), ("GEST",), *["2026-11-02T11:00:00.000Z"] * 2, 60)
    )
    if kw.get("session"):
        opened = SessionOpened("r-1", "9" * 64, "10.8.0.31", demo_software=False)
        w.append(opened, actor=Actor(TECHNICIAN, "technician"), session="s-1", host=HOST)
    w.append(record, actor=actor, at=at, **kw)
    return entries(w)[-1]


IN_SESSION = {"session": "s-1", "host": HOST}
AGENT = Actor(HOST, "agent")
TOLD = "2026-11-02T11:00:02.000Z"


def test_l07_each_access_of_a_month_is_exactly_one_entry() -> None:
    """Logins and their failures, activation, agents' starts, ends and refusals, denials, who supervised."""
    w = busy_month()
    w.append(LoginEnded(TECHNICIAN, "10.8.0.31"), actor=Actor(TECHNICIAN, "technician"))
    w.append(RecordRead("p-auditor", "log", "192.0.2.7"), actor=Actor("p-auditor", "auditor"))
    found = entries(w)
    assert Counter(entry.event for entry in found) == {
        "access.succeeded": 4, "access.ended": 1, "access.failed": 1, "access.denied": 1, "grant.activated": 3,
        "session.started": 2, "session.ended": 2, "session.refused": 1, "supervision.taken": 2, "supervision.joined": 1,
        "supervision.left": 1, "channel.opened": 2, "channel.closed": 2, "log.read": 1,
    }  # fmt: skip
    assert len({entry.seq for entry in found}) == len(found)
    assert [entry.seq for entry in found] == sorted(entry.seq for entry in found)


def test_l12_no_recording_of_what_is_done_is_needed() -> None:
    """Not one of these sessions was recorded, and commands are no entries."""
    w = busy_month()
    assert not any(Leaf.parse(data).record.KIND.startswith("recording.") for data in w.leaves)
    assert len(entries(w)) > 15
    assert "command.executed" not in KINDS


def test_an_entry_says_everything_that_the_provision_asks_for() -> None:
    w = busy_month()
    started = next(entry for entry in entries(w) if entry.event == "session.started")
    opened = next(n for n, data in enumerate(w.leaves) if Leaf.parse(data).record.KIND == "session.opened")
    grant = Leaf.parse(w.leaves[opened]).record
    assert isinstance(grant, SessionOpened)
    leaf = Leaf.parse(w.leaves[started.seq])
    assert started == Entry(
        seq=started.seq, chain=TENANT, time=leaf.time, local="2026-11-03T10:05:06.000+01:00", zone="CET",
        received=leaf.time + timedelta(milliseconds=150), event="session.started", outcome="ok", reason="",
        person=TECHNICIAN, name="Ettore Modello", role="technician", administrator=False, auth="demo_software",
        host=HOST, host_name="RECEPTION-01", account=ACCOUNT.name, privileged=False, terminal="10.8.0.31",
        tool="", what="", session=leaf.session or "", request="r-00000001", grant=grant.grant, incident="I-2026-0001",
        last_seen="", leaf=leaf_hash(w.leaves[started.seq]).hex(),
        text="Inizio intervento: Ettore Modello, macchina RECEPTION-01.",
    )  # fmt: skip


def test_l10_time_and_zone_of_the_hour_that_comes_twice() -> None:
    found = [one(LoginEnded("p-1", ""), at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)]
    assert [(entry.local, entry.zone) for entry in found] == [
        ("2026-10-25T02:30:00.000+02:00", "CEST"),
        ("2026-10-25T02:30:00.000+01:00", "CET"),
    ]


def test_l08_what_arrives_late_has_both_times() -> None:
    late = one(SessionPaused("supervision_lost", TOLD), actor=AGENT, **IN_SESSION)
    assert late.event == "grant.activated"  # a pause is no access
    late = one(SessionEnded("expired", 1, 1, "2026-11-02T11:10:00.000Z"), actor=AGENT, host_n=3, **IN_SESSION)
    assert (late.time, late.received) == (NOON, NOON + timedelta(minutes=10))
    assert late.value()["received"] == "2026-11-02T11:10:00.000Z"


@pytest.mark.parametrize(
    ("record", "actor", "kw", "said"),
    [
        (LoginFailed(None, "passkey", "not_recognised", "192.0.2.9"), NOBODY, {},
         {"event": "access.failed", "person": "", "role": "", "reason": "not_recognised", "terminal": "192.0.2.9",
          "host": "portal", "auth": "passkey", "text": "Accesso al portale fallito: persona non riconosciuta."}),
        (LoginFailed("p-7", "password_totp", "not_recognised", "192.0.2.9"), NOBODY, {}, {"person": "p-7", "role": ""}),
        (LoginSucceeded("p-7", "passkey", "192.0.2.9", demo_software=True), Actor("p-7", "ads"), {},
         {"person": "p-7", "role": "ads", "auth": "demo_software"}),
        (LoginSucceeded("p-7", "password_totp", "192.0.2.9", demo_software=False), Actor("p-7", "owner"), {},
         {"auth": "password_totp"}),
        (AccessDenied("p-7", "ssh", "window_closed", "192.0.2.9"), Actor("p-7", "technician"), {"host": HOST},
         {"event": "access.denied", "outcome": "denied", "what": "ssh", "reason": "window_closed", "host": HOST}),
        (SessionPresumedEnded("2026-11-02T10:59:00.000Z"), BROKER, IN_SESSION,
         {"outcome": "presumed", "person": TECHNICIAN, "last_seen": "2026-11-02T10:59:00.000Z", "privileged": None}),
        (WatchLeft(ADS), BROKER, IN_SESSION, {"person": ADS, "role": "", "terminal": ""}),
        (WatchJoined(ADS, "192.0.2.3"), Actor(ADS, "ads"), IN_SESSION, {"person": ADS, "terminal": "192.0.2.3"}),
        (ChannelOpened("c-1", "exec", "ssh", "10.8.0.31", TOLD), AGENT, {**IN_SESSION, "host_n": 1},
         {"auth": "ssh_key", "what": "exec", "incident": "I-1", "request": "r-1", "grant": "9" * 64}),
        (ChannelOpened("c-1", "exec", "browser", "10.8.0.31", TOLD), AGENT, {**IN_SESSION, "host_n": 1}, {"auth": ""}),
        (ChannelRefused("files", "channel_not_granted", "10.8.0.31"), BROKER, {},
         {"outcome": "denied", "person": "", "what": "files"}),
        (ToolStarted("SuperRemoto", "0" * 64, "not_seen", TOLD), AGENT, {**IN_SESSION, "host_n": 1},
         {"tool": "SuperRemoto", "person": TECHNICIAN}),
        (ToolSeen("SuperRemoto", "running", "no_grant", TOLD), AGENT, {"host": HOST, "host_n": 1},
         {"outcome": "outside", "person": "", "host": HOST}),
        (SupervisionTaken("r-1", ADS, "0" * 64, "0" * 64, "192.0.2.3", demo_software=False), Actor(ADS, "ads"),
         IN_SESSION, {"auth": "passkey", "person": ADS}),
        (SupervisionTaken("r-1", ADS, "0" * 64, "0" * 64, "192.0.2.3", demo_software=False), Actor(ADS, "ads"),
         {}, {"request": "r-1", "session": ""}),
        (SessionOpened("r-1", "9" * 64, "10.8.0.31", demo_software=False), Actor("p-7", "technician"),
         {"session": "s-2", "host": HOST}, {"auth": "passkey", "person": "p-7", "terminal": "10.8.0.31"}),
        (SessionStarted("8" * 64, "root", TOLD, "told", TOLD), AGENT, {"session": None, "host": HOST, "host_n": 1},
         {"auth": "", "person": "", "grant": "8" * 64}),
    ],
)  # fmt: skip
def test_what_an_entry_says(
    record: AnyRecord, actor: Actor, kw: dict[str, Any], said: dict[str, Any]
) -> None:
    entry = one(record, actor, **kw)
    assert {name: getattr(entry, name) for name in said} == said


def test_under_an_administrators_account_it_is_privileged() -> None:
    root = replace(ACCOUNT, name="root", administrator=True)
    w = busy_month(Twist(request=lambda asked: replace(asked, account=root)), closed=False)
    assert {
        (entry.account, entry.privileged)
        for entry in entries(w)
        if entry.session and entry.person == TECHNICIAN
    } == {("root", True)}
    assert {entry.privileged for entry in entries(w) if entry.person == ADS or not entry.session} == {None}


def test_l13_who_was_an_administrator_then_is_told_apart() -> None:
    w = World()
    w.onboard()
    w.append(LoginSucceeded(ADS, "passkey", "192.0.2.3", demo_software=False), actor=Actor(ADS, "ads"))
    w.append(
        LoginSucceeded(TITOLARE, "passkey", "192.0.2.3", demo_software=False),
        actor=Actor(TITOLARE, "titolare"),
    )
    w.append(LoginFailed(None, "passkey", "not_recognised", "192.0.2.9"), actor=NOBODY)
    assert [(entry.person, entry.administrator) for entry in entries(w)] == [
        (ADS, True), (TITOLARE, False), ("", False),
    ]  # fmt: skip


def test_no_secret_and_nothing_that_anybody_typed_is_in_it() -> None:
    w = busy_month()
    told = json.dumps([entry.value() for entry in entries(w)], ensure_ascii=False)
    for text in ("stampa", "systemctl", "Driver", "Non serve", "esempio.invalid"):
        assert text not in told
    assert hashlib.sha256(w.login.credential).hexdigest() not in told


def test_names_known_beforehand_are_used_and_what_is_empty_is_left_out() -> None:
    w = busy_month()
    blind = [Leaf.parse(data) for data in w.leaves if Leaf.parse(data).record.KIND == "login.failed"]
    book = Book({ADS: "Nome Cancellato"}, {HOST: "CASSA"})
    entry = book.feed(blind[0], "ab")
    assert entry is not None
    assert entry.text == "Accesso al portale fallito: Nome Cancellato."
    assert entry.value()["name"] == "Nome Cancellato"
    assert "session" not in entry.value()
    assert "privileged" not in entry.value()
    assert entry.value()["administrator"] is False


def test_what_explains_without_what_stands_behind_it_explains_less() -> None:
    w = busy_month()
    book = Book()
    for data in w.leaves:
        leaf = Leaf.parse(data)
        if leaf.record.KIND in EXPLAINING - {"approvers.changed"}:
            book.feed(leaf, "ab")
    assert book.names == {}
    assert book.labels == {}
