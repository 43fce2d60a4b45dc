"""The owner's overview in words: today's figures, and the rows that make each of them (U-25, U-27, U-29)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from broker.cases.see_incidents import Desk
from broker.cases.see_owed import Owed
from broker.cases.see_programs import CustomerPrograms, HousePrograms
from broker.cases.see_sessions import SessionLine
from broker.cases.seen_incident import Seen
from broker.domain.acceptance import days_left
from broker.domain.answer_weeks import Week
from broker.domain.estate import Tenant
from broker.domain.incident import Contact, Open, Taken, Workable
from broker.domain.people import Who
from broker.domain.refusal import Why
from web import views as v
from web import views_estate as e
from web import views_owner as o
from web.present import estate, incidents, owner_chart, owner_duties, papers, response_clock, sessions, words
from web.present.owner_duties import Around
from web.present.programs import version_of
from web.present.reader import Pair, Reader
from web.present.times import date_of, in_full, length, moment, short

NEAR = timedelta(hours=2)  # of service time


def overview(
    who: Who,
    desk: Desk,
    running: Sequence[SessionLine],
    tenants: Sequence[Tenant],
    found: Around,
    reader: Reader,
    answers: Sequence[Week] = (),
) -> o.Owner:
    queue = sorted((one for one in desk.incidents if one.place), key=lambda one: one.place or 0)
    deadlines, still = _deadlines(desk.incidents, reader), _still(desk.incidents, reader)
    duties = owner_duties.duties(found, reader)
    updates = _updates(found.programs)
    return o.Owner(
        title=words.capital(in_full(reader.now, reader)),
        figures=(
            _queue(desk, reader),
            _near(deadlines, reader),
            _running(running, reader),
            _waiting(still, reader),
            _owed(duties, reader),
        ),
        deadlines=deadlines,
        still=still,
        waiting=tuple(incidents.row(one, reader) for one in queue),
        sessions=tuple(sessions.row(one, who, reader) for one in running),
        duties=duties,
        in_order=owner_duties.in_order(found, reader),
        renewals=_renewals(found, reader),
        updates=updates,
        updates_line="" if updates is None else _updates_line(found.programs, reader),
        confirmed=estate.confirmed(found.hosts, reader),
        answers=owner_chart.answers(answers, reader),
        contracts=tuple(
            v.Act(
                reader.say(f"Contratto: {words.clean(one.name)}", f"Contract: {words.clean(one.name)}"),
                href=f"/clienti/{one.id}/contratto",
            )
            for one in tenants
        ),
    )


# ------------------------------------------------------------------------------------- figures


def _queue(desk: Desk, reader: Reader) -> e.Figure:
    say = reader.say
    since = [one.found.since for one in desk.incidents if isinstance(one.found, Workable)]
    oldest = say("nessuno aspetta", "nobody is waiting")
    if since:
        passed = length((reader.now - min(since)).total_seconds())
        oldest = say(f"il più vecchio da {passed}", f"the oldest for {passed}")
    return e.Figure(say("In coda", "In the queue"), str(len(since)), oldest, href="/coda")


def _near(rows: Sequence[o.DeadlineRow], reader: Reader) -> e.Figure:
    say = reader.say
    near, late = [one for one in rows if one.near], sum(one.mark == "stop" for one in rows)
    line, mark = say("nessuno", "none"), None
    if late:
        line, mark = say(f"altri {late} già in ritardo", f"{late} more are late already"), "stop"
    elif near:
        line, mark = f"{near[0].customer}, {near[0].due}", "wait"
    name = say("Scadono entro 2 h di servizio", "Due within 2 h of service")
    return e.Figure(name, str(len(near)), line, mark, "#scadenze")  # type: ignore[arg-type]


def _running(running: Sequence[SessionLine], reader: Reader) -> e.Figure:
    say, watched = reader.say, sum(bool(one.watching) for one in running)
    line = say("nessuna", "none")
    if running:
        line = say("1 guardata" if watched == 1 else f"{watched} guardate", f"{watched} watched")
    return e.Figure(say("Sessioni aperte", "Open sessions"), str(len(running)), line, None, "/sessioni")


def _waiting(rows: Sequence[o.StillRow], reader: Reader) -> e.Figure:
    say = reader.say
    kinds: dict[str, int] = {}
    for one in rows:
        kinds[one.waits.word] = kinds.get(one.waits.word, 0) + 1
    line = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or say("nessuno", "none")
    name = say("Fermi per il cliente", "Held up by the customer")
    return e.Figure(name, str(len(rows)), line, "wait" if rows else None, "#fermi")


def _owed(rows: Sequence[o.Duty], reader: Reader) -> e.Figure:
    say, worst = reader.say, sum(one.state.mark == "stop" for one in rows)
    line = say("niente da fare", "nothing to do")
    if rows:
        line = say(f"{worst} urgenti", f"{worst} urgent") if worst else say("nessuno urgente", "none urgent")
    mark: v.Mark | None = "stop" if worst else None
    return e.Figure(say("Adempimenti da fare", "Duties to do"), str(len(rows)), line, mark, "#adempimenti")


# ------------------------------------------------------------------------------------- their rows


def _deadlines(found: Sequence[Seen], reader: Reader) -> tuple[o.DeadlineRow, ...]:
    """Those whose first answer is due, in the order of what is left; the late ones first."""
    now, rows = reader.now, []
    for seen in found:
        waiting = seen.waiting
        left = None if waiting is None else waiting.left(now)
        if waiting is None or waiting.due is None or left is None or waiting.calendar is None:
            continue
        late = waiting.due < now
        over = waiting.calendar.between(waiting.due, now) if late else timedelta()
        rows.append((-over if late else left, waiting.due, _deadline(seen, left, over, reader)))
    return tuple(row for _, _, row in sorted(rows, key=lambda one: one[:2]))


def _deadline(seen: Seen, left: timedelta, over: timedelta, reader: Reader) -> o.DeadlineRow:
    waiting, say = seen.waiting, reader.say
    assert waiting is not None and waiting.due is not None  # the caller asked  # noqa: PT018
    rated, late = waiting.found.course.rated, waiting.due < reader.now
    near = not late and left <= NEAR
    said = length((over if late else left).total_seconds())
    return o.DeadlineRow(
        customer=words.clean(seen.customer),
        href=incidents.address(seen),
        severity="" if rated is None else rated.severity.value,
        plan=response_clock.plan_badge(seen, reader).word,
        left=say(f"in ritardo di {said}", f"{said} late") if late else said,
        mark="stop" if late else "wait" if near else None,
        due=short(waiting.due, reader),
        hurdle=_hurdle(seen, reader),
        near=near,
    )


_HURDLES: dict[Why, Pair] = {
    Why.AUTHORISATION_MISSING: ("autorizzazione", "authorisation"),
    Why.SUPERVISION_MISSING: ("supervisione", "supervision"),
    Why.WINDOW_CLOSED: ("finestra", "window"),
    Why.HOST_UNREACHABLE: ("macchina", "host"),
    **papers.LACKS,
}


def _hurdle(seen: Seen, reader: Reader) -> v.State:
    """What keeps anybody from working on it."""
    if isinstance(seen.found, Open):
        return v.State("wait", reader.say(*_HURDLES[Why.AUTHORISATION_MISSING]))
    lacks = () if seen.line is None else seen.line.lacks
    first = next((one for one in lacks if one in _HURDLES), None)
    if first is None:
        return v.State("ok", reader.say("nessuno", "none"))
    return v.State("stop" if first in papers.LACKS else "wait", reader.say(*_HURDLES[first]))


def _still(found: Sequence[Seen], reader: Reader) -> tuple[o.StillRow, ...]:
    """Calls nobody has authorised, incidents without leave, and what a technician says waits for the customer."""
    say, rows = reader.say, []
    for seen in found:
        one = seen.found
        wait = one.course.wait if isinstance(one, Open | Workable | Taken) else None
        if wait is not None:
            authorisation = wait.awaited == "authorisation"
            word = say("autorizzazione", "authorisation") if authorisation else say("risposta", "answer")
            since = wait.since
        elif isinstance(one, Contact):
            word, since = say("telefonata", "call"), one.known.logged
        elif isinstance(one, Open):
            word, since = say("autorizzazione", "authorisation"), one.course.reported
        else:
            continue
        title = incidents.title_of(seen, reader)
        waits = v.State("wait", word)
        row = o.StillRow(
            words.clean(seen.customer), incidents.address(seen), title, waits, moment(since, reader)
        )
        rows.append((since, row))
    return tuple(row for _, row in sorted(rows, key=lambda one: one[0]))


# ------------------------------------------------------------------------- renewals and updates


def _renewals(found: Around, reader: Reader) -> tuple[o.RenewalRow, ...]:
    """Within 60 days; prepayments that are awaited; tests of customisations that run."""
    rows = [row for one in found.owed.customers for row in _agreed(one, reader)]
    for each in found.programs.customers:
        rows += _tests(each, reader)
    return tuple(row for _, row in sorted(rows, key=lambda one: (one[0], one[1].customer)))


def _agreed(one: Owed, reader: Reader) -> list[tuple[date, o.RenewalRow]]:
    say, agreed, rows = reader.say, one.contract, list[tuple[date, o.RenewalRow]]()
    if agreed is None:
        return []
    name, href = words.clean(one.customer.name), f"/clienti/{one.customer.id}/contratto"
    plan = say("senza piano", "without a plan") if agreed.plan is None else agreed.plan.name
    if one.unpaid:
        state = v.State("wait", say("non arrivato", "not arrived"))
        when = say(f"dal {agreed.first:%d/%m/%Y}", f"since {agreed.first:%d/%m/%Y}")
        what = say("pagamento anticipato", "payment in advance")
        rows.append((agreed.first, o.RenewalRow(name, what, when, state, href)))
    if one.renews:
        left = words.days((agreed.last - one.today).days, reader)
        state = v.State("wait", say(f"tra {left}", f"in {left}"))
        what = say(f"rinnovo, {plan}", f"renewal, {plan}")
        rows.append((agreed.last, o.RenewalRow(name, what, f"{agreed.last:%d/%m/%Y}", state, href)))
    return rows


def _tests(one: CustomerPrograms, reader: Reader) -> list[tuple[date, o.RenewalRow]]:
    say, rows = reader.say, []
    for release in one.known.testing(one.at):
        window = release.window
        assert window is not None  # it is on test
        left, name = days_left(window.until, one.at, one.customer.zone), words.clean(one.customer.name)
        state = v.State("wait", say(f"giorni rimasti: {left}", f"days left: {left}"))
        what = say(f"collaudo, {version_of(release)}", f"acceptance, {version_of(release)}")
        when = say(f"fino al {date_of(window.until, reader)}", f"until {date_of(window.until, reader)}")
        row = o.RenewalRow(name, what, when, state, f"/programmi/{one.customer.id}")
        rows.append((window.until.date(), row))
    return rows


def _stale(one: CustomerPrograms, house: HousePrograms) -> bool:
    for product, here in one.known.installed.items():
        newest = house.known.latest(product)
        if newest is not None and newest.told.version != here.told.version:
            return True
    return False


def _updates(found: HousePrograms) -> tuple[int, int] | None:
    using = [one for one in found.customers if one.known.installed]
    return (sum(not _stale(one, found) for one in using), len(using)) if using else None


def _updates_line(found: HousePrograms, reader: Reader) -> str:
    say = reader.say
    behind = [words.clean(one.customer.name) for one in found.customers if _stale(one, found)]
    if not behind:
        return say("Nessuno è indietro.", "Nobody is behind.")
    more = len(behind) - 3
    names = words.both(behind[:3], reader)
    if more > 0:
        return say(f"Mancano {names} e altri {more}", f"Behind: {names} and {more} more")
    return say(f"Mancano: {names}", f"Behind: {names}")
