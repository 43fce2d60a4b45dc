"""Papers and what lacks of them in words: on a customer's page of duties, beside a request, in a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from broker.api.refusals import sentences
from broker.cases.see_duties import DutiesView, SubprocessorView
from broker.cases.see_technicians import TechnicianView
from broker.cases.set_matrix import MOST_NAMED
from broker.domain.category import APPOINTMENTS, Category, Validity
from broker.domain.papers import OF_PEOPLE, Filed
from broker.domain.people import MAY, Action, Who
from broker.domain.preconditions import Lack, Terms
from broker.domain.refusal import Refused, Why
from broker.domain.register import ROWS, Subprocessor
from web import views as v
from web import views_duties as d
from web import views_owner as o
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import date_of

KINDS: dict[str, Pair] = {
    "dpia": ("Valutazione d’impatto (art. 35)", "Impact assessment (art. 35)"),
    "dpa": ("Accordo sul trattamento dei dati (art. 28)", "Data processing agreement (art. 28)"),
    "confidentiality": ("Impegno alla riservatezza", "Confidentiality agreement"),
    "training": ("Formazione sulla protezione dei dati", "Training on data protection"),
    "appointment": ("Nomina ad amministratore di sistema", "Appointment as system administrator"),
    "contract": ("Contratto che contiene la nomina", "Contract that holds the appointment"),
    "resolution": ("Delibera di nomina", "Resolution of appointment"),
}
LACKS: dict[Why, Pair] = {
    Why.DPA_MISSING: ("l’accordo sul trattamento", "the data processing agreement"),
    Why.MATRIX_MISSING: ("la matrice delle responsabilità", "the responsibility matrix"),
    Why.CONFIDENTIALITY_MISSING: ("la riservatezza del tecnico", "the technician’s confidentiality"),
    Why.TRAINING_MISSING: ("la formazione del tecnico", "the technician’s training"),
    Why.SCHOOL_NOT_IN_SERVICE: ("l’entrata in esercizio della scuola", "the school’s going in service"),
    Why.ARCHIVES_DELEGATION_MISSING: ("la delega per gli archivi", "the delegation for the archives"),
    Why.SUBPROCESSOR_NOT_LISTED: ("il sì al sub-responsabile", "leave for the sub-processor"),
}
MATRIX: dict[str, Pair] = {
    "authorise": ("Chi autorizza", "Who authorises"),
    "supervise": ("Chi sorveglia", "Who supervises"),
    "train": ("Chi forma gli utenti", "Who trains the users"),
    "credentials": ("Chi custodisce le credenziali", "Who keeps the credentials"),
}


def badge(category: Category, reader: Reader) -> v.Badge:
    return v.Badge(reader.say(f"Categoria {category}", f"Category {category}"), "ok" if category == 1 else "")


def kind_of(kind: str, reader: Reader) -> str:
    return reader.say(*KINDS[kind]) if kind in KINDS else kind


def day(text: str) -> str:
    """A local day as people write it."""
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def lack(one: Lack, block: date, reader: Reader) -> v.Notice:
    """What lacks, who gives it, and whether it blocks already."""
    said = reader.say(*sentences(Refused(one.code)))
    since = f"{block:%d/%m/%Y}"
    if one.blocks:
        return v.Notice(
            "stop", said, reader.say("Senza, nessuno si collega.", "Without it nobody connects."), "alert"
        )
    from_ = reader.say(
        f"Fino al {since} si segnala e va nel rapporto; da quel giorno nessuno si collega.",
        f"Until {since} it is told and printed in the report; from that day on nobody connects.",
    )
    return v.Notice("wait", said, from_, "alert")


def notices(lacks: Sequence[Lack], block: date, reader: Reader) -> tuple[v.Notice, ...]:
    return tuple(lack(one, block, reader) for one in lacks)


def short(lacks: Sequence[Lack], reader: Reader) -> str:
    """Of a list: the things that lack, by name."""
    return words.both([reader.say(*LACKS[one.code]) for one in lacks], reader)


def named(code: str, reader: Reader) -> str:
    """What lacks, by the code of a record; one that we do not give stands for itself."""
    return next((reader.say(*said) for why, said in LACKS.items() if why.value == code), code)


def state(lacks: Sequence[Lack], block: date, reader: Reader) -> v.State:
    if any(one.blocks for one in lacks):
        return v.State("stop", reader.say("Bloccato", "Blocked"))
    if lacks:
        since = f"{block:%d/%m/%Y}"
        return v.State("wait", reader.say(f"Blocca dal {since}", f"Blocks from {since}"))
    return v.State("ok", reader.say("In regola", "In order"))


def owed(
    files: Sequence[DutiesView], technicians: Sequence[TechnicianView], reader: Reader
) -> tuple[o.Duty, ...]:
    """What the vendor's owner has still to see to: of each customer, and of his own people."""
    say = reader.say
    found = []
    for one in files:
        if one.lacks:
            customer, said = words.clean(one.customer.name), short(one.lacks, reader)
            what = say(f"{customer}: manca {said}", f"{customer}: {said} missing")
            small = say("Si mette agli atti da Adempimenti.", "Filed at Duties.")
            found.append(
                o.Duty(state(one.lacks, one.block, reader), what, small, f"/adempimenti/{one.customer.id}")
            )
    for his in technicians:
        if his.lacks:
            said = short([Lack(code, blocks=False) for code in his.lacks], reader)
            name = words.clean(his.name)
            what = say(f"{name}: manca {said}", f"{name}: {said} missing")
            mend = say("Blocca dal giorno di ogni cliente.", "It blocks from each customer’s day on.")
            found.append(o.Duty(v.State("wait", say("manca", "missing")), what, mend, "/adempimenti"))
    return tuple(found)


def filed(one: Filed, today: date, reader: Reader, act: v.Act | None) -> d.Line:
    paper, say = one.paper, reader.say
    small = say(f"{paper.reference}, del {day(paper.dated)}", f"{paper.reference}, of {day(paper.dated)}")
    if paper.file is not None:
        small += f", SHA-256 {paper.file[:16]}…"
    right = "" if one.until is None else say(f"fino al {day(one.until)}", f"until {day(one.until)}")
    good = v.State("ok", say("Agli atti", "On file"))
    ended = v.State("stop", say("Finito", "Ended"))
    return d.Line(
        kind_of(paper.kind, reader),
        small,
        right,
        () if act is None else (act,),
        good if one.holds(today) else ended,
    )


def withdraw(base: str, one: Filed, reader: Reader) -> v.Act:
    return v.Act(reader.say("Togli dagli atti", "Take off file"), post=f"{base}/documenti/{one.id}/togli")


def matrix_lines(terms: Terms, names: dict[str, str], reader: Reader) -> tuple[v.Fact, ...]:
    """The matrix as facts, beside a request; empty where none is asked for, or nobody has laid it down."""
    if terms.category == 1 or not terms.matrix.whole:
        return ()
    rows = terms.matrix.rows
    return tuple(v.Fact(reader.say(*MATRIX[row]), _named(rows[row], names, reader)) for row in ROWS)


def _named(people: Sequence[str], names: dict[str, str], reader: Reader) -> str:
    return words.both([words.name(names.get(one, one), reader) for one in people], reader)


# ------------------------------------------------------------------------------------- one customer


def page(
    view: DutiesView, companies: Sequence[Subprocessor], who: Who, reader: Reader, slip: v.Slip | None
) -> d.Duties:
    """`companies`: of the vendor's list, those that can be announced; none for a reader who may not."""
    say, base = reader.say, f"/adempimenti/{view.customer.id}"
    files, owns = who.role in MAY[Action.FILE_PAPER], who.tenant == view.customer.id
    titolare = owns and who.role == "titolare"
    customer = words.clean(view.customer.name)
    whole, every = view.technicians
    return d.Duties(
        title=say(f"Adempimenti di {customer}", f"Duties of {customer}"),
        category=badge(view.category, reader),
        lacks=notices(view.lacks, view.block, reader),
        day=_block(view, reader),
        filed=tuple(
            filed(one, view.today, reader, withdraw(base, one, reader) if files else None)
            for one in view.filed
        ),
        paper=d.PaperForm(
            v.Act(say("Metti agli atti l’accordo", "File the agreement"), post=f"{base}/accordo")
        )
        if files
        else None,
        categories=tuple(_validity(one, reader) for one in reversed(view.categories)),
        set_category=d.PaperForm(
            v.Act(say("Stabilisci la categoria", "Set the category"), post=f"{base}/categoria"),
            tuple(v.Option(kind, kind_of(kind, reader)) for kind in APPOINTMENTS),
        )
        if files
        else None,
        matrix=_rows(view, reader, choose=titolare),
        matrix_note=_matrix_note(view, reader),
        set_matrix=v.Act(say("Stabilisci la matrice", "Lay down the matrix"), post="/adempimenti/matrice")
        if titolare
        else None,
        companies=tuple(_company(one, reader, answers=titolare) for one in view.subprocessors),
        announce=v.Act(
            say("Comunica al titolare", "Announce to the titolare"), post=f"{base}/sub-responsabili"
        )
        if companies
        else None,
        known=tuple(v.Option(one.id, words.clean(f"{one.name}, {one.place}")) for one in companies),
        set_day=v.Act(say("Cambia il giorno", "Change the day"), post="/adempimenti/giorno")
        if titolare
        else None,
        block=view.block.isoformat(),
        technicians=say(
            f"Tecnici del fornitore con riservatezza e formazione agli atti: {whole} di {every}.",
            f"Technicians of the vendor with confidentiality and training on file: {whole} of {every}.",
        ),
        dossier=v.Act(say("Fascicolo", "Dossier"), href=f"/fascicolo/{view.customer.id}")
        if who.role in MAY[Action.SEE_DOSSIER]
        else None,
        slip=slip,
    )


def _block(view: DutiesView, reader: Reader) -> str:
    since = f"{view.block:%d/%m/%Y}"
    if view.today >= view.block:
        return reader.say(f"Dal {since} ciò che manca blocca.", f"Since {since} what lacks blocks.")
    why = reader.say("stabilito dal titolare", "set by the titolare")
    if not view.set_block:
        why = reader.say("90 giorni dall’arrivo del cliente", "90 days after the customer came")
    return reader.say(
        f"Fino al {since} ciò che manca si segnala soltanto ({why}).",
        f"Until {since} what lacks is only told ({why}).",
    )


def _validity(one: Validity, reader: Reader) -> d.Line:
    say, since = reader.say, date_of(one.since, reader)
    right = say(f"dal {since}", f"from {since}")
    if one.until is not None:
        until = date_of(one.until, reader)
        right += say(f" al {until}", f" to {until}")
    paper = one.paper
    small = ""
    if paper is not None:
        small = f"{kind_of(paper.kind, reader)}: {paper.reference}, {day(paper.dated)}"
    return d.Line(badge(one.category, reader).word, small, right)


def _rows(view: DutiesView, reader: Reader, *, choose: bool) -> tuple[d.MatrixRow, ...]:
    found = []
    for row in ROWS:
        chosen = view.matrix.rows[row]
        able = [one for one in view.people if row != "authorise" or one != view.vendor]
        people = tuple(
            v.Option(one, words.clean(view.people[one]), chosen=one in chosen)
            for one in able[: MOST_NAMED * 4]
        )
        named = _named(chosen, view.people, reader) if chosen else reader.say("nessuno", "nobody")
        found.append(d.MatrixRow(row, reader.say(*MATRIX[row]), named, people if choose else ()))
    return tuple(found)


def _matrix_note(view: DutiesView, reader: Reader) -> str:
    if view.category == 1:
        return reader.say(
            "In categoria 1 non serve: il fornitore è l’amministratore di sistema.",
            "Category 1 needs none: the vendor is the system administrator.",
        )
    return reader.say(
        "In categoria 2 la stabilisce il titolare, riga per riga; chi chiede e chi autorizza la vede.",
        "In category 2 the titolare lays it down, row by row; whoever asks and whoever authorises sees it.",
    )


def _company(one: SubprocessorView, reader: Reader, *, answers: bool) -> d.Line:
    say, told = reader.say, one.announced
    how = say("autorizzazione generale", "general authorisation")
    right = say(f"preavviso fino al {day(told.notice)}", f"notice until {day(told.notice)}")
    if told.authorisation == "specific":
        how, right = say("autorizzazione specifica", "specific authorisation"), ""
    word = {
        None: v.State("wait", say("In attesa", "Waiting")),
        "agreed": v.State("ok", say("Ammesso", "Let in")),
        "objected": v.State("stop", say("Opposizione", "Objected to")),
    }[told.answer if told.answer in ("agreed", "objected") else None]
    if one.counts and told.answer is None:
        word = v.State("ok", say("Attivo", "Active"))
    base = f"/adempimenti/sub-responsabili/{one.company.id}"
    acts = (
        v.Act(say("Acconsento", "I agree"), post=f"{base}/agreed"),
        v.Act(say("Mi oppongo", "I object"), post=f"{base}/objected", kind="stop-line"),
    )
    left = [act for act, said in zip(acts, ("agreed", "objected"), strict=True) if said != told.answer]
    place = words.clean(one.company.place)
    return d.Line(
        words.clean(one.company.name), f"{place}; {how}", right, tuple(left) if answers else (), word
    )


def kinds_of_people(reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(kind, kind_of(kind, reader)) for kind in OF_PEOPLE)
