"""What the agent does with each frame: judged, on disk first, then done."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import bars, own_list, paper_wait, pins_store, report, setback
from agent.admitted import Admitted
from agent.own_list import OwnList
from agent.pins_store import Enrolled, HostKeys, SeenStore
from agent.report import Reporter
from agent.service import Service
from agent.spool import Spool
from agent.wire import frames
from agent.wire.refusals import Sentence
from agent.witness import Witness
from audit import instant
from audit.canonical import b64, unb64
from audit.check_in import CheckIn
from audit.grant import Grant
from audit.host_note import HostNote, claimed
from audit.log_records import LogHeartbeat
from audit.pins import Pins
from audit.policy import Policy
from audit.signed import SignedStatement
from audit.signed_stop import SignedStop
from tests.agent.orders import AT, ME, PINS, Log, Story
from tests.agent.test_witness import recovered
from tests.audit import people
from tests.audit import test_paper_key as paper

KEYS = HostKeys(people.AGENT_KEY, people.WITNESS_KEY, people.WITNESS_KEY)
NONCE = b64(b"n" * 32)


class Sessions:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.opened: list[Admitted] = []
        self.said: list[Any] = []
        self.barred = bars.NOTHING_BARRED
        self.announced: list[str] = []

    async def open(self, admitted: Admitted, salt: bytes) -> None:
        assert salt == b"s" * 32
        self.opened.append(admitted)

    async def channel(self, order: frames.OpenChannel) -> None:
        self.said.append(order)

    async def close_channel(self, session: str, channel: str) -> None:
        self.said.append(("close", session, channel))

    async def stop(self, session: str, reason: str) -> None:
        self.said.append(("stop", session, reason))

    def grant_of(self, session: str) -> Grant | None:
        return next((a.grant for a in self.opened if a.grant.session == session), None)

    def bar(self, barred: bars.Bars) -> None:
        self.barred = barred

    def announce(self, text: Sentence) -> None:
        self.announced.append(text.it)

    def check_in(self, check_in: CheckIn, key: str) -> None:
        self.said.append(check_in)

    def answer(self, session: str, n: int, signature: bytes) -> None:
        self.said.append((session, n, signature))

    def pause(self, session: str, by: str) -> None:
        self.said.append(("pause", session, by))

    def resume(self, session: str, by: str) -> None:
        self.said.append(("resume", session, by))

    def stop_signed(self, stop: SignedStop) -> None:
        self.said.append(stop)

    def link_lost(self) -> None:
        self.said.append("lost")

    def link_back(self) -> None:
        self.said.append("back")

    def served(self) -> int:
        return 2


class Stage:
    """A service on a state folder; `again` is a restart of the agent."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.at: datetime = AT
        self.boot_s = 1000.0
        self.boot = "boot-1"
        self.pins: Pins = PINS
        self.sent: list[frames.Frame] = []
        self.broken: list[int] = []
        self.logged: list[str] = []
        self.spool = Spool(state / "spool.log")
        self.spool.start_after(0)
        own_list.begin(state, AT)
        self.again()

    def again(self) -> None:
        self.spool.close()
        self.spool = Spool(self.state / "spool.log")
        self.sessions = Sessions()
        self.reporter = Reporter(
            tenant=people.TENANT,
            host=people.HOST,
            origin=people.ORIGIN,
            key=people.AGENT_KEY,
            spool=self.spool,
            own_list=OwnList(self.state, self.spool.next_n),
            now=lambda: self.at,
            send=self.send,
        )
        self.service = Service(
            state_dir=self.state,
            enrolled=pins_store.load_enrolled(self.state)
            or Enrolled(self.pins, confirmed=True, machine="", enrolled=AT),
            keys=KEYS,
            me=ME,
            boot=self.boot,
            version="0.1.0",
            witness=Witness(self.state, people.WITNESS_KEY),
            seen=SeenStore(self.state),
            reporter=self.reporter,
            sessions=self.sessions,
            now=lambda: self.at,
            boot_s=lambda: self.boot_s,
            send=self.send,
            break_off=lambda code, _: self.broken.append(code),
            spawn=self.spawn,
            log=self.logged.append,
        )

    def send(self, frame: frames.Frame) -> bool:
        frames.encode(frame)
        self.sent.append(frame)
        return True

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        with pytest.raises(StopIteration):
            work.send(None)

    def welcome(self, acked: int = 0) -> None:
        self.sent.clear()
        self.service.link_up(frames.Welcome(instant.to_text(self.at), acked))

    def notes(self) -> list[HostNote]:
        return [claimed(f.note.encode()) for f in self.sent if isinstance(f, frames.NoteFrame)]

    def refusals(self) -> list[str]:
        self.welcome()
        return [str(n.body["reason"]) for n in self.notes() if n.kind == "session.refused"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    found = Stage(tmp_path)
    yield found
    found.spool.close()


def test_hello_is_signed_by_this_host(stage: Stage) -> None:
    hello = stage.service.hello(NONCE)
    frames.encode(hello)
    people.AGENT_KEY.public.check(unb64(hello.signature), hello.message(NONCE))
    assert (hello.tenant, hello.host, hello.next_host_n, hello.head_size) == (
        people.TENANT,
        people.HOST,
        1,
        0,
    )


def test_link_up_says_which_pins_are_held_and_that_it_lives(stage: Stage) -> None:
    stage.welcome()
    assert stage.sent[0] == frames.PinsHeld(1, 1)
    [note] = stage.notes()
    assert (note.kind, note.host_n, note.body) == ("host.heartbeat", 1, {"witnessed": 0, "sessions": 2})
    assert stage.sessions.said == ["back"]


def test_a_heartbeat_a_day_whatever_the_link_does(stage: Stage) -> None:
    stage.welcome()
    stage.at = AT + timedelta(hours=19)
    stage.again()
    stage.welcome()
    assert [n.host_n for n in stage.notes()] == [1], "the old one, again, and no new one"
    stage.at = AT + timedelta(hours=20)
    stage.welcome(1)
    assert [n.host_n for n in stage.notes()] == [2]
    stage.at += timedelta(hours=23, minutes=59)
    stage.service.heartbeat_if_due()
    assert stage.reporter.next_host_n == 3
    stage.at += timedelta(minutes=1)
    stage.service.heartbeat_if_due()
    assert stage.reporter.next_host_n == 4


def test_a_heartbeat_after_the_clock_was_set_back(stage: Stage) -> None:
    stage.welcome()
    stage.at = AT - timedelta(days=400)
    stage.welcome(1)
    assert [n.host_n for n in stage.notes()] == [2]


def test_a_broker_that_knows_more_than_this_state(stage: Stage) -> None:
    stage.welcome(acked=5)
    assert stage.broken == [frames.CLOSE_BREACH]
    assert stage.sessions.said == []


def test_a_broker_that_was_set_back_is_told_of(stage: Stage) -> None:
    """It acknowledged note 1 and lacks it now: said in the log and by `status`, until it has it again."""
    stage.welcome()
    stage.service.frame(frames.Ack(1))
    stage.welcome(acked=0)
    assert setback.read(stage.state) == setback.Setback(1, 1)
    assert any("it lacks notes 1 to 1" in line for line in stage.logged)
    assert stage.broken == []
    stage.welcome(acked=1)
    assert setback.read(stage.state) is None


def test_after_a_loss_the_customer_signed_for_it_tells_what_came_later(stage: Stage) -> None:
    """Whatever the broker says it holds: the notes between are gone on both sides, once and for good."""
    stage.welcome()
    stage.service.frame(frames.Ack(1))
    log = Log()
    for day in range(1, 5):
        log.append(LogHeartbeat(f"2026-11-{day:02d}"))
    stage.service.frame(log.head())
    stage.welcome(acked=0)
    stage.service.heartbeat_if_due(timedelta(0))
    assert stage.notes() == [], "behind the gap it tells nothing"
    copy = Log()
    for day in range(1, 3):
        copy.append(LogHeartbeat(f"2026-11-{day:02d}"))
    stage.service.frame(recovered(log, copy))
    assert setback.read(stage.state) is None
    assert [n.host_n for n in stage.notes()] == [2]
    stage.welcome(acked=0)
    assert setback.read(stage.state) is None
    assert [n.host_n for n in stage.notes()] == [2]


def test_a_damaged_mark_of_a_set_back_is_said(tmp_path: Path) -> None:
    (tmp_path / setback.FILE).write_text("{")
    with pytest.raises(pins_store.StateDamaged):
        setback.read(tmp_path)


def test_a_broker_that_acknowledges_nothing_opens_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each bad order leaves a signed note; above the bound there are no more of either."""
    monkeypatch.setattr(report, "MAX_WAITING", 5)
    stage.welcome()
    for _ in range(20):
        stage.service.frame(replace(Story().open(), grant={}))
    assert stage.reporter.waiting == 5
    stage.service.frame(Story().open())
    stage.service.frame(frames.OpenChannel(people.SESSION, "c-1", "terminal", "pass", {"via": "ssh"}))
    assert stage.sent[-1] == frames.ChannelRefused(people.SESSION, "c-1", "notes_waiting")
    assert stage.sessions.opened == []
    assert stage.sessions.said == ["back"]
    stage.service.frame(frames.Ack(5))
    stage.service.frame(Story().open())
    assert len(stage.sessions.opened) == 1


def test_acknowledgements(stage: Stage) -> None:
    stage.welcome()
    stage.service.frame(frames.Ack(1))
    assert stage.reporter.waiting == 0
    stage.service.frame(frames.Ack(0))
    assert stage.broken == []
    stage.service.frame(frames.Ack(2))
    assert stage.broken == [frames.CLOSE_BREACH]


def test_a_good_order_opens_once_and_never_again(stage: Stage) -> None:
    story, log = Story(), Log()
    frame = story.open(log)
    stage.service.frame(frame)
    assert [a.grant.session for a in stage.sessions.opened] == [people.SESSION]
    [cosigned] = [f for f in stage.sent if isinstance(f, frames.Cosignature)]
    assert cosigned.size == 3
    stage.again()
    stage.service.frame(frame)
    assert stage.sessions.opened == []
    stage.welcome()
    refused = stage.notes()[0]
    assert (refused.kind, refused.session) == ("session.refused", people.SESSION)
    assert refused.body == {"grant": story.grant().digest.hex(), "reason": "replayed"}


def test_it_is_on_disk_before_it_opens(stage: Stage) -> None:
    marks: list[frozenset[str]] = []
    real = stage.sessions.open

    async def open_(admitted: Admitted, salt: bytes) -> None:
        marks.append(SeenStore(stage.state).marks)
        assert (stage.state / "witness.json").exists()
        await real(admitted, salt)

    stage.sessions.open = open_  # type: ignore[method-assign]
    stage.service.frame(Story().open())
    assert people.SESSION in marks[0]


def test_a_head_that_came_before_the_order(stage: Stage) -> None:
    frame = Story().open(Log())
    stage.service.frame(frame.head)
    stage.service.frame(frame)
    assert len(stage.sessions.opened) == 1
    assert [type(f) for f in stage.sent] == [frames.Cosignature]


def test_a_refused_head_is_told_and_opens_nothing(stage: Stage) -> None:
    log = Log()
    stage.service.frame(Story(session_in_log="s-1111111111").open(log))
    stage.sent.clear()
    order = Story().open(log)
    stage.service.frame(replace(order, head=log.head(0)))
    assert frames.HeadRefused(3, "stale") in stage.sent
    assert stage.refusals()[-1] == "log_unproven"
    assert stage.sessions.opened == []


def test_a_fork_ends_all_opening_for_good(stage: Stage) -> None:
    stage.service.frame(Story().open().head)
    stage.service.frame(Story(session_in_log="s-1111111111").open())
    assert frames.HeadRefused(3, "fork") in stage.sent
    stage.again()
    stage.service.frame(Story().open())
    assert stage.sessions.opened == []
    assert stage.refusals() == ["log_forked", "log_forked"]


def test_an_order_that_cannot_be_read(stage: Stage) -> None:
    stage.service.frame(replace(Story().open(), grant={}))
    stage.service.frame(replace(Story().open(), grant={"Not": "canonical"}))
    assert stage.refusals() == ["envelope_invalid"] * 2


def test_a_revoked_host_opens_nothing(stage: Stage) -> None:
    stage.service.revoke("local")
    stage.service.frame(Story().open())
    stage.welcome()
    stage.service.frame(frames.ListSessions())
    told = [(n.kind, n.body.get("reason")) for n in stage.notes()]
    assert told == [
        ("sessions.listed", None), ("host.revoked", "local"), ("session.refused", "host_revoked"),
    ]  # fmt: skip
    assert stage.sessions.opened == []


def test_a_list_of_sessions_is_made_when_it_is_asked_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.welcome()
    stage.service.frame(replace(Story().open(), grant={}))
    stage.service.frame(frames.ListSessions())
    note = stage.notes()[-1]
    assert (note.kind, note.session, note.body["first_n"]) == ("sessions.listed", None, 1)
    (line,) = note.body["sessions"]
    assert line.split(" ")[::3] == [people.SESSION, "envelope_invalid"]
    monkeypatch.setattr(report, "MAX_WAITING", 0)
    stage.service.frame(frames.ListSessions())
    assert stage.notes()[-1] == note, "no further orders until the broker acknowledges"


def test_a_broker_that_never_asks_has_a_list_all_the_same(stage: Stage) -> None:
    stage.at = AT + own_list.EVERY
    stage.welcome()
    assert [note.kind for note in stage.notes()] == ["sessions.listed", "host.heartbeat"]


def test_a_revoked_key_is_said_once_and_counts_for_nothing(stage: Stage) -> None:
    key = bars.fingerprint(b64(people.TITOLARE.credential))
    bars.keep(stage.state, bars.Bars(frozenset({key})))
    stage.service.bar()
    assert stage.sessions.barred.credentials == {key}
    stage.service.frame(Story().open())
    stage.service.bar()
    stage.again()
    assert stage.sessions.barred.credentials == {key}, "also in its next life"
    stage.service.frame(Story().open())
    stage.welcome()
    said = [(n.kind, n.body) for n in stage.notes()]
    assert said[0] == ("host.barred", {"what": "credential", "digest": key})
    assert [kind for kind, _ in said].count("host.barred") == 1
    assert [body["reason"] for kind, body in said if kind == "session.refused"] == [bars.CODE] * 2


def test_a_revoked_key_changes_no_pins(stage: Stage) -> None:
    """What it signed before, and the host holds, stays behind the pins."""
    key = bars.fingerprint(b64(people.TITOLARE.credential))
    first = people.signed(people.POLICY).to_value()
    later = replace(people.POLICY, number=2, previous=people.POLICY.digest.hex(), window_s=3600)
    bars.keep(stage.state, bars.Bars(frozenset({key})))
    stage.service.bar()
    stage.service.frame(frames.Pins((people.signed(people.APPROVERS).to_value(),), (first,)))
    assert not [line for line in stage.logged if line.startswith("pins refused")]
    stage.service.frame(frames.Pins((), (first, people.signed(later).to_value())))
    assert stage.logged[-1] == "pins refused: the passkey that signed was revoked at this host"
    assert stage.sent[-1] == frames.PinsHeld(1, 1)


def test_channels_and_stops_go_to_the_sessions(stage: Stage) -> None:
    order = frames.OpenChannel(people.SESSION, "c-1", "terminal", "pass", {"via": "ssh"})
    stage.service.frame(order)
    stage.service.frame(frames.CloseChannel(people.SESSION, "c-1"))
    stage.service.frame(frames.Stop(people.SESSION, "stopped_by_ads", "p-2"))
    stage.service.link_lost()
    assert stage.sessions.said == [
        order,
        ("close", people.SESSION, "c-1"),
        ("stop", people.SESSION, "stopped_by_ads"),
        "lost",
    ]


def test_a_signed_stop_and_a_second_page_are_judged_here(stage: Stage) -> None:
    story = Story()
    stage.service.frame(story.open())
    grant = story.grant()
    taken = replace(story.check_in(grant), page_key=people.AGENT_KEY.public.text)
    stop = SignedStop(
        grant.tenant, grant.session, grant.request, grant.digest.hex(), grant.host, "p-2", people.NOW
    )
    stage.service.frame(frames.CheckIn(people.SESSION, people.signed(taken).to_value()))
    stage.service.frame(frames.SignedStop(people.SESSION, people.signed(stop, people.ADS).to_value()))
    stage.service.frame(frames.Answer(people.SESSION, 3, b64(b"s" * 64)))
    stage.service.frame(frames.Pause(people.SESSION, "p-2"))
    stage.service.frame(frames.Resume(people.SESSION, "p-2"))
    assert stage.sessions.said == [
        taken, stop, (people.SESSION, 3, b"s" * 64), ("pause", people.SESSION, "p-2"), ("resume", people.SESSION, "p-2"),
    ]  # fmt: skip


def test_signed_orders_that_do_not_count_are_answered(stage: Stage) -> None:
    story = Story()
    grant = story.grant()
    taken = people.signed(story.check_in(grant)).to_value()
    stop = SignedStop(
        grant.tenant, grant.session, grant.request, grant.digest.hex(), grant.host, "p-2", people.NOW
    )
    signed = people.signed(stop, people.ADS).to_value()
    stage.service.frame(frames.SignedStop(people.SESSION, signed))  # nothing lives here
    stage.service.frame(story.open())
    for frame in (
        frames.SignedStop(people.SESSION, people.signed(stop, people.STRANGER).to_value()),
        frames.SignedStop("s-9999999999", signed),
        frames.SignedStop(people.SESSION, {}),
        frames.CheckIn(people.SESSION, signed),
        frames.CheckIn(people.SESSION, people.signed(story.check_in(grant), people.ADS).to_value()),
    ):
        stage.service.frame(frame)
    refused = [(f.what, f.reason) for f in stage.sent if isinstance(f, frames.OrderRefused)]
    assert refused == [
        ("signed_stop", "session_ended"),
        ("signed_stop", "not_recognised"),
        ("signed_stop", "envelope_invalid"),
        ("signed_stop", "envelope_invalid"),
        ("check_in", "envelope_invalid"),
        ("check_in", "not_recognised"),
    ]
    assert taken
    assert not [one for one in stage.sessions.said if isinstance(one, CheckIn)]


def next_policy(**changes: Any) -> Policy:
    previous = people.POLICY.digest.hex()
    return replace(people.POLICY, **{"number": 2, "previous": previous, "longest_s": 600} | changes)


def test_pins_advance_and_stay(stage: Stage) -> None:
    policy = next_policy()
    stage.service.frame(frames.Pins((), (people.signed(policy).to_value(),)))
    assert stage.sent == [frames.PinsHeld(1, 2)]
    held = pins_store.load_enrolled(stage.state)
    assert held is not None
    assert held.pins.policy == policy
    stage.again()
    stage.service.frame(Story().open())
    assert stage.refusals() == ["policy_differs"]


def test_a_clock_set_back_brings_no_appointment_back(stage: Stage) -> None:
    """The titolare's term ended before the last cosigned head: he signs no more, whatever the clock says."""
    over = AT + timedelta(days=1)
    ended = replace(
        people.APPROVERS, approvers=(people.approver("p-1", "titolare", people.TITOLARE, valid_until=over),)
    )
    stage.pins = replace(PINS, approvers=ended)
    stage.again()
    stage.at = over + timedelta(hours=1)
    stage.service.frame(Story().open().head)
    stage.at = AT
    stage.sent.clear()
    stage.service.frame(frames.Pins((), (people.signed(next_policy()).to_value(),)))
    assert stage.sent == [frames.PinsHeld(1, 1)]


def test_pins_that_are_no_successor_change_nothing(stage: Stage) -> None:
    wrong = [
        people.signed(next_policy(), people.ADS),
        people.signed(next_policy(), people.STRANGER),
        people.signed(next_policy(number=3)),
        people.signed(next_policy(previous="00" * 32)),
        people.signed(next_policy(tenant="t-ffffffff")),
        people.signed(people.ENROLMENT),
    ]
    for signed in wrong:
        stage.sent.clear()
        stage.service.frame(frames.Pins((), (signed.to_value(),)))
        assert stage.sent == [frames.PinsHeld(1, 1)]
    stage.service.frame(frames.Pins(({"statement": "AA"},), ()))
    assert pins_store.load_enrolled(stage.state) is None, "nothing was worth writing"


def test_a_removed_approver_opens_nothing_any_more(stage: Stage) -> None:
    """decisions.md §3: the change is fetched before any grant is judged."""
    new = replace(
        people.APPROVERS,
        number=2,
        previous=people.APPROVERS.digest.hex(),
        approvers=(people.approver("p-2", "titolare", people.ADS),),
    )
    stage.service.frame(frames.Pins((people.signed(new).to_value(),), ()))
    assert stage.sent == [frames.PinsHeld(2, 1)]
    stage.service.frame(Story().open())
    assert stage.refusals() == ["not_recognised"]


# ---------------------------------------------------------------------------------- the key on paper


def paper_stage(state: Path) -> Stage:
    stage = Stage(state)
    stage.pins = replace(PINS, approvers=paper.HELD)
    stage.again()
    return stage


def wait(stage: Stage, gone: timedelta) -> None:
    stage.at += gone
    stage.boot_s += gone.total_seconds()
    stage.service.paper_tick()


def brought(*objections: SignedStatement, signed: SignedStatement | None = None) -> frames.Pins:
    chain = (people.signed(paper.HELD), signed or paper.by_paper())
    said = tuple(one.to_value() for one in objections)
    return frames.Pins(tuple(one.to_value() for one in chain), (), said or None)


def objection(key: Any = people.ADS, **changes: Any) -> SignedStatement:
    said = replace(people.OBJECTION, announced=paper.NEXT.digest.hex(), **changes)
    return people.signed(said, key)


def test_a_set_by_the_key_on_paper_counts_after_three_days(tmp_path: Path) -> None:
    stage = paper_stage(tmp_path)
    stage.service.frame(brought())
    assert stage.sent[-1] == frames.PinsHeld(1, 1)
    assert "fra 72 ore" in stage.sessions.announced[-1]
    wait(stage, timedelta(hours=1))
    assert len(stage.sessions.announced) == 1
    wait(stage, timedelta(hours=24))
    assert "fra 47 ore" in stage.sessions.announced[-1]
    stage.again()
    assert "fra 47 ore" in stage.sessions.announced[-1], "said again by the next life"
    wait(stage, timedelta(hours=47))
    assert "da ora valgono" in stage.sessions.announced[-1]
    stage.service.frame(brought())
    assert stage.sent[-1] == frames.PinsHeld(2, 1)
    held = pins_store.load_enrolled(tmp_path)
    assert held is not None
    assert held.pins.approvers == paper.NEXT


@pytest.mark.parametrize("by", [people.ADS, people.TITOLARE])
def test_anybody_of_the_set_may_object(tmp_path: Path, by: Any) -> None:
    stage = paper_stage(tmp_path)
    stage.service.frame(brought())
    stage.service.frame(brought(objection(by, by="p-2" if by is people.ADS else "p-1")))
    assert "fermato" in stage.sessions.announced[-1]
    stage.service.frame(brought())
    wait(stage, timedelta(days=9))
    stage.service.frame(brought())
    assert stage.sent[-1] == frames.PinsHeld(1, 1)


def test_objections_that_count_for_nothing(tmp_path: Path) -> None:
    stage = paper_stage(tmp_path)
    vendor = replace(people.approver("p-9", "ads", people.VENDOR), role="vendor_ads")
    stage.pins = replace(PINS, approvers=replace(paper.HELD, approvers=(*paper.HELD.approvers, vendor)))
    stage.again()
    for said in (
        objection(people.STRANGER), objection(people.ADS, by="p-1"), objection(people.VENDOR, by="p-9"),
        objection(people.ADS, demo_software=True), objection(people.ADS, tenant="t-0"),
    ):  # fmt: skip
        stage.service.frame(brought(said))
        assert "objection refused" in stage.logged[-2] + stage.logged[-1]
    stage.at += timedelta(days=400)
    stage.service.frame(brought(objection()))
    assert any("delegation_expired" in line for line in stage.logged[-2:])


def test_another_paper_or_a_revoked_passkey_begins_no_waiting(tmp_path: Path) -> None:
    stage = paper_stage(tmp_path)
    stage.service.frame(brought(signed=paper.by_paper(key=paper.OTHER)))
    assert stage.logged[-1].startswith("a set by the key on paper was refused")
    bars.keep(tmp_path, bars.Bars(frozenset({bars.fingerprint(b64(paper.NEW.credential))})))
    stage.service.bar()
    stage.service.frame(brought())
    assert stage.logged[-1].startswith("pins refused")
    assert stage.sessions.announced == []


def test_one_that_no_longer_fits_is_dropped(tmp_path: Path) -> None:
    """Meanwhile the pinned set changed itself."""
    stage = paper_stage(tmp_path)
    stage.service.frame(brought())
    other = replace(paper.HELD, number=2, previous=paper.HELD.digest.hex())
    stage.service.frame(frames.Pins((people.signed(other).to_value(),), ()))
    wait(stage, timedelta(hours=72))
    assert stage.logged[-1].startswith("the set by the key on paper no longer fits")


def test_one_signed_by_a_passkey_that_was_revoked_meanwhile(tmp_path: Path) -> None:
    stage = paper_stage(tmp_path)
    stage.service.frame(brought())
    bars.keep(tmp_path, bars.Bars(frozenset({bars.fingerprint(b64(paper.NEW.credential))})))
    stage.service.bar()
    assert "fermato qui" in stage.sessions.announced[-1]
    assert paper_wait.held_in(tmp_path) is None
    wait(stage, timedelta(hours=72))
    stage.again()
    assert stage.sessions.announced == []
    assert pins_store.load_enrolled(tmp_path) is None, "the pins never moved"
