"""Hosts and people in words: lists, one host's way in, one's own keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broker.cases.see_estate import HostView, PersonView
from broker.cases.see_mine import MineView
from broker.domain.estate import Tenant
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present import words
from web.present.times import ago, date_of, moment

_STATES: dict[str, v.State] = {
    "prepared": v.State("wait", "da iscrivere"),
    "signed": v.State("wait", "aspetta l’agente"),
    "revoked": v.State("off", "tolta"),
}


def host_state(host: HostView) -> v.State:
    if host.state == "enrolled":
        return v.State("ok", "collegato") if host.connected else v.State("stop", "non risponde")
    return _STATES[host.state]


def keys_state(host: HostView) -> v.State:
    if host.confirmed is None:
        return v.State("off", "nessuna")
    return v.State("ok", "confermate") if host.confirmed else v.State("wait", "non confermate")


def host_row(host: HostView, tenant: str, now: datetime) -> e.HostRow:
    seen = "mai" if host.last_seen is None else ago(host.last_seen, now)
    return e.HostRow(
        words.clean(host.label), f"/postazioni/{host.id}", words.clean(tenant), host_state(host),
        keys_state(host), seen, "",
    )  # fmt: skip


def confirmed(hosts: Sequence[HostView]) -> str:
    enrolled = [one for one in hosts if one.state == "enrolled"]
    sure = sum(one.confirmed is True for one in enrolled)
    return f"Chiavi confermate dal cliente su {sure} di {len(enrolled)} macchine iscritte."


def enrol(host: HostView, tenant: Tenant, who: Who, *, ruled: bool, now: datetime) -> e.Enrol:
    """`ruled`: the customer has signed rules, so that only this host's account has to be added."""
    titolare = who.role == "titolare"
    base = f"/postazioni/{host.id}"
    step = (
        "rules" if host.account is None else {"prepared": "sign", "signed": "carry"}.get(host.state, "done")
    )
    sign = None
    if titolare and host.account is not None and host.state in ("prepared", "signed"):
        word = "Leggi e firma" if host.state == "prepared" else "Firma di nuovo, con un codice nuovo"
        sign = v.Act(
            word,
            post=f"{base}/firma",
            kind="sign" if host.state == "prepared" else "",
            icon="passkey",
            sign=True,
        )
    may_fetch = who.role in ("owner", "titolare") and host.state in ("signed", "enrolled")
    facts = [v.Fact("Dove sta", words.clean(host.place)), v.Fact("Stato", host_state(host).word)]
    if host.last_seen is not None:
        facts.append(v.Fact("Visto", ago(host.last_seen, now)))
    return e.Enrol(
        label=words.clean(host.label),
        tenant=words.clean(tenant.name),
        step=step,  # type: ignore[arg-type]
        account=host.account or "",
        administrator=host.administrator,
        sign=sign,
        file=f"/api/hosts/{host.id}/enrolment" if may_fetch else "",
        command=f"sudo verbale-agent enroll {host.id}.iscrizione --root IMPRONTA --code CODICE",
        connected=_connected(host, now),
        confirmed=v.State(keys_state(host).mark, f"chiavi {keys_state(host).word}"),
        facts=tuple(facts),
        name_account=v.Act("Firma le regole con questo utente", post=f"{base}/utente")
        if titolare and ruled
        else None,
        rules=v.Act("Prima firmi le sue regole", href="/regole", kind="act", icon="pen")
        if titolare and not ruled
        else None,
    )


def _connected(host: HostView, now: datetime) -> v.Notice | None:
    if host.state != "enrolled":
        return None
    if not host.connected:
        return v.Notice(
            "stop",
            "L’agente non è collegato.",
            "Chi è sul posto controlli che la macchina sia accesa e in rete.",
            "plug",
        )
    if not host.confirmed:
        return v.Notice(
            "wait",
            "L’agente è collegato, ma le chiavi non sono confermate.",
            "Nessuno ha digitato l’impronta su quella macchina: la iscriva di nuovo con --root.",
            "alert",
        )
    return v.Notice("ok", "L’agente è collegato.", "È anche testimone del registro.", "plug")


# ------------------------------------------------------------------------------------------ people


def person_row(one: PersonView, tenant: Tenant, who: Who) -> e.PeopleRow:
    if not one.login_passkeys:
        state = v.State("wait", "invitato")
    elif one.role in ("titolare", "ads") and one.appointed_until is None:
        state = v.State("wait", "non nominato")
    else:
        state = v.State("ok", "attivo")
    keys = [f"{one.login_passkeys} per entrare"]
    if one.role in ("titolare", "ads"):
        keys.append(f"{one.signing_passkeys} per firmare")
    if one.role == "technician":
        keys.append(f"{one.ssh_keys} ssh")
    if one.demo_software:
        keys.append("dimostrative")
    may_invite = who.role == "owner" and (not one.login_passkeys or tenant.kind == "house")
    may_invite = may_invite or (who.role == "titolare" and one.id != who.person)
    acts = (v.Act("Nuovo invito", post=f"/persone/{tenant.id}/{one.id}/invito"),) if may_invite else ()
    return e.PeopleRow(
        words.clean(one.name), f"{words.ROLES[one.role]}, {words.clean(one.function)}", words.clean(tenant.name),
        state, ", ".join(keys), acts,
    )  # fmt: skip


def mine(found: MineView, who: Who) -> e.Mine:
    facts = [
        v.Fact(
            "Per entrare",
            _passkeys(len(found.login)),
            "Ne tenga due, su due dispositivi." if len(found.login) < 2 else "",
        )
    ]
    signing = None
    if not who.house:
        last = found.signing[-1].added if found.signing else None
        facts.append(
            v.Fact(
                "Per firmare",
                _passkeys(len(found.signing)),
                "" if last is None else f"l’ultima del {date_of(last)}",
            )
        )
        word = "Aggiungi un’altra passkey per firmare" if found.signing else "Crea la passkey per firmare"
        signing = v.Act(
            word,
            post="/persone/passkey-di-firma",
            kind="" if found.signing else "sign",
            icon="passkey",
            sign=True,
        )
    technician = who.role == "technician"
    return e.Mine(
        facts=tuple(facts),
        another=v.Ceremony("/api/passkeys/begin", "/api/passkeys/finish"),
        signing=signing,
        ssh_keys=tuple(
            (key.fingerprint, v.Act("Togli", post=f"/persone/chiavi-ssh/togli/{key.fingerprint}"))
            for key in found.ssh_keys
        ),
        add_ssh=v.Act("Aggiungi la chiave ssh", post="/persone/chiavi-ssh") if technician else None,
        password=None if technician else v.Act("Password e codice, come riserva", href="/persone/password"),
    )


def _passkeys(count: int) -> str:
    return {0: "nessuna passkey", 1: "1 passkey"}.get(count, f"{count} passkey")


def link_until(expires: datetime, now: datetime) -> str:
    return f"Vale fino a {moment(expires, now, zone=True)}."
