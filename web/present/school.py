"""A school's sheet in words: its study, who may handle its archives, the clean-up of the year; and the list of schools."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from audit.school_order import ROWS
from audit.statement_parts import Activity
from broker.api.refusals import sentences
from broker.cases.see_hours import Hours
from broker.cases.see_school import SchoolView
from broker.domain.estate import Tenant
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.school import AHEAD, YEARS_END, CleanUp, Delegated, School
from web import views as v
from web import views_dossier as d
from web import views_estate as e
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import date_of, local
from web.present.work import hours_of
from web.views_duties import Line

USUAL = timedelta(days=180)
ROW_WORDS: dict[str, Pair] = {
    "topology": ("Topologia", "Topology"),
    "server": ("Istanza del server", "Server instance"),
    "database": ("Base di dati", "Database"),
    "workstations": ("Postazioni", "Workstations"),
    "access": ("Modalità di accesso", "Access mode"),
    "credentials": ("Credenziali verificate", "Credentials checked"),
    "privacy": ("Privacy verificata", "Privacy checked"),
    "document": ("Documento dello studio", "The study’s document"),
}
_PHASES: dict[str, Pair] = {"before": ("prima", "before"), "after": ("dopo", "after")}
_STATES: dict[str, Pair] = {
    "due": ("manca l’istruzione", "no instruction yet"),
    "instructed": ("istruzione firmata", "instruction signed"),
    "cleaning": ("in corso", "under way"),
    "closed": ("conclusa", "closed"),
    "declined": ("non voluta", "declined"),
}


def _on(day: date, reader: Reader) -> str:
    return date_of(datetime.combine(day, time(12), UTC), reader)


def page(view: SchoolView, who: Who, reader: Reader, slip: v.Slip | None = None) -> d.Dossier:
    say = reader.say
    sections = [_type(view, who, reader)]
    if view.school.is_school:
        sections += [_study(view, who, reader), _delegations(view, who, reader)]
    if view.school.is_school or view.school.clean_ups:
        sections.append(_clean_ups(view, who, reader))
    href = "/scuola" if who.house else "/titolare" if who.role in ("titolare", "auditor") else "/richieste"
    back = v.Act(say("Torna alle scuole", "Back to the schools") if who.house else say("Torna all’inizio", "Back to the start"), href=href)  # fmt: skip
    return d.Dossier(say("Scuola", "School"), words.clean(view.customer.name), tuple(sections), back, slip)


# --------------------------------------------------------------------------------- type and study


def _type(view: SchoolView, who: Who, reader: Reader) -> d.Section:
    say, found = reader.say, view.school
    lines: tuple[Line, ...] = ()
    if found.is_school:
        state = (
            v.State("wait", say("non ancora in esercizio", "not in service yet"))
            if found.in_service is None
            else v.State("ok", say("in esercizio", "in service"))
        )
        small = say(
            f"pulizia degli archivi entro il {_yearly(found.clean_up)} di ogni anno",
            f"clean-up of archives by {_yearly(found.clean_up)} of each year",
        )
        lines = (Line(say("Cliente di tipo scuola", "A customer that is a school"), small, state=state),)
    options = (
        v.Option("school", say("Scuola", "School"), chosen=True),
        v.Option("other", say("Altro cliente", "Another customer")),
    )
    day = d.Field(
        "clean_up", say("Pulizia entro il", "Clean-up by"), hint=say("giorno e mese, come 31/08", "day and month, as 31/08"),
        value=_yearly(found.clean_up or YEARS_END), needed=False,
    )  # fmt: skip
    form = d.Form(
        "type",
        v.Act(say("Stabilisci", "Set"), post=f"{_base(view)}/tipo"),
        (d.Field("type", say("Tipo", "Type"), "choice", options=options), day),
    )
    return d.Section(
        "tipo",
        say("Tipo di cliente", "Type of customer"),
        lines=lines,
        nothing=say("Questo cliente non è una scuola.", "This customer is no school."),
        forms=(form,) if who.role == "owner" else (),
    )


def _yearly(day: str) -> str:
    month, of_month = day.split("-")
    return f"{of_month}/{month}"


def _study(view: SchoolView, who: Who, reader: Reader) -> d.Section:
    say, found, owner = reader.say, view.school, who.role == "owner"
    notice = v.Notice(
        "wait",
        say("Si lavora solo su rete, cloud, servizi e credenziali.", "Work is on network, cloud, services and credentials alone."),
        say(
            "Con tutte le voci complete la scuola può andare in esercizio, e si aprono le altre attività.",
            "Once every row is complete the school can go in service, and other activities open.",
        ),
        "alert",
    )  # fmt: skip
    ready = owner and found.in_service is None and not found.open_rows
    rows = d.Field(
        "row",
        say("Voce", "Row"),
        "choice",
        options=tuple(
            v.Option(row, say(*ROW_WORDS[row]), chosen=row == (*found.open_rows, ROWS[0])[0]) for row in ROWS
        ),
    )
    form = d.Form(
        "study",
        v.Act(say("Completa la voce", "Complete the row"), post=f"{_base(view)}/studio"),
        (
            rows,
            d.Field("answer", say("Che cosa si è stabilito", "What was settled"), "text"),
            d.Field(
                "file", say("SHA-256 del documento", "SHA-256 of the document"), "digest",
                hint=say("serve per l’ultima voce; il documento resta qui", "needed for the last row; the document stays here"), needed=False,
            ),
            d.Field(
                "octets", say("Dimensione in byte", "Size in bytes"),
                hint=say("al massimo 32 MiB", "32 MiB at most"), needed=False,
            ),
        ),
    )  # fmt: skip
    go = v.Act(say("Metti in esercizio", "Put in service"), post=f"{_base(view)}/esercizio", kind="act")
    return d.Section(
        "studio",
        say("Studio di fattibilità", "Feasibility study"),
        notices=(notice,) if found.in_service is None else (),
        lines=tuple(_row(row, view, reader) for row in ROWS),
        forms=(form,) if owner else (),
        acts=(go,) if ready else (),
    )


def _row(row: str, view: SchoolView, reader: Reader) -> Line:
    say, said = reader.say, view.school.rows.get(row)
    if said is None:
        return Line(say(*ROW_WORDS[row]), "", state=v.State("wait", say("aperta", "open")))
    text = words.clean(view.answers.get(row, say("testo cancellato", "text erased")))
    if said.file is not None:
        size = words.thousands(said.octets or 0, reader)
        text += f" · SHA-256 {said.file[:16]}…, {size} byte"
    return Line(
        say(*ROW_WORDS[row]), text, date_of(said.at, reader), state=v.State("ok", say("completa", "complete"))
    )


# ------------------------------------------------------------------------------------- delegations


def _delegations(view: SchoolView, who: Who, reader: Reader) -> d.Section:
    say, titolare = reader.say, who.role == "titolare"
    given = tuple(_delegation(one, view, reader, ends=titolare) for one in view.school.delegations)
    standing = view.school.delegated(reader.now)
    people = d.Field(
        "person", say("A quali tecnici del fornitore", "To which technicians of the vendor"), "checks",
        options=tuple(v.Option(one, words.clean(name), chosen=len(view.technicians) == 1) for one, name in view.technicians.items()),
    )  # fmt: skip
    until = d.Field("until", say("Fino al", "Until"), "day", value=f"{local(reader.now + USUAL):%Y-%m-%d}")
    form = d.Form(
        "delegation",
        v.Act(say("Leggi e firma la delega", "Read and sign the delegation"), post="/scuola/deleghe", kind="sign", sign=True),
        (people, until),
    )  # fmt: skip
    late = v.Notice(
        "wait",
        say("Nessuna delega in vigore.", "No delegation in force."),
        say(
            "Gli interventi su gestionale, copie e ripristini sono rifiutati finché il titolare non la firma.",
            "Sessions on the business software, backups and restores are refused until the titolare signs one.",
        ),
        "alert",
    )
    return d.Section(
        "delega",
        say("Delega per archivi e database", "Delegation for archives and database"),
        say(
            "Nomina chi, come amministratore di sistema, può trattare archivi e database (classi GEST, BKP e RST).",
            "It names who, as system administrator, may handle archives and database (classes GEST, BKP and RST).",
        ),
        notices=() if standing else (late,),
        lines=given,
        nothing=say("Ancora nessuna.", "None yet."),
        forms=(form,) if titolare and view.technicians else (),
    )


def _delegation(one: Delegated, view: SchoolView, reader: Reader, *, ends: bool) -> Line:
    say, said = reader.say, one.said
    people = words.both([words.name(view.technicians.get(p, p), reader) for p in said.persons], reader)
    day = date_of(said.not_after, reader)
    if one.ended:
        state = v.State("stop", say("revocata", "ended early"))
    elif one.stands(reader.now):
        state = v.State("ok", say(f"fino al {day}", f"until {day}"))
    else:
        state = v.State("stop", say(f"finita il {day}", f"ended on {day}"))
    end = v.Act(say("Revoca", "End it"), post=f"/scuola/deleghe/{said.delegation}/fine", kind="stop-line")
    acts = (end,) if ends and one.stands(reader.now) else ()
    return Line(people, f"{said.delegation}, SHA-256 {one.digest[:16]}…", acts=acts, state=state)


# --------------------------------------------------------------------------------------- clean-ups


def _clean_ups(view: SchoolView, who: Who, reader: Reader) -> d.Section:
    say, current = reader.say, view.school.current
    notices: tuple[v.Notice, ...] = ()
    forms: tuple[d.Form, ...] = ()
    acts: tuple[v.Act, ...] = ()
    if current is not None:
        late = current.due < view.today
        notices = (
            v.Notice(
                "stop" if late else "wait",
                say(
                    f"La pulizia va conclusa entro il {_on(current.due, reader)}.",
                    f"The clean-up is to be done by {_on(current.due, reader)}.",
                ),
                say(*_STATES[current.state]),
                "alert",
            ),
        )
        if who.role == "titolare" and current.state in ("due", "instructed"):
            forms = _instructing(current, reader)
        if who.role == "technician" and current.archives:
            forms, acts = (_counting(current, view, reader),), (_closing(current, view, reader),)
    return d.Section(
        "pulizia",
        say("Pulizia di fine anno scolastico", "Clean-up of the school year"),
        say(
            f"Cancella dati personali: serve l’istruzione firmata del titolare, che nomina gli archivi. Se questo server invia posta, "
            f"avvisa {AHEAD[0]} e {AHEAD[1]} giorni prima, il giorno stesso, poi ogni mese.",
            f"It erases personal data: it takes the titolare’s signed instruction, which names the archives. Where this server sends mail, it reminds "
            f"{AHEAD[0]} and {AHEAD[1]} days before, on the day, then each month.",
        ),
        notices,
        table=None if current is None or not current.archives else _table(current, reader),
        lines=tuple(_clean_up(one, view, who, reader) for one in reversed(view.school.clean_ups)),
        nothing=say("Ancora nessuna.", "None yet."),
        forms=forms,
        acts=acts,
    )  # fmt: skip


def _instructing(current: CleanUp, reader: Reader) -> tuple[d.Form, ...]:
    say = reader.say
    sign = v.Act(
        say("Leggi e firma l’istruzione", "Read and sign the instruction"),
        post=f"/scuola/pulizie/{current.id}", kind="sign", sign=True,
    )  # fmt: skip
    no = v.Act(
        say("Quest’anno non serve", "Not needed this year"), post=f"/scuola/pulizie/{current.id}/rifiuto"
    )
    names = d.Field(
        "archives", say("Archivi da pulire", "Archives to clean"), "text",
        hint=say("uno per riga", "one a line"), value="\n".join(current.archives),
    )  # fmt: skip
    reason = d.Field("reason", say("Perché", "Why"))
    return d.Form("instruction", sign, (names,)), d.Form("decline", no, (reason,))


def _counting(current: CleanUp, view: SchoolView, reader: Reader) -> d.Form:
    say = reader.say
    archives = tuple(v.Option(str(n), words.clean(name)) for n, name in enumerate(current.archives, 1))
    phases = tuple(v.Option(one, say(*pair)) for one, pair in _PHASES.items())
    return d.Form(
        "count",
        v.Act(say("Annota il conteggio", "Note the count"), post=f"{_base(view)}/pulizie/{current.id}/conteggi"),
        (
            d.Field("archive", say("Archivio", "Archive"), "choice", options=archives),
            d.Field("phase", say("Quando", "When"), "choice", options=phases),
            d.Field("rows", say("Righe", "Rows")),
        ),
    )  # fmt: skip


def _closing(current: CleanUp, view: SchoolView, reader: Reader) -> v.Act:
    say = reader.say
    why = say("Prima conti ogni archivio, prima e dopo.", "First count every archive, before and after.")
    label = say("Chiudi con il verbale", "Close with the minute")
    post = f"{_base(view)}/pulizie/{current.id}/fine"
    return v.Act(label, post=post, kind="act", blocked=why if current.uncounted else "")


def _table(current: CleanUp, reader: Reader) -> d.Table:
    say = reader.say
    head = (
        "N.",
        say("Archivio", "Archive"),
        say("Righe prima", "Rows before"),
        say("Righe dopo", "Rows after"),
    )
    rows = []
    for n, name in enumerate(current.archives, 1):
        counts = current.counts.get(n, {})
        cells = (words.thousands(counts[p], reader) if p in counts else "–" for p in _PHASES)
        rows.append((str(n), words.clean(name), *cells))
    return d.Table(head, tuple(rows))


def _clean_up(one: CleanUp, view: SchoolView, who: Who, reader: Reader) -> Line:
    say = reader.say
    kind = "ok" if one.state in ("closed", "declined") else "wait"
    minute = v.Act(
        say("Verbale, PDF", "Minute, PDF"), href=f"/fascicolo/{view.customer.id}/documenti/{one.minute}.pdf"
    )
    reads = one.minute is not None and who.role != "technician"
    return Line(
        say(f"Entro il {_on(one.due, reader)}", f"By {_on(one.due, reader)}"),
        say(f"archivi: {len(one.archives)}", f"archives: {len(one.archives)}"),
        "" if one.ended is None else date_of(one.ended, reader),
        acts=(minute,) if reads else (),
        state=v.State("ok" if kind == "ok" else "wait", say(*_STATES[one.state])),
    )  # fmt: skip


def _base(view: SchoolView) -> str:
    return f"/scuola/{view.customer.id}"


# ------------------------------------------------------------------------------------------- lists


def schools(
    views: Sequence[SchoolView], hours: Sequence[Hours], others: Sequence[Tenant], reader: Reader
) -> d.Dossier:
    """`hours` of each of `views`, this month's; empty for a reader who may not see them."""
    say = reader.say
    told = d.Section(
        "ore",
        say("Ore del mese per scuola", "Hours of the month by school"),
        table=_hours(hours, reader),
        acts=tuple(
            v.Act(say(f"Ore di {words.clean(one.customer)}", f"Hours of {words.clean(one.customer)}"), href=f"/clienti/{one.tenant}/ore")
            for one in hours
        ),
    )  # fmt: skip
    rest = d.Section(
        "altri",
        say("Altri clienti", "Other customers"),
        lines=tuple(
            Line(words.clean(one.name), "", acts=(v.Act(say("Apri", "Open"), href=f"/scuola/{one.id}"),))
            for one in others
        ),
    )
    first = d.Section(
        "scuole",
        say("Scuole", "Schools"),
        lines=tuple(_school(one, reader) for one in views),
        nothing=say("Ancora nessuna.", "None yet."),
    )
    sections = (first, *((told,) if hours else ()), *((rest,) if others else ()))
    back = v.Act(say("Torna all’inizio", "Back to the start"), href="/")
    return d.Dossier(say("Scuole", "Schools"), "", sections, back)


def _hours(hours: Sequence[Hours], reader: Reader) -> d.Table:
    say = reader.say
    head = (
        say("Scuola", "School"),
        say("Ore", "Hours"),
        say("Usate nell’anno", "Used in the year"),
        say("Restano", "Left"),
    )
    rows = []
    for one in hours:
        charges = one.found.charges
        year = charges.get("hours", [])
        told = (
            hours_of(charges["minutes"]) if "minutes" in charges else "–"
        )  # nothing is counted without a tariff
        used = "–" if not year else hours_of(year[-1]["used_before_minutes"] + year[-1]["used_now_minutes"])
        left = "–" if not year else hours_of(year[-1]["left_minutes"])
        rows.append((words.clean(one.customer), told, used, left))
    return d.Table(head, tuple(rows))


def _school(one: SchoolView, reader: Reader) -> Line:
    say, found = reader.say, one.school
    state = (
        v.State("ok", say("in esercizio", "in service"))
        if found.in_service is not None
        else v.State("wait", say("non ancora in esercizio", "not in service yet"))
    )
    lacks = []
    if found.open_rows:
        lacks.append(say(f"voci aperte: {len(found.open_rows)}", f"open rows: {len(found.open_rows)}"))
    if not found.delegated(reader.now):
        lacks.append(say("senza delega", "no delegation"))
    if found.current is not None:
        lacks.append(
            say(
                f"pulizia entro il {_on(found.current.due, reader)}",
                f"clean-up by {_on(found.current.due, reader)}",
            )
        )
    acts = (v.Act(say("Apri", "Open"), href=f"/scuola/{one.customer.id}"),)
    return Line(words.clean(one.customer.name), ", ".join(lacks), acts=acts, state=state)


def todos(found: School | None, now: datetime, reader: Reader) -> list[e.Todo]:
    """What the titolare of a school has to sign."""
    if found is None or not found.is_school:
        return []
    say, told = reader.say, []
    see = v.Act(say("Apri la scheda della scuola", "Open the school’s sheet"), href="/scuola", icon="pen")
    if not found.delegated(now):
        title = say(
            "Firmare la delega per archivi e database", "Sign the delegation for archives and database"
        )
        text = say(
            "Senza, il fornitore non può intervenire su gestionale, copie e ripristini.",
            "Without it the vendor cannot work on the business software, backups and restores.",
        )
        told.append(e.Todo("wait", title, text, (see,)))
    if found.current is not None and found.current.state == "due":
        day = _on(found.current.due, reader)
        title = say("Dire quali archivi pulire", "Say which archives to clean")
        text = say(
            f"La pulizia di fine anno scolastico va conclusa entro il {day}: la firma chi decide, non il fornitore.",
            f"The clean-up of the school year is to be done by {day}: whoever decides signs it, not the vendor.",
        )
        told.append(e.Todo("wait", title, text, (see,)))
    return told


def beforehand(lack: tuple[Why, frozenset[str]] | None, reader: Reader) -> str:
    """Which activities nobody can ask for now, and why, before somebody chooses one."""
    if lack is None:
        return ""
    why, codes = lack
    named = ", ".join(code for code in Activity.CODES if code in codes)
    sentence = reader.say(*sentences(Refused(why)))
    return reader.say(
        f"Ora non si chiede {named}. {sentence}", f"Not to be asked for now: {named}. {sentence}"
    )
