"""Step 12: whoever played a recording had the leave that takes, given in its order by whom may give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from audit import instant
from audit.findings import Verdict
from audit.person_records import RecordRead
from audit.record import Actor
from audit.recording_records import PlaybackAllowed, PlaybackAsked, PlaybackEnded
from tests.audit.recorded import CHANNEL, Recorded, recorded_session
from tests.audit.verdicts import judge, only, sound
from tests.audit.world import World

TITOLARE = Actor("p-00000001", "titolare")
ADS = Actor("p-00000002", "ads")
AUDITOR = Actor("p-0000000a", "auditor")
OWNER, SECOND = Actor("p-0000000b", "owner"), Actor("p-0000000c", "owner")
TECHNICIAN = Actor("p-0000000d", "technician")


@dataclass
class Desk:
    """What people do with the one recording there is, once the session is over."""

    world: World
    session: str
    playback: str
    last: int = -1

    def tell(self, by: Actor, record: Any) -> int:
        self.world.wait(minutes=1)
        self.last = self.world.append(record, actor=by)
        return self.last

    def ask(self, by: Actor, reason: str = "incident", session: str = "") -> int:
        return self.tell(by, PlaybackAsked(self.playback, session or self.session, reason))

    def allow(self, by: Actor, whom: Actor, hours: float = 24, session: str = "") -> int:
        until = instant.to_text(instant.whole_ms(self.world.now + timedelta(hours=hours, minutes=1)))
        session = session or self.session
        return self.tell(by, PlaybackAllowed(self.playback, session, whom.id, "incident", until))

    def end(self, by: Actor) -> int:
        return self.tell(by, PlaybackEnded(self.playback))

    def play(self, by: Actor, *, leave: bool = True, recording: str = CHANNEL, person: str = "") -> int:
        rests_on = self.playback if leave else None
        return self.tell(by, RecordRead(person or by.id, "recording", "::1", recording, "incident", rests_on))

    def extract(self, by: Actor, *, leave: bool = True) -> int:
        rests_on = self.playback if leave else None
        return self.tell(by, RecordRead(by.id, "extract", "::1", None, "access_request", rests_on))

    def after(self, hours: float) -> int:
        self.world.wait(hours=hours)
        return self.last


Acts = list[tuple[str, Callable[[Desk], Any]]]


def told(acts: Acts) -> tuple[Verdict, dict[str, str]]:
    """Each with an id of its own, and where the last record of each stands."""
    made: list[Recorded] = []

    def close(one: Recorded) -> None:
        one.close()
        made.append(one)

    world = recorded_session(act=close)
    last: dict[str, str] = {}
    for n, (name, act) in enumerate(acts):
        desk = Desk(world, made[0].session, f"v-{n}")
        act(desk)
        last[name] = f"n={desk.last}"
    return judge(world), last


def each_alone(acts: Acts, code: str) -> None:
    """Of each the last record is found, and nothing else."""
    verdict, last = told(acts)
    only(verdict, "RECORDING", code)
    found = [(one.code, one.where) for one in verdict.findings]
    assert found == [(code, where) for where in last.values()], (found, last)


def vendors(d: Desk) -> int:
    d.ask(OWNER)
    return d.allow(SECOND, OWNER)


LAWFUL: Acts = [
    ("the titolare and the auditor need nobody", lambda d: (d.play(TITOLARE, leave=False), d.play(AUDITOR, leave=False))),
    ("an ADS with the titolare's leave", lambda d: (d.allow(TITOLARE, ADS, 1000), d.play(ADS), d.after(30), d.play(ADS))),
    ("two of the vendor's", lambda d: (vendors(d), d.play(OWNER))),
    ("withdrawn by the titolare", lambda d: (vendors(d), d.end(TITOLARE))),
    ("turned down by the vendor", lambda d: (d.ask(OWNER), d.end(SECOND))),
    ("given up by the vendor", lambda d: (vendors(d), d.end(SECOND))),
    ("turned down by the titolare", lambda d: (d.ask(OWNER), d.end(TITOLARE))),
    ("art. 15", lambda d: (d.ask(TITOLARE, "access_request"), d.play(TITOLARE), d.extract(TITOLARE), d.end(TITOLARE))),
]  # fmt: skip


def test_lawful_readings_are_sound() -> None:
    verdict, _ = told(LAWFUL)
    sound(verdict)


WITHOUT_LEAVE: Acts = [
    ("an ADS without leave", lambda d: d.play(ADS, leave=False)),
    ("a leave that nobody gave", lambda d: d.play(ADS)),
    ("a technician", lambda d: d.play(TECHNICIAN, leave=False)),
    ("the vendor's owner", lambda d: d.play(OWNER, leave=False)),
    ("asked for, not allowed", lambda d: (d.ask(OWNER), d.play(OWNER))),
    ("the second himself", lambda d: (vendors(d), d.play(SECOND))),
    ("too late", lambda d: (vendors(d), d.after(24), d.play(OWNER))),
    ("withdrawn", lambda d: (d.allow(TITOLARE, ADS), d.end(TITOLARE), d.play(ADS))),
    ("leave for a technician", lambda d: (d.allow(TITOLARE, TECHNICIAN), d.play(TECHNICIAN))),
    ("another session", lambda d: (d.allow(TITOLARE, ADS, session="s-other"), d.play(ADS))),
    ("no such recording", lambda d: (d.allow(TITOLARE, ADS), d.play(ADS, recording="c-0000000f"))),
    ("in another's name", lambda d: d.play(TITOLARE, leave=False, person=ADS.id)),
    ("for a request that is none", lambda d: d.play(TITOLARE)),
    ("an extract that nobody asked for", lambda d: d.extract(TITOLARE, leave=False)),
    ("an auditor's extract", lambda d: d.extract(AUDITOR, leave=False)),
    ("not his to extract", lambda d: (d.ask(TITOLARE, "access_request"), d.extract(AUDITOR))),
    ("leave to play, not to extract", lambda d: (d.allow(TITOLARE, ADS), d.extract(ADS))),
    ("asked for another", lambda d: (d.ask(TITOLARE, "access_request", session="s-other"), d.play(TITOLARE))),
]  # fmt: skip


def test_playing_without_leave() -> None:
    each_alone(WITHOUT_LEAVE, "played_without_leave")


OUT_OF_ORDER: Acts = [
    ("asked for by a technician", lambda d: d.ask(TECHNICIAN)),
    ("asked for by an ADS", lambda d: d.ask(ADS)),
    ("asked for by an auditor", lambda d: d.ask(AUDITOR)),
    ("asked for by the titolare", lambda d: d.ask(TITOLARE)),
    ("a reason that is none", lambda d: d.ask(OWNER, "control")),
    ("asked for twice", lambda d: (d.ask(OWNER), d.ask(OWNER))),
    ("his own second", lambda d: (d.ask(OWNER), d.allow(OWNER, OWNER))),
    ("nobody had asked", lambda d: d.allow(SECOND, OWNER)),
    ("for another than the one who asked", lambda d: (d.ask(OWNER), d.allow(SECOND, SECOND))),
    ("for another session", lambda d: (d.ask(OWNER), d.allow(SECOND, OWNER, session="s-other"))),
    ("for longer than a day", lambda d: (d.ask(OWNER), d.allow(SECOND, OWNER, 24.1))),
    ("no incident", lambda d: (d.ask(TITOLARE, "access_request"), d.allow(SECOND, TITOLARE))),
    ("twice", lambda d: (vendors(d), d.allow(SECOND, OWNER))),
    ("a technician's yes", lambda d: (d.ask(OWNER), d.allow(TECHNICIAN, OWNER))),
    ("an id that stands for something", lambda d: (d.ask(OWNER), d.allow(TITOLARE, OWNER))),
    ("ending nothing", lambda d: d.end(TITOLARE)),
    ("ended twice", lambda d: (d.ask(OWNER), d.end(OWNER), d.end(OWNER))),
    ("ended by whom it is for", lambda d: (d.allow(TITOLARE, ADS), d.end(ADS))),
    ("ended by the vendor", lambda d: (d.allow(TITOLARE, ADS), d.end(OWNER))),
    ("a request that is not his", lambda d: (d.ask(TITOLARE, "access_request"), d.end(OWNER))),
]  # fmt: skip


def test_leave_out_of_order() -> None:
    each_alone(OUT_OF_ORDER, "playback_order")
