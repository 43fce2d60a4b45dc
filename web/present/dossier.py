"""A customer's dossier in words: retention, verifications, documents, people's requests, the end of the contract."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from broker.cases.review_accounts import Accounts
from broker.cases.see_dossier import DossierView, RightView, Run
from broker.domain.document import Issued, Kind
from broker.domain.leaving import GRACE
from broker.domain.people import MAY, Action, Who
from broker.domain.verification import Verification
from web import views as v
from web import views_dossier as d
from web.present import words
from web.present.erasing import hold_line
from web.present.reader import Pair, Reader
from web.present.rules import TERM_WORDS
from web.present.times import date_of
from web.views_duties import Line

KINDS: dict[Kind, Pair] = {
    "minute": ("Verbale della verifica annuale", "Minute of the yearly verification"),
    "dpa_annex": ("Allegato all’accordo sul trattamento", "Annex of the processing agreement"),
    "processing_register": ("Registro dei trattamenti, art. 30", "Register of processing, art. 30"),
    "measures": ("Scheda misure minime", "Sheet of minimum measures"),
    "suppliers_people": ("Persone del fornitore", "The vendor’s people"),
    "closing_certificate": ("Certificato di fine contratto", "Certificate of the contract’s end"),
    "clean_up_minute": ("Verbale della pulizia degli archivi", "Minute of the archive clean-up"),
}
PCI_MONTHS = 12
BY_HAND: tuple[Kind, ...] = ("dpa_annex", "processing_register", "measures", "suppliers_people")
RIGHTS: dict[str, Pair] = {
    "access": ("accesso ai dati (art. 15)", "access to data (art. 15)"),
    "erasure": ("cancellazione (art. 17)", "erasure (art. 17)"),
    "rectification": ("rettifica (art. 16)", "rectification (art. 16)"),
    "restriction": ("limitazione (art. 18)", "restriction (art. 18)"),
    "objection": ("opposizione (art. 21)", "objection (art. 21)"),
}
_ENDED: dict[str, Pair] = {
    "granted": ("accolta", "granted"),
    "in_part": ("accolta in parte", "granted in part"),
    "refused": ("respinta", "refused"),
}


def on(day: date, reader: Reader) -> str:
    return date_of(datetime.combine(day, time(12), UTC), reader)


def page(view: DossierView, who: Who, reader: Reader, slip: v.Slip | None = None) -> d.Dossier:
    say = reader.say
    sections = [_verifications(view, who, reader), _retention(view, reader), _documents(view, who, reader)]
    if who.role in ("titolare", "auditor"):
        sections.append(_rights(view, who, reader))
    sections.append(_leaving(view, who, reader))
    back = v.Act(say("Torna all’inizio", "Back to the start"), href="/gestione" if who.house else "/titolare")
    return d.Dossier(say("Fascicolo", "Dossier"), view.customer.name, tuple(sections), back, slip)


# ----------------------------------------------------------------------------------- verification


def _verifications(view: DossierView, who: Who, reader: Reader) -> d.Section:
    say, base = reader.say, _base(view)
    late = v.Notice(
        "stop",
        say("La verifica annuale manca da più di un anno.", "No yearly verification for more than a year."),
        say(
            "La fa il titolare, almeno una volta l’anno.",
            "The titolare does it, once a year at least.",
        ),
        "alert",
    )
    opens = who.role in MAY[Action.VERIFY_YEAR] and all(one.closed for one in view.verifications.found)
    year = view.today.replace(month=1, day=1)
    form = d.Form(
        "verification",
        v.Act(say("Estrai il campione", "Draw the sample"), post=f"{base}/verifiche"),
        (
            d.Field("first", say("Dal", "From"), "day", value=year.isoformat()),
            d.Field("until", say("Al", "To"), "day", value=view.today.isoformat()),
        ),
    )
    return d.Section(
        "verifiche",
        say("Verifica annuale degli amministratori", "Yearly verification of administrators"),
        say(
            "Il campione è estratto a sorte con la radice del registro: chiunque lo ricalcola. Non valuta chi lavora.",
            "The sample is drawn by lot from the log’s root: anybody can draw it again. It rates nobody’s work.",
        ),
        (late,) if view.verifications.overdue else (),
        lines=tuple(_verification(one, who, view, reader) for one in view.verifications.found),
        nothing=say("Ancora nessuna.", "None yet."),
        forms=(form,) if opens else (),
    )


def _verification(one: Verification, who: Who, view: DossierView, reader: Reader) -> Line:
    say = reader.say
    done = len(one.words)
    open_ = v.Act(say("Apri", "Open"), href=f"{_base(view)}/verifiche/{one.id}")
    good = one.conclusion == "compliant"
    state = (
        v.State("wait", say(f"giudicate {done} su {one.drawn}", f"{done} of {one.drawn} judged"))
        if one.closed is None
        else v.State("ok" if good else "stop", say("rispondenza", "compliant") if good else say("non rispondenza", "not compliant"))
    )  # fmt: skip
    return Line(
        say(
            f"Dal {on(one.first, reader)} al {on(one.until, reader)}",
            f"From {on(one.first, reader)} to {on(one.until, reader)}",
        ),
        say(f"aperta il {date_of(one.at, reader)}", f"opened on {date_of(one.at, reader)}"),
        acts=(open_,) if who.role in MAY[Action.SEE_SAMPLE] else (),
        state=state,
    )


# -------------------------------------------------------------------------------------- retention


def _retention(view: DossierView, reader: Reader) -> d.Section:
    say = reader.say
    rows = tuple(
        (
            say(*TERM_WORDS[one.retain]), words.months(one.months, reader), words.months(one.term.usual, reader),
            f"{one.term.shortest}–{one.term.longest}", str(one.count),
            "–" if one.next is None else on(one.next, reader),
        )
        for one in view.retention
    )  # fmt: skip
    head = (
        say("Che cosa", "What"), say("Termine", "Term"), say("Predefinito", "Default"),
        say("Limiti in mesi", "Bounds in months"), say("Presenti", "Held"), say("Primo a scadere", "First to go"),
    )  # fmt: skip
    lines = [_profile(view, reader), *(hold_line(one, reader) for one in view.holds)]
    return d.Section(
        "conservazione",
        say("Conservazione e cancellazioni", "Retention and erasures"),
        say(
            "I termini si cambiano nelle regole, con la firma del titolare. Ogni cancellazione è nel registro, che resta "
            "verificabile; ciò che è sospeso non si cancella.",
            "Terms are changed in the rules, with the titolare’s signature. Each erasure is in the log, which still "
            "verifies; what is on hold is not erased.",
        ),
        table=d.Table(head, rows),
        lines=(*lines, *(_run(one, reader) for one in view.runs)),
    )


def _profile(view: DossierView, reader: Reader) -> Line:
    """Whether the term of accesses is what PCI DSS asks for; the Garante's six months nobody can go below."""
    say = reader.say
    enough = next(one.months for one in view.retention if one.retain == "access") >= PCI_MONTHS
    state = (
        v.State("ok", say("rispettato", "met"))
        if enough
        else v.State("wait", say("non rispettato", "not met"))
    )
    return Line(
        say("Profilo PCI DSS 10.5.1", "Profile PCI DSS 10.5.1"),
        say("accessi conservati almeno 12 mesi", "accesses kept for twelve months at least"),
        state=state,
    )


def _run(one: Run, reader: Reader) -> Line:
    say = reader.say
    what = ", ".join(f"{say(*TERM_WORDS[name])}: {count}" for name, count in sorted(one.classes.items()))
    why = say("a termine", "at its term") if one.reason == "term" else say("per decisione", "by decision")
    return Line(say("Cancellati", "Erased"), f"{what} ({why}, n. {one.n})", date_of(one.at, reader))


# -------------------------------------------------------------------------------------- documents


def _documents(view: DossierView, who: Who, reader: Reader) -> d.Section:
    say = reader.say
    form = d.Form(
        "document",
        v.Act(say("Emetti", "Issue"), post=f"{_base(view)}/documenti"),
        (
            d.Field(
                "kind", say("Documento", "Document"), "choice",
                options=tuple(v.Option(one, say(*KINDS[one])) for one in BY_HAND),
            ),
        ),
    )  # fmt: skip
    return d.Section(
        "documenti",
        say("Documenti", "Documents"),
        say(
            "Generati dalle impostazioni in vigore. Se cambiano, ne esce da sé una nuova versione; le precedenti restano.",
            "Made from the settings in force. When those change a new version is issued; earlier ones are kept.",
        ),
        lines=tuple(_issued(one, who, view, reader) for one in view.issued),
        nothing=say("Ancora nessuno.", "None yet."),
        forms=(form,) if who.role in MAY[Action.ISSUE_DOCUMENT] else (),
    )


def _issued(one: Issued, who: Who, view: DossierView, reader: Reader) -> Line:
    say = reader.say
    shut = one.kind == "minute" and who.role not in ("titolare", "auditor")
    get = v.Act("PDF", href=f"{_base(view)}/documenti/{one.n}.pdf")
    return Line(
        say(*KINDS[one.kind]),
        say(
            f"versione {one.version}, registrazione n. {one.n}", f"version {one.version}, record no. {one.n}"
        ),
        date_of(one.at, reader),
        () if shut else (get,),
    )


# ----------------------------------------------------------------------------------------- rights


def _rights(view: DossierView, who: Who, reader: Reader) -> d.Section:
    say = reader.say
    nobody = v.Option("", say("non ha un’utenza qui", "has no account here"))
    form = d.Form(
        "right",
        v.Act(say("Annota la richiesta", "Note the request"), post=f"{_base(view)}/diritti"),
        (
            d.Field("person", say("Nome di chi chiede", "Name of who asks")),
            d.Field("subject", say("Utenza", "Account"), "choice", needed=False,
                    options=(nobody, *(v.Option(one, name) for one, name in sorted(view.people.items(), key=lambda kv: kv[1])))),
            d.Field("asked", say("Che cosa chiede", "What is asked"), "choice",
                    options=tuple(v.Option(one, say(*said)) for one, said in RIGHTS.items())),
            d.Field("received", say("Ricevuta il", "Received on"), "day", value=view.today.isoformat()),
            d.Field("words", say("Con quali parole", "In which words"), "text", needed=False),
        ),
    )  # fmt: skip
    return d.Section(
        "diritti",
        say("Richieste degli interessati", "Requests of people concerned"),
        say("Si risponde entro un mese; una volta sola si proroga di due.", "Answered within a month; once put off by two."),
        lines=tuple(_right(one, view, who, reader) for one in view.rights),
        nothing=say("Nessuna.", "None."),
        forms=(form,) if who.role in MAY[Action.ANSWER_RIGHT] else (),
    )  # fmt: skip


def _right(one: RightView, view: DossierView, who: Who, reader: Reader) -> Line:
    say, right = reader.say, one.right
    due = on(right.due, reader)
    if right.outcome is not None:
        state = v.State("ok", say(*_ENDED[right.outcome]))
    elif right.late(view.today):
        state = v.State("stop", say(f"scaduta il {due}", f"was due on {due}"))
    else:
        state = v.State("wait", say(f"entro il {due}", f"due on {due}"))
    address = f"{_base(view)}/diritti/{right.id}"
    acts = (v.Act(say("Apri", "Open"), href=address),) if who.role in MAY[Action.ANSWER_RIGHT] else ()
    small = say(f"ricevuta il {on(right.received, reader)}", f"received on {on(right.received, reader)}")
    name = one.person or say("cancellato", "erased")
    return Line(f"{name}: {say(*RIGHTS[right.asked])}", small, acts=acts, state=state)


# ---------------------------------------------------------------------------------------- leaving


def _leaving(view: DossierView, who: Who, reader: Reader) -> d.Section:
    say, base, found = reader.say, _base(view), view.leaving
    begin = v.Act(say("Avvia l’uscita", "Begin off-boarding"), post=f"{base}/uscita/avvia", kind="stop-line")
    confirm = v.Act(say("Conferma", "Confirm"), post=f"{base}/uscita/conferma", kind="stop-line")
    stop = v.Act(say("Ferma", "Stop it"), post=f"{base}/uscita/ferma")
    lines: tuple[Line, ...] = ()
    acts: tuple[v.Act, ...] = (begin,)
    if found is not None and found.state != "stopped":
        by = view.names.get(found.by, found.by)
        said = {
            "begun": say(f"avviata da {by}, manca la conferma di un’altra persona", f"begun by {by}, another person has to confirm it"),
            "confirmed": "" if found.last is None else say(f"si può fermare fino al {on(found.last, reader)}", f"can be stopped until {on(found.last, reader)}"),
            "left": say("compiuta: valgono i termini più brevi", "done: the shortest terms count"),
        }[found.state]  # fmt: skip
        lines = (Line(say("Uscita del cliente", "Off-boarding"), said, date_of(found.at, reader)),)
        own = who.person == found.by
        acts = {
            "begun": (stop,) if own or "titolare" not in (found.side, who.role) else (confirm, stop),
            "confirmed": (stop,),
            "left": (),
        }[found.state]
    return d.Section(
        "uscita",
        say("Fine del contratto", "End of the contract"),
        say(
            f"La avvia una persona e la conferma un’altra, il titolare tra le due; poi {GRACE.days} giorni per scaricare i pacchetti e ripensarci. Dopo "
            "si cancella tutto, distruggendo le chiavi, tranne ciò che la legge conserva: accessi sei mesi, "
            "autorizzazioni e rapporti dodici. Il certificato lo elenca.",
            f"One person begins it and another confirms it, the titolare one of the two; then {GRACE.days} days to take the bundles and think again. After that "
            "everything is erased by destroying keys, but for what the law keeps: accesses six months, authorisations "
            "and reports twelve. The certificate lists it.",
        ),
        lines=lines,
        acts=acts if who.role in MAY[Action.LET_GO] else (),
    )


def _base(view: DossierView) -> str:
    return f"/fascicolo/{view.customer.id}"


def accounts(view: Accounts, reader: Reader, slip: v.Slip | None = None) -> d.Dossier:
    """Who can come in, to be looked at every half year."""
    say = reader.say
    due = on(view.due, reader)
    late = v.Notice(
        "wait", say(f"Il riesame era da fare entro il {due}.", f"The review was due by {due}."), "", "alert"
    )
    form = d.Form(
        "accounts",
        v.Act(say("Ho riesaminato tutte le utenze", "I have reviewed every account"), post="/utenze"),
        (),
        tuple(("kept", one.id) for one in view.people),
    )  # fmt: skip
    section = d.Section(
        "utenze",
        say("Chi può entrare", "Who can come in"),
        say(
            "Ogni sei mesi: chi non deve più entrare si toglie prima, dalla pagina delle persone.",
            "Every six months: whoever should come in no more is removed first, on the page of people.",
        ),
        (late,) if view.late else (),
        lines=tuple(Line(one.name, one.function) for one in view.people),
        forms=(form,),
    )
    last = (
        say("Mai riesaminate", "Never reviewed")
        if view.last is None
        else say(f"Riesaminate il {on(view.last, reader)}", f"Reviewed on {on(view.last, reader)}")
    )
    sub = f"{last}; {say(f'prossimo entro il {due}', f'next by {due}')}"
    return d.Dossier(say("Riesame delle utenze", "Review of accounts"), sub, (section,), v.Act(say("Torna alle persone", "Back to people"), href="/persone"), slip)  # fmt: skip
