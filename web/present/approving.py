"""What an approver reads: the whole request in plain words, and what became of his answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.pins import in_force
from audit.statement import Account, Approver, Channel
from broker.cases.see_requests import RequestView
from broker.domain.people import Who
from broker.domain.request import Approved, AwaitingApproval, Lapsed, Opened, Rejected, Supervised
from broker.domain.session import Active, Ordered
from web import views as v
from web.present import words
from web.present.requests import state_of, written
from web.present.times import clock_time, length, moment, span

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


def approve(view: RequestView, who: Who, now: datetime) -> v.Approve:
    found, statement, texts = view.line.found, view.line.found.asked.statement, view.line.texts
    can, cannot = words.powers(statement.channels, statement.account)
    base = f"/richieste/{found.asked.id}"
    mine = any(g.approval.approver == who.person for g in view.given)
    waiting = isinstance(found, AwaitingApproval)
    answered_here = waiting and mine
    return v.Approve(
        state="signed" if answered_here else _STATES[found.STATE],  # type: ignore[arg-type]
        word=_word(view, who),
        when=_when(view, now),
        title=_title(view, who),
        by=words.clean(texts.organisation_name),
        asked=f"Richiesta di {moment(statement.created, now)}.",
        facts=_facts(view, now),
        can=can,
        cannot=cannot,
        sheet=sheet(view, now),
        digest=words.digest(found.asked.digest),
        administrator=statement.account.administrator,
        watch=_watch(view, who, now) if waiting else (),
        approve=_approve(view, who, base, now),
        refuse=v.Act("Rifiuta", post=f"{base}/rifiuto"),
        solve=v.Act("Lo risolvo io", post=f"{base}/risolta") if who.role == "ads" else None,
        explain=_explain(found, who, base),
        explained=words.clean(view.note) if isinstance(found, Rejected) else "",
        revoke=_revoke(view, base, mine=mine),
        next=_next(view, who, base),
        missing=_missing(view, now),
        receipt=_receipt(view, now),
        said=_said(view),
        closed_as=f"chiusa come «{words.REQUEST_STATES[found.STATE][1].lower()}»",
    )


def _word(view: RequestView, who: Who) -> v.State:
    found = view.line.found
    if isinstance(found, AwaitingApproval):
        if any(g.approval.approver == who.person for g in view.given):
            return v.State("wait", "Firmata da lei, ne manca un’altra")
        return v.State("wait", "Aspetta la sua decisione")
    if isinstance(found, Approved | Supervised | Opened):
        return v.State("ok", "Firmata")
    return state_of(view.line)


def _when(view: RequestView, now: datetime) -> str:
    found = view.line.found
    if isinstance(found, AwaitingApproval | Lapsed):
        return f"fino {moment(found.asked.statement.not_after, now, zone=True)}"
    return moment(found.answer.at, now, zone=True)


def _title(view: RequestView, who: Who) -> str:
    found, texts = view.line.found, view.line.texts
    technician, host = words.clean(texts.technician_name), words.clean(texts.host_label)
    by = getattr(getattr(found, "answer", None), "by", "")
    name = "Lei" if by == who.person else words.clean(view.names.get(by, ""))
    match found.STATE:
        case "awaiting_approval":
            return f"{technician} chiede di collegarsi a {host}"
        case "approved" | "supervised":
            return f"{technician} può collegarsi a {host} fino alle {clock_time(found.asked.statement.not_after)}"
        case "opened":
            return f"{technician} ha usato l’autorizzazione su {host}"
        case "rejected":
            return f"{name} ha rifiutato. Nessuno si collegherà."
        case "lapsed":
            return "Il tempo per rispondere è finito. Nessuno si è collegato."
        case "revoked":
            return f"{name} ha revocato l’autorizzazione."
        case "solved_by_customer":
            return f"{name} la risolve senza il fornitore. Nessuno si collegherà."
        case _:
            return f"{technician} ha ritirato la richiesta. Nessuno si collegherà."


def _facts(view: RequestView, now: datetime) -> tuple[v.Fact, ...]:
    statement = view.line.found.asked.statement
    activities = words.both([words.ACTIVITIES[a.code].lower() for a in statement.activities])
    facts = [
        v.Fact("Perché", written(view.line), statement.incident),
        v.Fact(
            "Quando",
            words.capital(span(statement.not_before, statement.not_after, now)) + ".",
            f"Al massimo {length(statement.longest_s)}, poi si chiude da sola.",
            strong=True,
        ),
        v.Fact("Utente", statement.account.name, mono=True),
        v.Fact("Attività", activities),
        v.Fact("Registrata?", "No.", "Restano nel registro i fatti: inizio, fine, quantità.", strong=True),
    ]
    if view.host is not None and view.host.confirmed is False:
        facts.append(
            v.Fact(
                "Chiavi",
                "Non confermate.",
                "Nessuno di voi ha digitato l’impronta su quella macchina.",
                strong=True,
            )
        )
    return tuple(facts)


def sheet(view: RequestView, now: datetime) -> v.Sheet:
    """The declaration in words. What is signed are the exact bytes, shown again by the signing page."""
    statement, texts = view.line.found.asked.statement, view.line.texts
    return declaration(
        Declared(
            texts.technician_name,
            texts.organisation_name,
            texts.host_label,
            texts.customer_name,
            written(view.line),
            statement.channels,
            statement.account,
            statement.not_before,
            statement.not_after,
            statement.longest_s,
        ),
        now,
        right=statement.incident,
        digest=words.digest(statement.digest.hex()),
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration says, of a request or of its draft."""

    technician: str
    house: str
    host: str
    customer: str
    why: str
    channels: tuple[Channel, ...]
    account: Account
    begins: datetime
    ends: datetime
    longest_s: int


def declaration(
    said: Declared, now: datetime, *, right: str, digest: v.Digest | None = None, note: str = ""
) -> v.Sheet:
    can, cannot = words.powers(said.channels, said.account)

    def plain(text: str) -> str:
        return words.clean(text).replace("*", "∗")  # emphasis is the sheet's own, not other people's

    who = (
        f"*{plain(said.technician)}* di *{plain(said.house)}* chiede di collegarsi a *{plain(said.host)}* "
        f"di *{plain(said.customer)}*{'' if said.customer.endswith('.') else '.'}"
    )
    when = (
        f"{words.capital(span(said.begins, said.ends, now))}, al massimo *{length(said.longest_s)}*. "
        "Alla scadenza la macchina chiude tutto da sola."
    )
    powers = (f"Potrà: {plain('; '.join(can))}.", f"Non potrà: {plain('; '.join(cannot))}.")
    paragraphs = (who, f"Perché: {plain(said.why)}", *powers, when)
    return v.Sheet("Dichiarazione", right, paragraphs, digest, note)


def _watch(view: RequestView, who: Who, now: datetime) -> tuple[v.Option, ...]:
    options = [v.Option("self", "Guardo io", chosen=True)]
    options += [
        v.Option(one.id, f"Guarda {words.clean(one.name)} ({words.ROLES[one.role]})")
        for one in view.watchers
        if one.id != who.person
    ]
    required = view.policy is None or view.policy.supervision == "required"
    label = "Nessuno guarda" + (" (le sue regole non lo permettono)" if required else "")
    options.append(v.Option("waived", label, disabled=required))
    return tuple(options)


def _approve(view: RequestView, who: Who, base: str, now: datetime) -> v.Act | None:
    if not isinstance(view.line.found, AwaitingApproval):
        return None
    lines: list[Approver] = (
        [] if view.approvers is None else [a for a in view.approvers.approvers if a.person == who.person]
    )
    blocked = ""
    if not lines:
        blocked = "Il titolare non l’ha ancora nominata fra chi può autorizzare. Lo fa dalla pagina Persone."
    elif not any(in_force(line, now) for line in lines):
        blocked = "La sua nomina è scaduta. La rinnova il titolare."
    return v.Act("Autorizza con passkey", post=f"{base}/autorizza", kind="sign", sign=True, blocked=blocked)


def _explain(found: object, who: Who, base: str) -> v.Act | None:
    if isinstance(found, Rejected) and not found.explained and found.answer.by == who.person:
        return v.Act("Invia il motivo", post=f"{base}/motivo")
    return None


def _revoke(view: RequestView, base: str, *, mine: bool) -> v.Act | None:
    found, session = view.line.found, view.line.session
    running = session is None or session.STATE in ("granted", "opening", "active")
    allowed = isinstance(found, Approved | Supervised) or (isinstance(found, AwaitingApproval) and mine)
    if allowed or (isinstance(found, Opened) and running):
        return v.Act("Revoca l’autorizzazione", href=f"{base}/revoca", kind="stop-line", icon="undo")
    return None


def _next(view: RequestView, who: Who, base: str) -> v.Act | None:
    found, session = view.line.found, view.line.session
    if isinstance(session, Active | Ordered):
        return v.Act(
            "Guarda la sessione", href=f"/sessioni/{session.permit.id}/diretta", kind="act", icon="eye"
        )
    if isinstance(found, Approved) and found.watcher == who.person:
        return v.Act("Prendo in carico la supervisione", post=f"{base}/supervisione", kind="act", icon="eye")
    if session is not None and session.STATE in ("ended", "presumed_ended"):
        return v.Act("Vedi i fatti della sessione", href=f"/sessioni/{session.permit.id}/diretta")
    return None


def _missing(view: RequestView, now: datetime) -> v.Notice | None:
    found = view.line.found
    if isinstance(found, AwaitingApproval) and view.given:
        return v.Notice("wait", "Manca un’altra firma.", "La dà un’altra persona che può autorizzare.", "pen")
    if isinstance(found, Approved) and found.supervision != "waived":
        watcher = words.clean(view.names.get(found.watcher or "", ""))
        return v.Notice(
            "wait",
            "Manca una cosa: qualcuno che guardi.",
            f"La sessione parte dopo che {watcher} prende in carico la supervisione.",
            "eye",
        )
    if isinstance(found, Approved | Supervised):
        return v.Notice("ok", "Non manca altro.", "La sessione parte quando il tecnico la avvia.", "check")
    return None


def _receipt(view: RequestView, now: datetime) -> v.Receipt | None:
    found = view.line.found
    kinds = {"rejected": "approval.refused", "revoked": "approval.withdrawn"}
    wanted = kinds.get(found.STATE, "approval.given")
    leaf = next((one for one in reversed(view.feed) if wanted == one.record.KIND), None)
    if leaf is None:
        return None
    name = words.clean(view.names.get(leaf.actor.id, leaf.actor.id)).replace("*", "∗")
    when = moment(leaf.time, now, zone=True)
    text = f"{leaf.record.IT} da *{name}*, {when}."
    if getattr(leaf.record, "demo_software", False):
        text += " Chiave dimostrativa, non una passkey vera."
    return v.Receipt(
        title="Ricevuta",
        code=f"{leaf.record.CODE} · n. {words.thousands(leaf.n)}",
        text=text,
        digest=words.digest(found.asked.digest),
        note=words.stop(f"Iscritta nel registro di {words.clean(view.line.customer)}"),
        mark="ok" if wanted == "approval.given" else "stop",
    )


def _said(view: RequestView) -> str:
    house = words.clean(view.line.texts.organisation_name)
    match view.line.found.STATE:
        case "rejected":
            return f"{house} è stato avvisato."
        case "lapsed":
            return f"Se serve ancora, {house} può fare una richiesta nuova."
        case "revoked":
            return (
                f"{house} è stato avvisato. Se una sessione era aperta, la macchina l’ha chiusa o la chiude."
            )
        case _:
            return ""
