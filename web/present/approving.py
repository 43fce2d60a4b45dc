"""What an approver reads: the whole request in plain words, and what became of his answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit import instant
from audit.approvers import Approver
from audit.pins import in_force
from audit.request_records import ApprovalGiven
from audit.signin_records import IdentityShown
from broker.cases.see_proofs import Door
from broker.cases.see_requests import RequestView
from broker.domain.declared import Over, Presumed
from broker.domain.people import Who
from broker.domain.request import Approved, AwaitingApproval, Lapsed, Opened, Rejected, Supervised
from broker.domain.session import Granted, Live
from web import views as v
from web.present import bare, clarifying, erasing, papers, signatures, signin, words
from web.present.declaring import activities, declaration, declared, last_hour, written
from web.present.facts import label, under
from web.present.reader import Reader
from web.present.requests import state_of
from web.present.times import length, moment, span, until

_STATES = {
    "awaiting_approval": "waiting",
    "approved": "signed",
    "supervised": "signed",
    "opened": "signed",
    "rejected": "refused",
    "lapsed": "lapsed",
    "withdrawn": "withdrawn",
    "revoked": "revoked",
    "solved_by_customer": "withdrawn",
}


def approve(
    view: RequestView, who: Who, reader: Reader, slip: v.Slip | None = None, doors: Sequence[Door] = ()
) -> v.Approve:
    found, statement, texts = view.line.found, view.line.found.asked.statement, view.line.texts
    said, say = declared(view.line, reader), reader.say
    can, cannot = words.powers(statement.channels, last_hour(said, reader), reader)
    without = said.bare is not None
    base = f"/richieste/{found.asked.id}"
    mine = any(g.approval.approver == who.person for g in view.given)
    waiting = isinstance(found, AwaitingApproval)
    answered_here = waiting and mine
    digest = words.digest(found.asked.digest)
    closed = state_of(view.line, reader).word.lower()
    return v.Approve(
        state="signed" if answered_here else _STATES[found.STATE],  # type: ignore[arg-type]
        word=_word(view, who, reader),
        when=_when(view, reader),
        title=_title(view, who, reader),
        by=words.clean(texts.organisation_name),
        asked=_asked(view, who, reader),
        facts=_facts(view, reader),
        can=can,
        cannot=() if without else cannot,  # nobody keeps him from anything there
        # What is signed are the exact bytes, shown again by the signing page.
        sheet=declaration(said, reader, right=statement.incident, digest=digest),
        digest=digest,
        administrator=statement.account.administrator and not without,
        watch=_watch(view, who, reader) if waiting else (),
        approve=_approve(view, who, base, reader),
        refuse=None if who.house else v.Act(say("Rifiuta", "Refuse"), post=f"{base}/rifiuto"),
        solve=v.Act(say("Lo risolvo io", "I will fix it myself"), post=f"{base}/risolta")
        if who.role == "ads"
        else None,
        explain=_explain(found, who, base, reader),
        explained=words.clean(view.note) if isinstance(found, Rejected) else "",
        slip=slip,
        revoke=_revoke(view, who, base, reader, mine=mine),
        next=_next(view, who, base, reader),
        missing=_missing(view, reader),
        papers=(
            *((bare.notice(reader),) if without else ()),
            *(papers.notices(view.line.line.papers, view.terms.block, reader) if waiting else ()),
        ),
        matrix=papers.matrix_lines(view.terms, view.names, reader),
        receipt=_receipt(view, reader),
        said=_said(view, reader),
        closed_as=say(f"chiusa come «{closed}»", f"closed as “{closed}”"),
        erase=erasing.act(view, who, base, reader),
        erase_note=say(
            "Dati personali: i testi si cancellano da soli a termine. Prima, solo con la sua firma.",
            "Personal data: texts are erased at their term by themselves. Earlier, only with your signature.",
        ),
        hold=v.Act(say("Sospendi la cancellazione", "Put erasure on hold"), href=f"{base}/sospendi")
        if who.role == "titolare" and not waiting
        else None,
        identity=_ways(doors, base, reader) if waiting else (),
        identified=tuple(identities(view, reader)),
        thread=clarifying.thread(view, who, reader, slip),
    )


def _ways(doors: Sequence[Door], base: str, reader: Reader) -> tuple[v.Act, ...]:
    """By what he may show who he is, before he signs."""
    return tuple(
        v.Act(
            reader.say(f"Mostra chi è con {name}", f"Show who you are with {name}"),
            post=f"{base}/identita/{one.provider.id}",
        )
        for one in doors
        if one.linked is not None and one.provider.national and (name := words.clean(one.provider.name))
    )


def identities(view: RequestView, reader: Reader) -> Iterator[str]:
    """Who showed by SPID or CIE who he is, beside a signature: evidence, and no key."""
    for leaf in view.feed:
        if isinstance(leaf.record, IdentityShown):
            one = leaf.record
            name = words.name(view.names.get(one.person, one.person), reader)
            how = f"{one.kind.upper()}, {signin.level(one.acr, reader)}"
            at = moment(instant.parse(one.shown), reader)
            yield reader.say(
                f"{name} ha mostrato chi è con {how}, {at}: con la sua firma, prova E4.",
                f"{name} showed who it is with {how}, {at}: with the signature, evidence E4.",
            )


def _asked(view: RequestView, who: Who, reader: Reader) -> str:
    """When, and how long it has waited; to the customer's own administrator, who is told first, what he may do
    (S-33)."""
    created = view.line.found.asked.statement.created
    at, passed = moment(created, reader), length((reader.now - created).total_seconds())
    asked = reader.say(f"Richiesta di {at}.", f"Asked {at}.")
    if not isinstance(view.line.found, AwaitingApproval):
        return asked
    waited = asked + reader.say(f" Aspetta da {passed}.", f" Waiting for {passed}.")
    if who.role != "ads" or view.terms.category == 1:
        return waited
    return waited + reader.say(
        " Tocca prima a lei, come ADS: può risolverlo da sé o autorizzare il fornitore.",
        " You come first, as the ADS: you can solve it yourself or authorise the vendor.",
    )


def _word(view: RequestView, who: Who, reader: Reader) -> v.State:
    found, say = view.line.found, reader.say
    if isinstance(found, AwaitingApproval):
        if any(g.approval.approver == who.person for g in view.given):
            return v.State(
                "wait", say("Firmata da lei, ne manca un’altra", "Signed by you, one more is missing")
            )
        return v.State("wait", say("Aspetta la sua decisione", "Awaiting your decision"))
    if isinstance(found, Approved | Supervised | Opened):
        return v.State("ok", say("Firmata", "Signed"))
    return state_of(view.line, reader)


def _when(view: RequestView, reader: Reader) -> str:
    found = view.line.found
    if isinstance(found, AwaitingApproval | Lapsed):
        return until(found.asked.statement.not_after, reader, zone=True)
    return moment(found.answer.at, reader, zone=True)


def _title(view: RequestView, who: Who, reader: Reader) -> str:
    found, texts, say = view.line.found, view.line.texts, reader.say
    technician, host = words.name(texts.technician_name, reader), words.clean(texts.host_label)
    by = getattr(getattr(found, "answer", None), "by", "")
    mine, name = by == who.person, words.name(view.names.get(by, ""), reader)
    name = say("Lei", "You") if mine else name
    has = "have" if mine else "has"
    nobody = say("Nessuno si collegherà.", "Nobody will connect.")
    match found.STATE:
        case "awaiting_approval":
            return say(
                f"{technician} chiede di collegarsi a {host}", f"{technician} asks to connect to {host}"
            )
        case "approved" | "supervised":
            end = until(found.asked.statement.not_after, reader, zone=True)
            return say(
                f"{technician} può collegarsi a {host} {end}", f"{technician} may connect to {host} {end}"
            )
        case "opened":
            return say(
                f"{technician} ha usato l’autorizzazione su {host}",
                f"{technician} has used the authorisation on {host}",
            )
        case "rejected":
            return say(f"{name} ha rifiutato.", f"{name} {has} refused.") + f" {nobody}"
        case "lapsed":
            return say(
                "Il tempo per rispondere è finito. Nessuno si è collegato.",
                "The time to answer is over. Nobody has connected.",
            )
        case "revoked":
            return say(f"{name} ha revocato l’autorizzazione.", f"{name} {has} revoked the authorisation.")
        case "solved_by_customer":
            solved = say(f"{name} la risolve senza il fornitore.", f"{name} will fix it without the vendor.")
            return f"{solved} {nobody}"
        case _:
            return (
                say(f"{technician} ha ritirato la richiesta.", f"{technician} has withdrawn the request.")
                + f" {nobody}"
            )


def _facts(view: RequestView, reader: Reader) -> tuple[v.Fact, ...]:
    statement, say = view.line.found.asked.statement, reader.say
    lasts, host = length(statement.longest_s), bare.bare_of(view)
    facts = [
        v.Fact(say("Perché", "Why"), written(view.line, reader), statement.incident),
        v.Fact(
            say("Quando", "When"),
            words.capital(span(statement.not_before, statement.not_after, reader)) + ".",
            say(f"Al massimo {lasts}, poi si chiude da sola.", f"At most {lasts}, then it closes by itself.")
            if host is None
            else say(f"Al massimo {lasts}. Nessuno la chiude.", f"At most {lasts}. Nobody closes it."),
            strong=True,
        ),
        v.Fact(say("Utente", "Account"), statement.account.name, mono=True)
        if host is None
        else v.Fact(say("Macchina senza agente", "Host without an agent"), bare.place_of(host, reader)),
        v.Fact(say("Attività", "Activities"), activities(statement.activities, reader)),
        v.Fact(
            say("Registrata?", "Recorded?"),
            "No.",
            say(
                "Restano nel registro i fatti: inizio, fine, quantità.",
                "The log keeps the facts: start, end, amounts.",
            )
            if host is None
            else say(
                "Resta nel registro ciò che il tecnico dichiara.",
                "The log keeps what the technician declares.",
            ),
            strong=True,
        ),
    ]
    if view.host is not None and view.host.confirmed is False:
        unsure = say(
            "Nessuno di voi ha digitato l’impronta su quella macchina.",
            "None of you has typed the fingerprint at that host.",
        )
        facts.append(
            v.Fact(say("Chiavi", "Keys"), say("Non confermate.", "Not confirmed."), unsure, strong=True)
        )
    return tuple(facts)


def _watch(view: RequestView, who: Who, reader: Reader) -> tuple[v.Option, ...]:
    say = reader.say
    if view.line.found.asked.declared:
        required = view.policy is None or view.policy.supervision == "required"
        nobody = say("Nessuno può guardare", "Nobody can watch")
        return (v.Option("waived", nobody, chosen=not required, disabled=required),)
    options = [] if who.house else [v.Option("self", say("Guardo io", "I watch"), chosen=True)]
    for one in view.watchers:
        if one.id != who.person:
            name = f"{words.clean(one.name)} ({words.coded(words.ROLES, one.role, reader)})"
            options.append(v.Option(one.id, say(f"Guarda {name}", f"{name} watches")))
    required = view.policy is None or view.policy.supervision == "required"
    label_ = say("Nessuno guarda", "Nobody watches")
    if required:
        label_ += say(" (le sue regole non lo permettono)", " (your rules do not allow it)")
    options.append(v.Option("waived", label_, disabled=required, chosen=who.house and not required))
    return tuple(options)


def _approve(view: RequestView, who: Who, base: str, reader: Reader) -> v.Act | None:
    if not isinstance(view.line.found, AwaitingApproval):
        return None
    say = reader.say
    lines: list[Approver] = (
        [] if view.approvers is None else [a for a in view.approvers.approvers if a.person == who.person]
    )
    blocked = ""
    if not lines:
        blocked = say(
            "Il titolare non l’ha ancora nominata fra chi può autorizzare: firma l’elenco dalla sua pagina del mese. "
            "Resti qui, poi il pulsante si accende da sé.",
            "The titolare has not yet named you among those who may authorise: he signs the list on his page of the "
            "month. Stay here: the button then lights up by itself.",
        )
    elif not any(in_force(line, reader.now) for line in lines):
        blocked = say(
            "La sua nomina è scaduta. La rinnova il titolare.",
            "Your appointment has ended. The titolare can renew it.",
        )
    word = say("Autorizza con passkey", "Authorise with passkey")
    if who.house:
        word = say("Autorizza in mandato con passkey", "Authorise under the mandate with passkey")
    return v.Act(word, post=f"{base}/autorizza", kind="sign", sign=True, blocked=blocked)


def _explain(found: object, who: Who, base: str, reader: Reader) -> v.Act | None:
    if isinstance(found, Rejected) and not found.explained and found.answer.by == who.person:
        return v.Act(reader.say("Invia il motivo", "Send the reason"), post=f"{base}/motivo")
    return None


def _revoke(view: RequestView, who: Who, base: str, reader: Reader, *, mine: bool) -> v.Act | None:
    if who.house:
        return None  # his to take back is the request
    found, session = view.line.found, view.line.session
    running = session is None or isinstance(session, Granted | Live)
    running = running and not isinstance(view.line.declared, Over | Presumed)
    allowed = isinstance(found, Approved | Supervised) or (isinstance(found, AwaitingApproval) and mine)
    if allowed or (isinstance(found, Opened) and running):
        return revoke(base, reader)
    return None


def revoke(base: str, reader: Reader) -> v.Act:
    """To the page that asks before the yes is taken back. `base`: the request's address."""
    word = reader.say("Revoca l’autorizzazione", "Revoke authorisation")
    return v.Act(word, href=f"{base}/revoca", kind="stop-line", icon="undo")


def supervise(base: str, reader: Reader) -> v.Act:
    """*Prendo in carico la supervisione*: this page makes a key, the passkey signs for it. `base`: the request's
    address."""
    return v.Act(
        reader.say("Prendo in carico la supervisione", "I take over supervision"),
        post=f"{base}/supervisione",
        kind="act",
        icon="eye",
        sign=True,
        page_key=reader.say(
            "Questo browser non può creare la chiave della pagina. Ne usi uno aggiornato, e non in incognito.",
            "This browser cannot make the page’s key. Use an up-to-date one, and no private window.",
        ),
    )


def _next(view: RequestView, who: Who, base: str, reader: Reader) -> v.Act | None:
    found, session, say = view.line.found, view.line.session, reader.say
    if isinstance(session, Live):
        watch = say("Guarda la sessione", "Watch the session")
        return v.Act(watch, href=f"/sessioni/{session.permit.id}/diretta", kind="act", icon="eye")
    if isinstance(found, Approved) and found.watcher == who.person:
        return supervise(base, reader)
    if session is not None and session.STATE in ("ended", "presumed_ended"):
        see = say("Vedi i fatti della sessione", "See the facts of the session")
        return v.Act(see, href=f"/sessioni/{session.permit.id}/diretta")
    return None


def _missing(view: RequestView, reader: Reader) -> v.Notice | None:
    found, say = view.line.found, reader.say
    if isinstance(found, AwaitingApproval) and view.given:
        lacks = signatures.missing(view, reader)
        return v.Notice(
            "wait",
            say(f"Serve ancora {lacks}.", f"Still needed: {lacks}."),
            signatures.so_far(view, reader),
            "pen",
        )
    if isinstance(found, Approved) and found.supervision != "waived":
        watcher = words.name(view.names.get(found.watcher or "", ""), reader)
        return v.Notice(
            "wait",
            say("Manca una cosa: qualcuno che guardi.", "One thing is missing: somebody who watches."),
            say(
                f"La sessione parte dopo che {watcher} prende in carico la supervisione.",
                f"The session starts after {watcher} takes over supervision.",
            ),
            "eye",
        )
    if isinstance(found, Approved | Supervised):
        return v.Notice(
            "ok",
            say("Non manca altro.", "Nothing else is missing."),
            say(
                "La sessione parte quando il tecnico la avvia.",
                "The session starts when the technician starts it.",
            )
            if not found.asked.declared
            else say(
                "Il tecnico dichiara l’inizio quando comincia.",
                "The technician declares the start when he begins.",
            ),
            "check",
        )
    return None


def _receipt(view: RequestView, reader: Reader) -> v.Receipt | None:
    found, say = view.line.found, reader.say
    kinds = {"rejected": "approval.refused", "revoked": "approval.withdrawn"}
    wanted = kinds.get(found.STATE, "approval.given")
    leaf = next((one for one in reversed(view.feed) if wanted == one.record.KIND), None)
    if leaf is None:
        return None
    name = words.name(view.names.get(leaf.actor.id, leaf.actor.id), reader).replace("*", "∗")
    text = f"{label(leaf, reader)} {say('da', 'by')} *{name}*, {moment(leaf.time, reader, zone=True)}"
    if isinstance(leaf.record, ApprovalGiven):
        text += under(leaf.record.warrant, view.warrants, reader)
        if leaf.record.approver == found.asked.technician:
            text += say(", su una richiesta propria", ", of a request of his own")
    text += "."
    if getattr(leaf.record, "demo_software", False):
        text += say(" Chiave dimostrativa, non una passkey vera.", " A demo key, no real passkey.")
    return v.Receipt(
        title=say("Ricevuta", "Receipt"),
        code=f"{leaf.record.CODE} · {words.ordinal(leaf.n, reader)}",
        text=text,
        digest=words.digest(found.asked.digest),
        note=entered(view.line.customer, reader),
        mark="ok" if wanted == "approval.given" else "stop",
    )


def entered(customer: str, reader: Reader) -> str:
    """In whose log it stands."""
    name = words.clean(customer)
    return words.stop(reader.say(f"Iscritta nel registro di {name}", f"Entered in the log of {name}"))


def _said(view: RequestView, reader: Reader) -> str:
    house, say = words.clean(view.line.texts.organisation_name), reader.say
    match view.line.found.STATE:
        case "rejected":
            return say(f"{house} è stato avvisato.", f"{house} has been told.")
        case "lapsed":
            return say(
                f"Se serve ancora, {house} può fare una richiesta nuova.",
                f"If it is still needed, {house} can make a new request.",
            )
        case "revoked" if view.line.found.asked.declared:
            return say(
                f"{house} è stato avvisato. Su questa macchina non c’è un agente che possa chiudere: chiami il tecnico.",
                f"{house} has been told. No agent on this host could close anything: call the technician.",
            )
        case "revoked":
            return say(
                f"{house} è stato avvisato. Se una sessione era aperta, la macchina l’ha chiusa o la chiude.",
                f"{house} has been told. If a session was open, the host has closed it or is closing it.",
            )
        case _:
            return ""
