"""The clock of the first answer, in words: time left, by when, and why it stands still (S-20, S-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.cases.seen_incident import Seen
from broker.domain.incident import Closed, Contact
from broker.domain.plans import PLANS
from web import views as v
from web import views_incidents as i
from web.present import incident_words as w
from web.present import words
from web.present.reader import Reader
from web.present.times import day_of, length, moment, short

NEAR = timedelta(minutes=60)


def small(seen: Seen, reader: Reader) -> v.Clock:
    """In a row of the queue."""
    big = of(seen, reader)
    if big.total == 0:
        return v.Clock(big.figure, big.small, big.state)
    return v.Clock(big.figure, big.aside, big.state)


def of(seen: Seen, reader: Reader) -> i.BigClock:
    """`aside` is the deadline as short as it goes, `line` a sentence or two."""
    clock = _clock(seen, reader)
    return replace(clock, line=f"{clock.line} {waited(seen, reader)}".strip())


def waited(seen: Seen, reader: Reader) -> str:
    """Whom it waits for, since when, and how long it waited in all; nothing of one that never did."""
    say = reader.say
    course = None if isinstance(seen.found, Contact) else seen.found.course
    if course is None:
        return ""
    wait, total = course.wait, course.waited
    if wait is None:
        length_ = length(total.total_seconds())
        return "" if not total else say(
            f"Attesa di altri, in tutto: {length_}.", f"Waited for others, in all: {length_}."
        )  # fmt: skip
    whom, since = words.coded(w.AWAITED, wait.awaited, reader), short(wait.since, reader)
    passed = length((total + (reader.now - wait.since)).total_seconds())
    return say(
        f"{whom} da {since}, in tutto {passed}. Il tempo di risposta non si ferma.",
        f"{whom} since {since}, {passed} in all. The response time does not stop.",
    )


def _clock(seen: Seen, reader: Reader) -> i.BigClock:
    say, found = reader.say, seen.found
    waiting = seen.waiting
    if isinstance(found, Contact) or waiting is None:
        return _courtesy(seen, reader)
    course = waiting.found.course
    title = say("Tempo di risposta", "Response time")
    if course.answered is not None:
        how = words.coded(w.ANSWERS, "declared" if seen.declared else course.answered.how, reader)
        when = short(course.answered.at, reader)
        return i.BigClock(
            title, say("fermo", "stopped"), say("Risposta data", "Answered"), when,
            say(f"Prima risposta {when}: {how}. {_kept(seen, reader)}",
                f"First answer {when}: {how}. {_kept(seen, reader)}").strip(), "paused",
        )  # fmt: skip
    if isinstance(found, Closed):
        return i.BigClock(
            title, "", say("Chiuso", "Closed"), "", say("Senza risposta.", "Without an answer."), "none"
        )
    if seen.contract is None or seen.contract.plan is None:
        none = say("Nessun tempo di risposta concordato", "No response time agreed")
        return i.BigClock(title, "", say("Nessun tempo", "No time"), say("di risposta concordato", "agreed"), f"{none}.", "none")  # fmt: skip
    if course.rated is None or course.rated.due is None:
        return i.BigClock(
            title, say("in corso", "running"), say("Gravità da attribuire", "Severity not set"), "",
            say("La scadenza si conta dalla segnalazione, quando la gravità è attribuita.",
                "The deadline is counted from the report, once a severity is set."), "none",
        )  # fmt: skip
    return _running(seen, reader)


def _courtesy(seen: Seen, reader: Reader) -> i.BigClock:
    say = reader.say
    passed = length((reader.now - seen.found.known.logged).total_seconds())
    return i.BigClock(
        say("Attesa dell’autorizzazione", "Waiting for authorisation"), say("di cortesia", "a courtesy"),
        passed, say("attesa, senza scadenza", "waiting, no deadline"),
        say("Una telefonata non fa partire il tempo di risposta. Parte quando il titolare o l’ADS scrive.",
            "A call starts no response time. It starts when the titolare or the ADS writes."), "none",
    )  # fmt: skip


def _running(seen: Seen, reader: Reader) -> i.BigClock:
    say, waiting, contract = reader.say, seen.waiting, seen.contract
    assert waiting is not None and waiting.due is not None  # `of` asked  # noqa: PT018
    assert contract is not None and contract.plan is not None and waiting.calendar is not None  # noqa: PT018
    course, calendar, due = waiting.found.course, waiting.calendar, waiting.due
    assert course.rated is not None  # it has a deadline
    total = calendar.between(course.reported, due)
    by = moment(due, reader, zone=True)
    promised = say(
        f"Scadenza {by}. {say(*w.HOURS[contract.plan.id])}", f"Due {by}. {say(*w.HOURS[contract.plan.id])}"
    )
    if not contract.guaranteed:
        promised += say(
            " In attesa di pagamento: tempo non garantito.", " Payment awaited: time not guaranteed."
        )
    brief = (
        f"{day_of(due, reader)} {short(due, reader)}"
        if short(due, reader).count(" ") == 0
        else short(due, reader)
    )
    title = say("Tempo di risposta", "Response time")
    minutes = int(total.total_seconds() // 60)
    if due < reader.now:
        over = length(calendar.between(due, reader.now).total_seconds())
        return i.BigClock(
            title, brief, say(f"in ritardo di {over}", f"{over} late"), "", promised, "late", minutes, minutes
        )
    left = calendar.between(reader.now, due)
    closed = not calendar.is_open(reader.now)
    used = minutes - int(left.total_seconds() // 60)
    rest = say(f"di servizio rimasti su {length(total.total_seconds())}", f"of service left of {length(total.total_seconds())}")  # fmt: skip
    if closed:
        rest = say(f"{rest}, orario chiuso", f"{rest}, closed now")
    state = "paused" if closed else "near" if left < NEAR else ""
    return i.BigClock(title, brief, length(left.total_seconds()), rest, promised, state, used, minutes)  # type: ignore[arg-type]


def _kept(seen: Seen, reader: Reader) -> str:
    """Whether the answer came in time."""
    found = seen.waiting
    if found is None or found.found.course.rated is None or found.found.course.answered is None:
        return ""
    due, at = found.found.course.rated.due, found.found.course.answered.at
    if due is None or found.calendar is None:
        return ""
    if at <= due:
        return reader.say("Entro il tempo concordato.", "Within the time agreed.")
    late = length(found.calendar.between(due, at).total_seconds())
    return reader.say(f"In ritardo di {late} di servizio.", f"{late} of service too late.")


def plan_badge(seen: Seen, reader: Reader) -> v.Badge:
    contract = seen.contract
    if contract is None or contract.plan is None:
        return v.Badge(reader.say(*w.NO_PLAN))
    if not contract.guaranteed:
        return v.Badge(
            reader.say(
                f"{contract.plan.name}, in attesa di pagamento", f"{contract.plan.name}, payment awaited"
            ),
            "wait",
        )
    return v.Badge(PLANS[contract.plan.id].name)
