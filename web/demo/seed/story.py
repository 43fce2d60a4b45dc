"""What happens on which working day of the month. Later days build on earlier ones; hours are the customers' own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from audit.statement_parts import Activity
from broker.cases.close_session import Beside
from broker.cases.defects import give_remedy, link_defect, open_defect, solve_defect
from broker.cases.give_warrant import begin_warrant
from broker.cases.log_call import Call, log_call
from broker.cases.open_incident import Report, report_incident
from broker.cases.publish_release import ReleaseDraft, publish_release
from broker.cases.receive_release import install_version, receive_release
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.sign_stop import begin_signed_stop
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.work_incident import answer_incident, close_incident
from broker.domain.plans import Severity
from broker.domain.warranting import WarrantDraft
from broker.jobs import programs
from web.demo.seed.customers import FIRM, HOTEL, SCHOOL
from web.demo.seed.desk import Desk, at_work, gone

Happens = Callable[[], Awaitable[None]]
DISK = b"Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda2       118G   71G   42G  63% /\n"
QUEUE = b"printer ricevute is idle.  enabled since\n"


def days_of(desks: dict[str, Desk]) -> Iterator[tuple[int, int, Happens]]:
    """(working day from 0, hour, what happens), in order; none before the first day's morning has passed."""
    hotel, firm, school = desks[HOTEL.key], desks[FIRM.key], desks[SCHOOL.key]
    yield 1, 9, lambda: printer(hotel)
    yield 2, 9, lambda: mandate(firm)
    yield 2, 10, lambda: call(school)
    yield 3, 9, lambda: late_and_mandated(firm)
    yield 4, 11, lambda: refused(hotel)
    yield 5, 9, lambda: lapsed(school)
    yield 6, 14, lambda: stopped(hotel)
    yield 7, 9, lambda: presumed(firm)
    yield 8, 9, lambda: two_in_the_queue(hotel, school)
    yield 9, 11, lambda: by_mail(hotel, school)
    yield 10, 10, lambda: by_themselves(school)
    yield 10, 14, lambda: release(hotel)
    yield 11, 9, lambda: advice_too_late(school)  # until the next afternoon
    yield 12, 16, lambda: without_an_agent(firm)
    yield 13, 15, lambda: watched(firm)


async def printer(desk: Desk) -> None:
    """The usual course, answered in time."""
    incident = await desk.reported("La stampante delle ricevute non stampa più.", Severity.B)
    request = await desk.asked(incident, "Riavviare la coda di stampa.")
    session = await desk.approved(request, desk.place.ads)
    await desk.begun(session)
    await desk.ran(session, "lpstat -p", QUEUE)
    await desk.typed(session, 11, 214, b"cancel -a ricevute\r\n" * 20)
    await desk.closed(session, "Coda di stampa svuotata e riavviata.")
    await gone(desk.place.ads)


async def mandate(desk: Desk) -> None:
    """Category 1: the titolare lets the technician sign his own requests, for what the mandate names."""
    titolare = desk.place.titolare
    await at_work(titolare)
    draft = WarrantDraft(
        "mandate", (desk.technician.id,), (desk.place.host.id,), ("terminal", "exec"), ("GEST",), False,
        desk.course.now() + timedelta(days=60), own_requests=True,
    )  # fmt: skip
    await titolare.sign(await begin_warrant(desk.parts, titolare.who, draft, demo_software=True))
    await gone(titolare)


async def call(desk: Desk) -> None:
    """Case 1: whoever rings may not authorise; the titolare confirms in writing."""
    place, parts = desk.place, desk.parts
    said = Call(place.tenant, "Segreteria didattica", "Il registro elettronico non si apre.", "interno 3")
    logged = await log_call(parts, desk.technician.who, said)
    desk.told[logged.incident] = said.anomaly
    await desk.course.later(minutes=40)
    await at_work(place.titolare)
    report = Report("", "portal", contact=logged.incident)
    await report_incident(parts, place.titolare.who, place.tenant, report)
    await gone(place.titolare)
    await desk.course.later(minutes=5)
    await desk.rated(logged.incident, Severity.C)
    await answer_incident(parts, desk.technician.who, place.tenant, logged.incident, "call")
    request = await desk.asked(logged.incident, "Controllare il servizio del registro.")
    session = await desk.approved(request, place.ads)
    await desk.begun(session)
    await desk.ran(session, "systemctl status registro", b"Active: failed\n", 3)
    await desk.typed(session, 18, 391, b"systemctl restart registro\r\n" * 12)
    await desk.closed(session, "Servizio riavviato; il registro si apre.")
    await gone(place.ads)


async def late_and_mandated(desk: Desk) -> None:
    """The call is the report; the answer comes after the deadline; the technician signs under the mandate."""
    place, parts, me = desk.place, desk.parts, desk.technician
    said = Call(place.tenant, "Ufficio paghe", "Il server non risponde: nessuno lavora.", "interno 21")
    logged = await log_call(parts, me.who, said)
    desk.told[logged.incident] = said.anomaly
    await desk.course.later(minutes=10)
    await desk.rated(logged.incident, Severity.A)
    await desk.course.later(hours=2)
    await answer_incident(parts, me.who, place.tenant, logged.incident, "call")
    request = await desk.asked(logged.incident, "Liberare spazio sul disco del server.")
    session = await desk.approved(request, me, "waived")
    await desk.taken(logged.incident)
    await desk.begun(session)
    await desk.ran(session, "df -h /", DISK)
    await desk.typed(session, 25, 640, b"journalctl --vacuum-size=200M\r\n" * 9)
    await desk.closed(session, "Liberati 30 GB di log vecchi.")


async def refused(desk: Desk) -> None:
    """The titolare says no, and why."""
    place = desk.place
    incident = await desk.reported("Chiedono di aggiornare il gestionale oggi.", Severity.C)
    request = await desk.asked(incident, "Aggiornare il gestionale alla nuova versione.")
    await desk.course.later(minutes=20)
    await at_work(place.titolare)
    await refuse(desk.parts, place.titolare.who, request)
    await explain_refusal(desk.parts, place.titolare.who, request, "Non in alta stagione: dopo le feste.")
    await gone(place.titolare)
    await close_incident(desk.parts, desk.technician.who, place.tenant, incident, "withdrawn")


async def lapsed(desk: Desk) -> None:
    """Nobody answers until the window has ended."""
    incident = await desk.reported("Il proiettore dell’aula 2 non si vede in rete.", Severity.C)
    await desk.asked(incident, "Cercare il proiettore in rete.", hours=2)
    await desk.course.later(hours=3)
    await desk.course.tick()
    await close_incident(desk.parts, desk.technician.who, desk.place.tenant, incident, "not_solved")


async def stopped(desk: Desk) -> None:
    """The ADS ends what he watches, by signature."""
    place = desk.place
    incident = await desk.reported("Il gestionale è lento da stamattina.", Severity.B)
    request = await desk.asked(incident, "Vedere che cosa occupa il server.")
    session = await desk.approved(request, place.ads)
    await desk.begun(session)
    await desk.ran(session, "uptime", b" 14:52:10 up 31 days,  load average: 7.31, 6.90, 6.02\n")
    await desk.course.later(minutes=3)
    await place.ads.sign(await begin_signed_stop(desk.parts, place.ads.who, session, demo_software=True))
    await place.agent.obey()
    await gone(place.ads)
    await close_incident(desk.parts, desk.technician.who, place.tenant, incident, "not_solved")


async def presumed(desk: Desk) -> None:
    """The host falls silent in a session: its end is presumed, until the host is back and says what was."""
    place, me = desk.place, desk.technician
    incident = await desk.reported("I file condivisi spariscono e tornano.", Severity.B)
    request = await desk.asked(incident, "Controllare la condivisione.")
    session = await desk.approved(request, me, "waived")
    await desk.taken(incident)
    await desk.begun(session)
    await desk.ran(session, "smbstatus -b", b"No sessions\n")
    place.agent.heard()
    await place.agent.cut()
    await desk.course.later(minutes=2)
    await desk.course.tick()
    await place.agent.end(session, "broker_gone")
    await desk.course.later(minutes=50)
    await place.agent.dial()
    await desk.solved(incident)


async def two_in_the_queue(hotel: Desk, school: Desk) -> None:
    """Two wait; the second goes first, for nobody there can work."""
    first = await hotel.reported("Il Wi-Fi della sala non prende.", Severity.C)
    waits = await hotel.asked(first, "Controllare il controller del Wi-Fi.")
    waiting = await hotel.approved(waits, hotel.place.ads)
    second = await school.reported("Nessuno entra nel gestionale di segreteria.", Severity.A)
    urgent = await school.asked(second, "Riavviare il gestionale.")
    session = await school.approved(urgent, school.place.ads)
    await school.taken(second, "work_stopped")
    await school.begun(session)
    await school.ran(session, "systemctl restart segreteria", b"")
    await school.closed(session, "Gestionale riavviato.")
    await gone(school.place.ads)
    await hotel.taken(first)
    await hotel.begun(waiting)
    await hotel.ran(waiting, "systemctl restart unifi", b"")
    await hotel.closed(waiting, "Controller riavviato.")
    await gone(hotel.place.ads)


async def by_themselves(desk: Desk) -> None:
    """*Lo risolvo io*."""
    place = desk.place
    incident = await desk.reported("Una postazione non vede la stampante.", Severity.C)
    request = await desk.asked(incident, "Reinstallare la stampante.")
    await desk.course.later(minutes=12)
    await at_work(place.ads)
    await solve_by_customer(desk.parts, place.ads.who, request)
    await gone(place.ads)


async def advice_too_late(desk: Desk) -> None:
    """Answered by telephone on the next day, past the deadline; no access was needed."""
    incident = await desk.reported("Come si esporta l’elenco degli alunni?", Severity.B, answer_h=30)
    await desk.solved(incident)


async def by_mail(hotel: Desk, school: Desk) -> None:
    """Work without access: an answer by mail, and a lesson for two."""
    await hotel.worked(20, "Come si stampa il listino della bassa stagione.")
    lesson = Beside(topic="Elenchi e stampe", people="Anna Modello\nBruno Modello")
    await school.worked(45, "Lezione a distanza sugli elenchi.", Activity("GEST", "FOR"), lesson)


async def release(desk: Desk) -> None:
    """A new version for everybody, fetched and installed at one customer's; a defect that it solves."""
    parts, place, house = desk.parts, desk.place, desk.place.house
    owner, me = house.owner.who, desk.technician.who
    incident = await desk.reported("Il riepilogo di ottobre non quadra di un centesimo.", Severity.C)
    text = "Il riepilogo mensile arrotonda ogni riga invece del totale."
    defect = await open_defect(parts, me, "anomaly", house.product, text)
    await link_defect(parts, me, place.tenant, defect, incident)
    await give_remedy(parts, me, defect, "Stampare il riepilogo per settimana.")
    draft = ReleaseDraft(house.product, "8.2", house.dated, ("program", "database"), half_yearly=True)
    published = await publish_release(parts, owner, draft)
    await solve_defect(parts, me, defect, published.release, "Arrotonda il totale.")
    await programs.tick(parts)
    await at_work(place.ads)
    await receive_release(parts, place.ads.who, place.tenant, published.release, None)
    await gone(place.ads)
    await install_version(parts, me, place.tenant, house.product, "8.2")
    await desk.solved(incident)


async def without_an_agent(desk: Desk) -> None:
    """An old machine, by the licensed tool alone: declared, not attested."""
    incident = await desk.reported("Il PC dell’archivio non apre le pratiche del 2009.", Severity.C)
    reason = "Ripristinare il collegamento alla cartella delle pratiche."
    await desk.declared(incident, reason, desk.place.ads, 18, "Collegamento ricreato.")


async def watched(desk: Desk) -> None:
    """Category 1 with its own referent at the live view."""
    place = desk.place
    incident = await desk.reported("Il backup di ieri non c’è.", Severity.B)
    request = await desk.asked(incident, "Rilanciare il backup.")
    session = await desk.approved(request, place.ads)
    await desk.taken(incident)
    await desk.begun(session)
    await desk.typed(session, 22, 318, b"rsnapshot daily\r\n" * 15)
    await desk.closed(session, "Backup rilanciato e verificato.")
    await gone(place.ads)


async def waiting(hotel: Desk, school: Desk, now: datetime) -> None:
    """What nobody has dealt with at `now`: a report that waits for its authorisation, a call for its confirmation."""
    began = now - timedelta(minutes=25)
    await hotel.course.until(began)
    place, me = hotel.place, hotel.technician
    await at_work(place.ads)
    report = Report("Il lettore di badge del garage non legge.", "portal", proposed=Severity.B)
    said = await report_incident(hotel.parts, place.ads.who, place.tenant, report)
    await gone(place.ads)
    await hotel.course.later(minutes=8)
    await at_work(me)
    await hotel.rated(said.incident, Severity.B)
    call = Call(school.place.tenant, "Biblioteca", "Il PC dei prestiti non si accende.", "interno 12")
    await log_call(school.parts, me.who, call)
    await gone(me)
