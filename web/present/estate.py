"""Hosts and people in words: lists, one host's way in, one's own keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broker.cases.person_view import PersonView
from broker.cases.see_hosts import HostView
from broker.cases.see_mine import MineView
from broker.domain.estate import Tenant
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present import bare, leaving, words
from web.present.reader import Reader
from web.present.times import ago, date_of, moment
from web.views import Mark

_STATES: dict[str, tuple[Mark, tuple[str, str]]] = {
    "prepared": ("wait", ("da iscrivere", "to be enrolled")),
    "signed": ("wait", ("aspetta l’agente", "awaiting its agent")),
    "revoked": ("off", ("tolta", "taken out")),
    "bare": ("wait", ("senza agente", "without an agent")),
    "bare_gone": ("off", ("tolta dalle regole", "out of the rules")),
}


def host_state(host: HostView, reader: Reader) -> v.State:
    if host.state != "enrolled":
        return words.state(_STATES, host.state, reader)
    if host.connected:
        return v.State("ok", reader.say("collegato", "connected"))
    return v.State("stop", reader.say("non risponde", "does not answer"))


def keys_state(host: HostView, reader: Reader) -> v.State:
    if host.confirmed is None:
        return v.State("off", reader.say("nessuna", "none"))
    if host.confirmed:
        return v.State("ok", reader.say("confermate", "confirmed"))
    return v.State("wait", reader.say("non confermate", "not confirmed"))


def host_row(host: HostView, tenant: str, reader: Reader) -> e.HostRow:
    seen = reader.say("mai", "never") if host.last_seen is None else ago(host.last_seen, reader)
    return e.HostRow(
        words.clean(host.label), f"/postazioni/{host.id}", words.clean(tenant), host_state(host, reader),
        keys_state(host, reader), seen,
    )  # fmt: skip


def confirmed(hosts: Sequence[HostView], reader: Reader) -> str:
    enrolled = [one for one in hosts if one.state == "enrolled"]
    sure, all_ = sum(one.confirmed is True for one in enrolled), len(enrolled)
    return reader.say(
        f"Macchine iscritte con chiavi confermate dal cliente: {sure} di {all_}.",
        f"Enrolled hosts with keys confirmed by the customer: {sure} of {all_}.",
    )


def enrol(host: HostView, tenant: Tenant, who: Who, reader: Reader, *, ruled: bool) -> e.Enrol:
    """`ruled`: the customer has signed rules, so that only this host's account has to be added."""
    say, titolare = reader.say, who.role == "titolare"
    base = f"/postazioni/{host.id}"
    step = (
        "rules" if host.account is None else {"prepared": "sign", "signed": "carry"}.get(host.state, "done")
    )
    may_fetch = who.role in ("owner", "titolare") and host.state in ("signed", "enrolled")
    keys = keys_state(host, reader)
    facts = [
        v.Fact(say("Dove sta", "Where it stands"), words.clean(host.place)),
        v.Fact(say("Stato", "State"), host_state(host, reader).word),
    ]
    if host.bare is not None:
        facts.append(v.Fact(say("Sistema e strumento", "System and tool"), bare.place_of(host.bare, reader)))
    if host.last_seen is not None:
        facts.append(v.Fact(say("Visto", "Seen"), ago(host.last_seen, reader)))
    named = v.Act(
        say("Firma le regole con questo utente", "Sign the rules with this account"), post=f"{base}/utente"
    )
    first = v.Act(
        say("Prima firmi le sue regole", "First sign your rules"), href="/regole", kind="act", icon="pen"
    )
    return e.Enrol(
        label=words.clean(host.label),
        tenant=words.clean(tenant.name),
        step=step,  # type: ignore[arg-type]
        account=host.account or "",
        administrator=host.administrator,
        sign=_sign(host, base, reader) if titolare else None,
        file=f"/api/hosts/{host.id}/enrolment" if may_fetch else "",
        command=f"sudo verbale-agent enroll {host.id}.iscrizione --root IMPRONTA --code CODICE",
        connected=_connected(host, reader),
        confirmed=v.State(keys.mark, say(f"chiavi {keys.word}", f"keys {keys.word}")),
        facts=tuple(facts),
        bare=bare.notice(reader) if host.state in ("bare", "bare_gone") else None,
        name_account=named if titolare and ruled else None,
        rules=first if titolare and not ruled else None,
        once=f"./verbale-agent once {host.id}.iscrizione --root IMPRONTA --code CODICE",
    )


def _sign(host: HostView, base: str, reader: Reader) -> v.Act | None:
    if host.account is None or host.state not in ("prepared", "signed"):
        return None
    first = host.state == "prepared"
    again = reader.say("Firma di nuovo, con un codice nuovo", "Sign again, with a new code")
    word = reader.say("Leggi e firma", "Read and sign") if first else again
    return v.Act(word, post=f"{base}/firma", kind="sign" if first else "", icon="passkey", sign=True)


def _connected(host: HostView, reader: Reader) -> v.Notice | None:
    say = reader.say
    if host.state != "enrolled":
        return None
    if not host.connected:
        return v.Notice(
            "stop",
            say("L’agente non è collegato.", "The agent is not connected."),
            say(
                "Chi è sul posto controlli che la macchina sia accesa e in rete.",
                "Somebody on site should check that the host is on and online.",
            ),
            "plug",
        )
    if not host.confirmed:
        return v.Notice(
            "wait",
            say(
                "L’agente è collegato, ma le chiavi non sono confermate.",
                "The agent is connected, but the keys are not confirmed.",
            ),
            say(
                "Nessuno ha digitato l’impronta su quella macchina: la iscriva di nuovo con --root.",
                "Nobody has typed the fingerprint at that host: enrol it again with --root.",
            ),
            "alert",
        )
    return v.Notice(
        "ok",
        say("L’agente è collegato.", "The agent is connected."),
        say("È anche testimone del registro.", "It is a witness of the log, too."),
        "plug",
    )


# ------------------------------------------------------------------------------------------ people


def led(people: Sequence[PersonView]) -> bool:
    """Whether a titolare among them can log in: from then on, he lets his customer's people in."""
    return any(one.role == "titolare" and one.login_passkeys for one in people)


def not_appointed(people: Sequence[PersonView], who: Who, reader: Reader) -> v.Notice | None:
    """To somebody whose signing passkey counts for nothing yet: who makes it count, and where."""
    me = next((one for one in people if one.id == who.person), None)
    if me is None or me.role not in ("titolare", "ads") or not me.signing_passkeys or me.appointed_until:
        return None
    say = reader.say
    named = [words.clean(one.name) for one in people if one.role == "titolare" and one.appointed_until]
    if named:
        text = say(
            f"La firma {' o '.join(named)}: la trova già fra le cose da fare, nella pagina del mese. "
            "Fino ad allora la sua firma non apre nulla.",
            f"{' or '.join(named)} signs it: it stands among what is to be done, on the page of the month. "
            "Until then your signature opens nothing.",
        )
    elif me.role == "titolare":
        text = say(
            "Firmi l’elenco: da allora la sua firma vale.", "Sign the list: from then on yours counts."
        )
    else:
        text = say(
            "Nessun titolare ha ancora firmato l’elenco di chi può autorizzare.",
            "No titolare has signed the list of those who may authorise yet.",
        )
    strong = say("La passkey c’è. Manca la nomina.", "The passkey is there. The appointment is missing.")
    return v.Notice("wait", strong, text, "alert")


def person_row(one: PersonView, tenant: Tenant, who: Who, reader: Reader, *, by_vendor: bool) -> e.PeopleRow:
    """`by_vendor`: the vendor still lets this customer's people in."""
    say = reader.say
    if not one.login_passkeys:
        state = v.State("wait", say("invitato", "invited"))
    elif one.role in ("titolare", "ads") and one.appointed_until is None:
        state = v.State("wait", say("non nominato", "not appointed"))
    else:
        state = v.State("ok", say("attivo", "active"))
    keys = [say(f"{one.login_passkeys} per entrare", f"{one.login_passkeys} to log in")]
    if one.role in ("titolare", "ads"):
        keys.append(say(f"{one.signing_passkeys} per firmare", f"{one.signing_passkeys} to sign"))
    if one.role == "technician":
        keys.append(f"{one.ssh_keys} ssh")
    if one.demo_software:
        keys.append(say("dimostrative", "of the demo"))
    may_invite = who.role == "owner" and (tenant.kind == "house" or (by_vendor and not one.login_passkeys))
    may_invite = may_invite or (who.role == "titolare" and one.id != who.person)
    may_dismiss = one.id != who.person and (
        (who.role == "owner" and (tenant.kind == "house" or by_vendor)) or who.role == "titolare"
    )
    base = f"/persone/{tenant.id}/{one.id}"
    again = v.Act(say("Nuovo invito", "New invitation"), post=f"{base}/invito")
    out = v.Act(say("Fai uscire", "Log out everywhere"), post=f"{base}/fuori")
    role, function = words.coded(words.ROLES, one.role, reader), words.clean(one.function)
    if function.casefold() != role.casefold():
        role = f"{role}, {function}"
    return e.PeopleRow(
        words.clean(one.name), role, words.clean(tenant.name),
        state, ", ".join(keys),
        ((again,) if may_invite else ()) + ((out, leaving.act(base, reader)) if may_dismiss else ()),
    )  # fmt: skip


def mine(found: MineView, who: Who, reader: Reader) -> e.Mine:
    say = reader.say
    two = say("Ne tenga due, su due dispositivi.", "Keep two, on two devices.")
    login = v.Fact(
        say("Per entrare", "To log in"),
        _passkeys(len(found.login), reader),
        two if len(found.login) < 2 else "",
    )
    technician, never = who.role == "technician", who.role in ("owner", "auditor")  # these never sign
    add_ssh = v.Act(say("Aggiungi la chiave ssh", "Add the ssh key"), post="/persone/chiavi-ssh")
    password = v.Act(
        say("Password e codice, come riserva", "Password and code, as a fallback"), href="/persone/password"
    )
    return e.Mine(
        facts=(login,) if never else (login, _signing_fact(found, reader, mandates=technician)),
        another=v.Ceremony("/api/passkeys/begin", "/api/passkeys/finish"),
        signing=None if never else signing_key(reader, first=not found.signing),
        ssh_keys=tuple(
            (
                key.fingerprint,
                v.Act(say("Togli", "Remove"), post=f"/persone/chiavi-ssh/togli/{key.fingerprint}"),
            )
            for key in found.ssh_keys
        ),
        add_ssh=add_ssh if technician else None,
        password=None if technician else password,
    )


def _signing_fact(found: MineView, reader: Reader, *, mandates: bool) -> v.Fact:
    """`mandates`: he is of the vendor, and needs a key only where a titolare gives him a mandate."""
    last = ""
    if mandates and not found.signing:
        last = reader.say("serve solo a chi ha un mandato", "needed only under a mandate")
    if found.signing:
        day = date_of(found.signing[-1].added, reader)
        last = reader.say(f"l’ultima del {day}", f"the last of {day}")
    return v.Fact(reader.say("Per firmare", "To sign"), _passkeys(len(found.signing), reader), last)


def signing_key(reader: Reader, *, first: bool) -> v.Act:
    """To the signing page, where the passkey that signs is made."""
    make = reader.say("Crea la passkey per firmare", "Create the passkey to sign with")
    more = reader.say("Aggiungi un’altra passkey per firmare", "Add another passkey to sign with")
    return v.Act(
        make if first else more, post="/persone/passkey-di-firma",
        kind="sign" if first else "", icon="passkey", sign=True,
    )  # fmt: skip


def _passkeys(count: int, reader: Reader) -> str:
    if not count:
        return reader.say("nessuna passkey", "no passkey")
    return "1 passkey" if count == 1 else reader.say(f"{count} passkey", f"{count} passkeys")


def link_until(expires: datetime, reader: Reader) -> str:
    when = moment(expires, reader, zone=True)
    return reader.say(f"Vale fino a {when}.", f"Good until {when}.")
