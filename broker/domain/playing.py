"""Who may play a session's recordings, for what, and by whose leave (requirements §3.5, FORMAT.md §15).

Pure: the verifier holds the records to the same by `audit.verify_playbacks`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from audit import instant
from audit.leaf import Leaf
from audit.record import Actor
from audit.recording_records import PlaybackAllowed, PlaybackAsked, PlaybackEnded
from audit.verify_playbacks import VENDOR_LASTS
from broker.domain.people import Person, Role, Who
from broker.domain.refusal import Refused, Why

REASONS = ("incident", "dispute", "control", "access_request")
OF_ADS = ("incident", "dispute", "control")
# Why each role may look; the last two need somebody's leave besides.
MAY_SAY: Mapping[Role, tuple[str, ...]] = {
    "titolare": REASONS,
    "auditor": REASONS,
    "ads": OF_ADS,
    "owner": ("incident",),
}
FREE: frozenset[Role] = frozenset({"titolare", "auditor"})  # play without anybody's leave
ADS_LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Asked:
    """Nobody may play yet. `incident`: the vendor's first of two; `access_request`: a person whom the session
    concerns asked the titolare on the day `received`."""

    id: str
    session: str
    reason: str
    by: Actor
    at: datetime
    received: date | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """`person` may play until then, by leave of `by`."""

    id: str
    session: str
    reason: str
    person: str
    by: Actor
    at: datetime
    until: datetime


AnyPlayback = Asked | Allowed


def standing(leaves: Iterable[Leaf]) -> tuple[AnyPlayback, ...]:
    """What was asked for or allowed and not ended, oldest first; those whose time is over among them."""
    found: dict[str, AnyPlayback] = {}
    for leaf in leaves:
        match leaf.record:
            case PlaybackAsked(playback=one, session=session, reason=reason, received=day):
                received = None if day is None else date.fromisoformat(day)
                found[one] = Asked(one, session, reason, leaf.actor, leaf.time, received)
            case PlaybackAllowed(playback=one, session=session, person=person, reason=reason, until=until):
                end = instant.parse(until)
                found[one] = Allowed(one, session, reason, person, leaf.actor, leaf.time, end)
            case PlaybackEnded(playback=one):
                found.pop(one, None)
            case _:
                pass
    return tuple(found.values())


def in_force(found: Iterable[AnyPlayback], at: datetime) -> tuple[AnyPlayback, ...]:
    """Those whose time is not over."""
    return tuple(one for one in found if isinstance(one, Asked) or at < one.until)


def basis(found: Iterable[AnyPlayback], who: Who, session: str, reason: str, at: datetime) -> str | None:
    """What his playing that session rests on: the leave, or for the titolare the request that it answers;
    None where it needs nothing. `Refused` without a leave."""
    of_session = [one for one in in_force(found, at) if one.session == session]
    if who.role == "titolare" and reason == "access_request":
        asked = [one.id for one in of_session if one.reason == reason]
        return asked[-1] if asked else None
    if who.role in FREE:
        return None
    given = [one.id for one in of_session if isinstance(one, Allowed) and one.person == who.person]
    if not given:
        raise Refused(Why.NOT_ALLOWED)
    return given[-1]


def may_play(found: Iterable[AnyPlayback], who: Who, session: str, at: datetime) -> bool:
    try:
        basis(found, who, session, "", at)
    except Refused:
        return False
    return True


def reason_of(who: Who, reason: str) -> str:
    """The reason, if his role may look for it."""
    if reason not in MAY_SAY.get(who.role, ()):
        raise Refused(Why.BAD_INPUT, field="reason")
    return reason


def for_ads(
    playback: str, session: str, whom: Person | None, reason: str, by: Who, until: datetime, at: datetime
) -> Allowed:
    """The titolare's leave for one of his ADS."""
    if whom is None or not whom.active or whom.role != "ads" or whom.tenant != by.tenant:
        raise Refused(Why.BAD_INPUT, field="person")
    if reason not in OF_ADS:
        raise Refused(Why.BAD_INPUT, field="reason")
    if not at < until <= at + ADS_LONGEST:
        raise Refused(Why.BAD_INPUT, field="until")
    return Allowed(playback, session, reason, whom.id, by.actor, at, until)


def note_request(playback: str, session: str, by: Who, received: date, at: datetime, today: date) -> Asked:
    """Of a person whom the session concerns, as the titolare tells it."""
    if not today - timedelta(days=366) <= received <= today:
        raise Refused(Why.BAD_INPUT, field="received")
    return Asked(playback, session, "access_request", by.actor, at, received)


def second(found: AnyPlayback, by: Who, at: datetime) -> Allowed:
    """The vendor's second person says yes to what the first asked for."""
    if not isinstance(found, Asked) or found.reason != "incident":
        raise Refused(Why.WRONG_STATE)
    if found.by.id == by.person:
        raise Refused(Why.OWN_REQUEST)
    return Allowed(found.id, found.session, found.reason, found.by.id, by.actor, at, at + VENDOR_LASTS)


def concerns(found: AnyPlayback, who: Who) -> bool:
    """Whether he is shown it: the titolare and his auditor all, the vendor its own, an ADS his own leave."""
    if who.role in FREE:
        return True
    return of_vendor(found) if who.house else isinstance(found, Allowed) and found.person == who.person


def answer_by(received: date) -> date:
    """The last day to answer a request under art. 15: a month (GDPR, art. 12.3)."""
    year, month = (received.year, received.month + 1) if received.month < 12 else (received.year + 1, 1)
    return date(year, month, min(received.day, monthrange(year, month)[1]))


def of_vendor(found: AnyPlayback) -> bool:
    return found.by.role == "owner"


def check_end(found: AnyPlayback, role: Role) -> None:
    """Return, or raise: the titolare ends any, the vendor his own."""
    if role != "titolare" and not (role == "owner" and of_vendor(found)):
        raise Refused(Why.NOT_ALLOWED)
