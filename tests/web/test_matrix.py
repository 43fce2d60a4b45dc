"""Tenant × role × route: every page and API route there is, and who gets past its door.

The table must name every route of the application. Another tenant's things are not found; a role without
the right is told so; nobody logged in is sent to log in. What happens behind the door is tested elsewhere.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from audit.instant import whole_ms
from audit.log_records import ReportIssued
from audit.record import BROKER
from broker import app
from broker.api import agents_ws
from broker.cases.admit_person import admit_person
from broker.cases.open_tenant import open_tenant
from broker.store import reports
from broker.store.reports import Files, Issued
from tests.broker.mail_sample import mail as written
from tests.broker.mail_sample import received
from tests.broker.month_sample import encode, sample
from tests.broker.world import Someone, newcomer, ssh_line
from tests.stories.telling import Story
from tests.stories.test_declared import allowed, declare
from web import mount

TECH, OWNER, TITOLARE, ADS, AUDITOR = "technician", "owner", "titolare", "ads", "auditor"
ALL = frozenset({TECH, OWNER, TITOLARE, ADS, AUDITOR})
HOUSE, CUSTOMER = frozenset({TECH, OWNER}), frozenset({TITOLARE, ADS})  # these authorise
READERS = CUSTOMER | {AUDITOR}
MASTERS = frozenset({OWNER, TITOLARE})
CLOSED_DOORS = {"login_needed", "not_allowed", "not_found"}


@dataclass(frozen=True)
class Row:
    """`may`: roles that get in. `theirs`: it names something of tenant A, so B's people find nothing.

    `query`, `form`, `body` are filled with A's things. `code`: what a role is told instead of the usual.
    """

    may: frozenset[str] = ALL
    theirs: bool = True
    query: str = ""
    form: dict[str, str] | None = None
    body: dict[str, Any] | None = None
    code: dict[str, str] = field(default_factory=dict)


def own(*roles: str, **more: Any) -> Row:
    """About the caller himself or his own tenant."""
    return Row(frozenset(roles) or ALL, theirs=False, **more)


PUBLIC = "public"  # anybody may knock: what is behind asks for a secret, a passkey or an invitation
GONE = "gone"  # after set-up there is nothing there, for anybody
LEAVES = "leaves"  # ends the caller's own session: tried by nobody only
STREAM = "stream"  # never ends by itself: tried by nobody only
AGENT = "agent"  # no cookie counts there
SOCKET = "socket"
_NO_PASSWORD = {TECH: "password_not_for_technicians"}
_TITOLARE_ADMITS = {OWNER: "titolare_admits"}
MONTH = encode(sample(0, "2026-10"))
_NO_FLAG = {TITOLARE: "not_found", ADS: "not_found"}  # a moment that nobody flagged
_ASSERTION: dict[str, Any] = {"response": {}}
_TARIFF = {"version": "2026/{n}", "first": "2026-12-01", "assistance": 6000, "training": 5000}
_WORK = {
    "began": "2026-11-22T09:00:00Z", "minutes": 10, "asker": "staff", "means": "mail", "description": "x",
    "activities": [{"code": "GEST"}],
}  # fmt: skip
_RATES = {
    "version": "2027/{n}",
    "first": "2026-12-01",
    "assistance": "60",
    "training": "50",
    "vat_percent": "22",
}
_TYPED = {
    "day": "2026-11-22", "time": "09:00", "minutes": "10", "asker": "staff", "means": "mail", "description": "x",
    "activity": "GEST",
}  # fmt: skip
_CLOSE = {"outcome": "solved", "activities": [{"code": "GEST"}]}
_PERSON = {"tenant": "{tenant}", "role": "ads", "name": "N", "function": "f", "email": "n{n}@b.example"}
_APPOINT = {
    "person": "{technician}", "function": "f", "area": "GEST", "first": "2026-11-10", "last": "2027-11-09",
    "evaluation": "x", "evaluated_by": "y", "evaluated": "2026-11-09",
}  # fmt: skip
_ADMINISTRATOR = {"tenant": "{tenant}", "areas": ["GEST"]} | {
    k: v for k, v in _APPOINT.items() if k != "area"
}
_BREACH_TEXTS = {"nature": "x", "measures": "y", "contact": "z"}
_BREACH = {
    "aware": "2026-11-01T09:00:00Z", "first": "2026-10-01T09:00:00Z", "until": "2026-11-01T09:00:00Z",
    "texts": _BREACH_TEXTS,
}  # fmt: skip
_HOST = {"tenant": "{tenant}", "label": "host-{n}", "place": "qui"}

_VERSION: dict[str, Any] = {"product": "g-00000000", "version": "1", "dated": "2026-11-20"}
_INSTALLED = {"product": "g-00000000", "version": "1"}
_DEFECT = {"kind": "anomaly", "product": "g-00000000", "text": "x"}
_RECEIPT = {"how": "pec", "received": "2026-11-10T09:00:00Z", "reference": "Prot. 1"}
_SENDS = frozenset({OWNER, TITOLARE, ADS})
_NO_HOOK = dict.fromkeys(_SENDS, "not_found")
_NO_SUCH = {TECH: "not_found", OWNER: "not_found"}
_NOT_THERE = dict.fromkeys(ALL, "not_found")
_NO_PROVIDER = {OWNER: "not_found", TITOLARE: "not_found"}
_PROVIDER = {
    "kind": "oidc",
    "name": "Prova",
    "issuer": "https://id.example",
    "client": "verbale",
    "secret": "x",
}
_NOT_HERE = {TITOLARE: "not_found", ADS: "not_found"}

TABLE: dict[str, Row | str] = {
    # ---- pages
    "GET /": PUBLIC,
    "GET /entra": PUBLIC,
    "POST /entra": PUBLIC,
    "POST /esci": LEAVES,
    "GET /entra/con/{provider}": PUBLIC,
    "GET /entra/ritorno": PUBLIC,
    "GET /accesso": own(),
    "POST /accesso/esci/{login}": own(code=_NOT_THERE),
    "POST /accesso/esci-altri": own(),
    "POST /accesso/collega/{provider}": own(code=_NOT_THERE),
    "POST /accesso/scollega/{provider}": own(code=_NOT_THERE),
    "POST /accesso/fornitori": own(OWNER, TITOLARE, form=_PROVIDER),
    "POST /accesso/fornitori/{provider}": own(OWNER, TITOLARE, form=_PROVIDER, code=_NO_PROVIDER),
    "POST /accesso/fornitori/{provider}/togli": own(OWNER, TITOLARE, code=_NO_PROVIDER),
    "GET /prova": own(),
    "POST /prova/password": own(form={"password": "x", "totp": "000000"}),
    "POST /prova/con/{provider}": own(code=_NOT_THERE),
    "GET /agente": PUBLIC,
    "GET /agente/{name}": PUBLIC,
    "GET /contatti": PUBLIC,
    "POST /contatti": PUBLIC,
    "GET /api/requests": own(),
    "GET /api/requests/history": own(),
    "GET /calendario": own(),
    "POST /calendario": own(),
    "POST /calendario/togli": own(),
    "POST /api/calendar": own(),
    "DELETE /api/calendar": own(),
    "GET /api/calendars/{secret}.ics": PUBLIC,
    "GET /api/requests/{request}/calendar.ics": Row(),
    "GET /notifiche": own(),
    "GET /notifiche/{tenant}": Row(_SENDS),
    "POST /notifiche/{tenant}": Row(_SENDS, form={"address": "https://siem.example/{n}"}),
    "POST /notifiche/{tenant}/{webhook}/segreto": Row(_SENDS, code=_NO_HOOK),
    "POST /notifiche/{tenant}/{webhook}/{what}": Row(_SENDS, code=_NO_HOOK),
    "GET /api/tenants/{tenant}/webhooks": Row(_SENDS),
    "POST /api/tenants/{tenant}/webhooks": Row(_SENDS, body={"address": "https://siem.example/api/{n}"}),
    "DELETE /api/tenants/{tenant}/webhooks/{webhook}": Row(_SENDS, code=_NO_HOOK),
    "POST /api/tenants/{tenant}/webhooks/{webhook}/pause": Row(_SENDS, code=_NO_HOOK),
    "POST /api/tenants/{tenant}/webhooks/{webhook}/resume": Row(_SENDS, code=_NO_HOOK),
    "POST /api/tenants/{tenant}/webhooks/{webhook}/secret": Row(_SENDS, code=_NO_HOOK),
    "POST /api/tenants/{tenant}/webhooks/{webhook}/test": Row(_SENDS, code=_NO_HOOK),
    "GET /api/tenants/{tenant}/webhooks/{webhook}/events": Row(_SENDS, code=_NO_HOOK),
    "GET /gestione/contatti": own(OWNER),
    "POST /gestione/contatti/{lead_id}/risposto": own(OWNER, code={OWNER: "not_found"}),
    "POST /gestione/contatti/{lead_id}/cancella": own(OWNER, code={OWNER: "not_found"}),
    "GET /api/leads": own(OWNER),
    "POST /api/leads/{lead}/answer": own(OWNER, code={OWNER: "not_found"}),
    "DELETE /api/leads/{lead}": own(OWNER, code={OWNER: "not_found"}),
    "GET /preferenze": PUBLIC,
    "POST /preferenze": PUBLIC,
    "GET /riga-di-comando": own(),
    "POST /riga-di-comando": own(),
    "GET /avvio": GONE,
    "POST /avvio": GONE,
    "GET /avvio{rest:path}": GONE,
    "POST /avvio{rest:path}": GONE,
    "GET /invito/{token}": GONE,
    "GET /invito": own(*CUSTOMER),
    "GET /firma/ritorno": own(),
    "GET /richieste": own(*HOUSE, *CUSTOMER),
    "GET /richieste/nuova": Row(frozenset({TECH}), query="cliente={tenant}"),
    "POST /richieste": Row(frozenset({TECH}), form={"customer": "{tenant}"}),
    "POST /richieste/anteprima": Row(frozenset({TECH}), form={"customer": "{tenant}"}),
    "GET /richieste/{request_id}": Row(HOUSE | CUSTOMER),
    "GET /richieste/{request_id}/ritiro": Row(frozenset({TECH})),
    "GET /richieste/{request_id}/approva": Row(CUSTOMER),
    "GET /richieste/{request_id}/revoca": Row(CUSTOMER),
    "POST /richieste/{request_id}/identita/{provider}": Row(CUSTOMER, code=_NOT_HERE),
    "POST /richieste/{request_id}/autorizza": Row(CUSTOMER, form={"watch": "self"}),
    "POST /richieste/{request_id}/supervisione": Row(CUSTOMER),
    "POST /sessioni/{session}/termina-firmando": Row(CUSTOMER),
    "POST /richieste/{request_id}/motivo": Row(CUSTOMER, form={"reason": "x"}),
    "POST /richieste/{request_id}/chiarimenti": Row(CUSTOMER, form={"text": "x"}),
    "POST /richieste/{request_id}/chiarimenti/{question}": Row(frozenset({TECH}), form={"text": "x"}),
    "POST /richieste/{request_id}/sollecito": Row(frozenset({TECH})),
    "POST /sessioni/{session}/estensione": Row(frozenset({TECH})),
    "POST /incidenti/{tenant}/{incident}/spiega": Row(frozenset({TECH})),
    "POST /api/requests/{request}/letter": Row(frozenset({TECH})),
    "POST /api/sessions/{session}/extension": Row(frozenset({TECH}), body={"reason": "x"}),
    "POST /api/tenants/{tenant}/incidents/{incident}/explanation": Row(frozenset({TECH})),
    "GET /coda": own(*HOUSE),
    "POST /coda/prossimo": own(TECH, code={TECH: "queue_empty"}),
    "GET /telefonata": own(*HOUSE),
    "GET /contatti/registro": own(*HOUSE),
    "GET /gestione/esporta.csv": own(OWNER),
    "GET /gestione/ore": own(OWNER),
    "GET /primi-passi": own(OWNER),
    "GET /cliente/{tenant}": Row(HOUSE),
    "GET /cerca": own(query="q=albergo"),
    "GET /tasti": own(),
    "POST /telefonata": Row(HOUSE, form={"tenant": "{tenant}", "caller": "x", "anomaly": "y"}),
    "GET /incidenti": own(),
    "POST /incidenti": own(TECH, *CUSTOMER, form={"incident_text": "x"}, code={TECH: "not_found"}),
    "GET /incidenti/{tenant}/{incident}": Row(),
    "POST /incidenti/{tenant}/{incident}/prendi": Row(frozenset({TECH})),
    "POST /incidenti/{tenant}/{incident}/rilascia": Row(frozenset({TECH})),
    "POST /incidenti/{tenant}/{incident}/gravita": Row(frozenset({TECH}), form={"severity": "A"}),
    "POST /incidenti/{tenant}/{incident}/risposta/{how}": Row(frozenset({TECH})),
    "POST /incidenti/{tenant}/{incident}/attesa/{awaited}": Row(frozenset({TECH})),
    "POST /incidenti/{tenant}/{incident}/avvisa": Row(frozenset({TECH})),
    "POST /incidenti/{tenant}/{incident}/segnala": Row(CUSTOMER),
    "POST /incidenti/{tenant}/{incident}/risolvo": Row(CUSTOMER),
    "POST /incidenti/{tenant}/{incident}/chiudi": Row(frozenset({TECH}), form={"outcome": "solved"}),
    "GET /prodotti": own(OWNER),
    "POST /prodotti": own(OWNER, form={"name": "Gestionale"}),
    "POST /prodotti/{product}/togli": own(OWNER, code={OWNER: "not_found"}),
    "GET /ore": own(OWNER),
    "POST /ore/tariffario": own(OWNER, form=_RATES),
    "POST /ore/office": own(OWNER, form={"apps": "Word"}),
    "GET /clienti/{tenant}/ore": Row(MASTERS),
    "GET /clienti/{tenant}/rendiconto": Row(MASTERS),
    "GET /gestione/fatture": own(OWNER),
    "GET /clienti/{tenant}/fatturazione": Row(frozenset({OWNER})),
    "POST /clienti/{tenant}/fatturazione": Row(frozenset({OWNER}), form={"town": "Roma"}),
    "POST /clienti/{tenant}/fatturazione/contratto": Row(frozenset({OWNER}), form={"contract": "1"}),
    "GET /clienti/{tenant}/lavori": Row(frozenset({TECH})),
    "POST /clienti/{tenant}/lavori": Row(frozenset({TECH}), form=_TYPED),
    "POST /clienti/{tenant}/lavori/{work}/ritira": Row(frozenset({TECH}), code={TECH: "not_found"}),
    "GET /programmi": own(),
    "GET /programmi/{tenant}": Row(),
    "POST /programmi/versioni": own(OWNER, form=_VERSION),
    "POST /programmi/criticita": own(TECH, OWNER, form=_DEFECT),
    "POST /programmi/criticita/{defect}/rimedio": own(TECH, OWNER, form={"text": "x"}, code=_NO_SUCH),
    "POST /programmi/criticita/{defect}/soluzione": own(TECH, OWNER, form={"text": "x"}, code=_NO_SUCH),
    "POST /programmi/{tenant}/installata": Row(HOUSE, form=_INSTALLED),
    "POST /programmi/{tenant}/versioni/{release}/ricevuta": Row(
        HOUSE | CUSTOMER, form=_RECEIPT | {"received": "2026-11-10T09:00"}, code=_NO_SUCH
    ),
    "POST /programmi/{tenant}/versioni/{release}/decisione": Row(
        frozenset({OWNER}), form={"decision": "agreed"}, code={OWNER: "not_found"}
    ),
    "POST /programmi/versioni/{release}/scarico": own(TECH, OWNER, *CUSTOMER, code=_NOT_HERE),
    "POST /programmi/versioni/{release}/collaudo": own(*CUSTOMER, code=_NOT_HERE),
    "POST /programmi/versioni/{release}/malfunzionamento": own(
        *CUSTOMER, form={"actual": "x"}, code=_NOT_HERE
    ),
    "POST /incidenti/{tenant}/{incident}/criticita": Row(HOUSE, form={"defect": "C-1"}, code=_NO_SUCH),
    "GET /clienti/{tenant}/contratto": Row(),
    "POST /clienti/{tenant}/contratto": Row(
        frozenset({OWNER}),
        form={"plan": "basic", "first": "2026-01-01", "last": "2026-12-31", "prepaid": "yes"},
    ),
    "GET /sessioni": own(),
    "GET /sessioni/{session}": Row(),
    "GET /sessioni/{session}/diretta": Row(READERS),
    "GET /sessioni/dirette": Row(READERS, theirs=False),
    "POST /sessioni/{session}/messaggi": Row(CUSTOMER | {TECH}, form={"text": "x"}),
    "POST /api/sessions/{session}/messages": Row(CUSTOMER | {TECH}, body={"text": "x"}),
    "POST /sessioni/{session}/segnala": Row(CUSTOMER),
    "POST /api/sessions/{session}/flags": Row(CUSTOMER),
    "POST /sessioni/{session}/segnala/{flag}/motivo": Row(CUSTOMER, form={"reason": "x"}, code=_NO_FLAG),
    "POST /api/sessions/{session}/flags/{flag}/reason": Row(CUSTOMER, body={"reason": "x"}, code=_NO_FLAG),
    "POST /sessioni/{session}/segnala/{flag}/ritira": Row(CUSTOMER, code=_NO_FLAG),
    "DELETE /api/sessions/{session}/flags/{flag}": Row(CUSTOMER, code=_NO_FLAG),
    "POST /sessioni/{session}/presenza": Row(CUSTOMER, code={TITOLARE: "not_allowed"}),  # the ADS watches
    "POST /api/sessions/{session}/presence": Row(CUSTOMER, code={TITOLARE: "not_allowed"}),
    "GET /sessioni/{session}/estendi": Row(CUSTOMER),
    "POST /sessioni/{session}/estendi": Row(CUSTOMER, form={"seconds": "3600"}),
    "POST /api/sessions/{session}/proposal": Row(CUSTOMER, body={"seconds": 3600}),
    "GET /sessioni/{session}/termina": Row(CUSTOMER),
    "GET /sessioni/{session}/registrazioni": Row(ALL - {TECH}),
    # The others only by a leave that stands: test_pages_playbacks.py.
    "POST /api/sessions/{session}/recordings/{recording}/clear": Row(
        frozenset({TITOLARE, AUDITOR}),
        body={"reason": "incident"},
        code=dict.fromkeys((TITOLARE, AUDITOR), "not_found"),
    ),
    "POST /api/sessions/{session}/recordings/{recording}": Row(
        frozenset({TITOLARE, AUDITOR}),
        body={"reason": "incident"},
        code=dict.fromkeys((TITOLARE, AUDITOR), "not_found"),
    ),
    "POST /sessioni/{session}/registrazioni/permessi": Row(
        frozenset({TITOLARE}), form={"person": "x", "reason": "control", "until": "2026-11-05"}
    ),
    "POST /sessioni/{session}/registrazioni/incidente": Row(frozenset({OWNER}), code={OWNER: "not_found"}),
    "POST /sessioni/{session}/registrazioni/interessato": Row(
        frozenset({TITOLARE}), form={"received": "2026-11-02"}
    ),
    "POST /sessioni/{session}/registrazioni/{playback}/conferma": Row(
        frozenset({OWNER}), code={OWNER: "not_found"}
    ),
    "POST /sessioni/{session}/registrazioni/{playback}/fine": Row(
        MASTERS, code=dict.fromkeys(MASTERS, "not_found")
    ),
    "POST /sessioni/{session}/registrazioni/{playback}/estratto": Row(
        frozenset({TITOLARE}), code={TITOLARE: "not_found"}
    ),
    "GET /sessioni/{session}/chiudi": Row(frozenset({TECH})),
    "POST /sessioni/{session}/strumento/avvia/{tool}": Row(frozenset({TECH})),
    "POST /sessioni/{session}/strumento/ferma": Row(frozenset({TECH})),
    "GET /richieste/{request_id}/cancella": Row(frozenset({TITOLARE})),
    "POST /richieste/{request_id}/cancella": Row(frozenset({TITOLARE})),
    "GET /richieste/{request_id}/sospendi": Row(MASTERS),
    "POST /richieste/{request_id}/sospendi": Row(MASTERS),
    "POST /sospensioni/{hold}/togli": own(OWNER, TITOLARE, code=dict.fromkeys(MASTERS, "not_found")),
    "GET /titolare": own(*READERS),
    "POST /titolare/cadenza": own(
        OWNER, TITOLARE, form={"cadence": "monthly"}, code={TITOLARE: "duplicate", OWNER: "not_found"}
    ),
    "GET /fascicolo": own(),
    "GET /fascicolo/{tenant}": Row(ALL - {TECH}),
    "POST /fascicolo/{tenant}/verifiche": Row(
        frozenset({TITOLARE}), form={"first": "2026-11-10", "until": "2026-11-10"}
    ),
    "GET /fascicolo/{tenant}/verifiche/{verification}": Row(
        frozenset({TITOLARE, AUDITOR}), code=dict.fromkeys((TITOLARE, AUDITOR), "not_found")
    ),
    "POST /fascicolo/{tenant}/verifiche/{verification}": Row(
        frozenset({TITOLARE}), form={"item": "n=0", "outcome": "regular"}, code={TITOLARE: "not_found"}
    ),
    "POST /fascicolo/{tenant}/verifiche/{verification}/fine": Row(
        frozenset({TITOLARE}), form={"conclusion": "compliant", "place": "x"}, code={TITOLARE: "not_found"}
    ),
    "POST /fascicolo/{tenant}/documenti": Row(MASTERS, form={"kind": "dpa_annex"}),
    "GET /fascicolo/{tenant}/documenti/{record}.pdf": Row(
        ALL - {TECH}, code=dict.fromkeys(ALL - {TECH}, "not_found")
    ),
    "POST /fascicolo/{tenant}/diritti": Row(
        frozenset({TITOLARE}), form={"asked": "access", "received": "2026-11-10", "person": "x"}
    ),
    "GET /fascicolo/{tenant}/diritti/{right}": Row(frozenset({TITOLARE}), code={TITOLARE: "not_found"}),
    "GET /fascicolo/{tenant}/diritti/{right}/estratto.zip": Row(
        frozenset({TITOLARE}), code={TITOLARE: "not_found"}
    ),
    "POST /fascicolo/{tenant}/diritti/{right}/proroga": Row(
        frozenset({TITOLARE}), form={"reason": "x"}, code={TITOLARE: "not_found"}
    ),
    "POST /fascicolo/{tenant}/diritti/{right}/risposta": Row(
        frozenset({TITOLARE}), form={"outcome": "granted"}, code={TITOLARE: "not_found"}
    ),
    "POST /fascicolo/{tenant}/uscita/{step}": Row(MASTERS),
    "GET /scuola": own(),
    "GET /scuola/{tenant}": Row(),
    "POST /scuola/{tenant}/tipo": Row(frozenset({OWNER}), form={"type": "other"}),
    "POST /scuola/{tenant}/studio": Row(frozenset({OWNER}), form={"row": "server", "answer": "x"}),
    "POST /scuola/{tenant}/esercizio": Row(frozenset({OWNER})),
    "POST /scuola/{tenant}/pulizie/{clean_up}/conteggi": Row(
        frozenset({TECH}), form={"archive": "1", "phase": "before", "rows": "1"}, code={TECH: "not_found"}
    ),
    "POST /scuola/{tenant}/pulizie/{clean_up}/fine": Row(frozenset({TECH}), code={TECH: "not_found"}),
    "POST /scuola/deleghe": own(TITOLARE, form={"until": "2027-01-01"}),
    "POST /scuola/deleghe/{delegation}/fine": own(TITOLARE, code={TITOLARE: "not_found"}),
    "POST /scuola/pulizie/{clean_up}": own(TITOLARE, form={"archives": "x"}, code={TITOLARE: "not_found"}),
    "POST /scuola/pulizie/{clean_up}/rifiuto": own(
        TITOLARE, form={"reason": "x"}, code={TITOLARE: "not_found"}
    ),
    "GET /utenze": own(OWNER, TITOLARE),
    "POST /utenze": own(OWNER, TITOLARE, code={OWNER: "wrong_state", TITOLARE: "wrong_state"}),
    "GET /contestazioni": own(),
    "POST /contestazioni": Row(CUSTOMER, form={"session": "{session}", "text": "x"}),
    "GET /contestazioni/{tenant}/{contest}": Row(code=dict.fromkeys(ALL, "not_found")),
    "POST /contestazioni/{tenant}/{contest}/risposte": Row(
        ALL - {AUDITOR}, form={"text": "x"}, code=dict.fromkeys(ALL - {AUDITOR}, "not_found")
    ),
    "POST /contestazioni/{tenant}/{contest}/fine": Row(
        CUSTOMER, form={"outcome": "explained"}, code=dict.fromkeys(CUSTOMER, "not_found")
    ),
    "POST /titolare/monitor": own(TITOLARE),
    "GET /protezione": own(OWNER, *CUSTOMER, AUDITOR),
    "GET /protezione/{tenant}": Row(),
    "POST /protezione/{tenant}/violazioni": Row(frozenset({OWNER}), form={"aware": "x"}),
    "POST /protezione/{tenant}/termine": own(OWNER, form={"hours": "24"}),
    "POST /protezione/{tenant}/relay": Row(frozenset({OWNER}), form={"tool": "x", "relay": "Italia"}),
    "POST /protezione/{tenant}/valutazione": Row(MASTERS, form={"reference": "1", "dated": "2026-11-01"}),
    "GET /protezione/{tenant}/violazioni/{breach}": Row(
        MASTERS | {AUDITOR}, code=dict.fromkeys(MASTERS | {AUDITOR}, "not_found")
    ),
    "POST /protezione/{tenant}/violazioni/{breach}/comunicazioni": Row(
        frozenset({OWNER}), form=_BREACH_TEXTS, code={OWNER: "not_found"}
    ),
    "POST /protezione/{tenant}/violazioni/{breach}/fine": Row(
        frozenset({OWNER}), form={"outcome": "contained"}, code={OWNER: "not_found"}
    ),
    "GET /richieste/{request_id}/rettifiche": Row(),
    "POST /richieste/{request_id}/segnalazione": Row(HOUSE, form={"text": "x"}),
    "POST /richieste/{request_id}/rettifica": Row(MASTERS, form={"what": "request", "text": "x"}),
    "POST /titolare/ripresa": own(TITOLARE),
    "GET /postazioni": own(),
    "POST /postazioni": Row(MASTERS, form={"tenant": "{tenant}", "label": "h-{n}", "place": "qui"}),
    "GET /postazioni/{host}": Row(),
    "POST /postazioni/{host}/utente": Row(frozenset({TITOLARE}), form={"account": "mario"}),
    "POST /postazioni/{host}/firma": Row(frozenset({TITOLARE})),
    "GET /deleghe": own(*READERS),
    "POST /persone/elenco/opposizione": own(*CUSTOMER),
    "POST /deleghe/{kind}": own(TITOLARE, form={"until": "2026-11-30"}),
    "GET /deleghe/{warrant}/fine": own(TITOLARE),
    "POST /deleghe/{warrant}/fine": own(TITOLARE, code={TITOLARE: "not_found"}),
    "GET /posta": own(*HOUSE, *CUSTOMER),
    "GET /posta/{mail}": Row(HOUSE | CUSTOMER),
    "POST /posta/regole": own(TITOLARE),
    "POST /posta/{mail}/da-parte": Row(frozenset({TECH})),
    "POST /posta/{mail}/incidente": Row(frozenset({TECH}), form={"text": "x"}),
    "POST /posta/{mail}/lega": Row(frozenset({TECH}), form={"request": "{request}"}),
    "GET /posta/mittenti/{person}": Row(frozenset({TITOLARE})),
    "POST /posta/mittenti/{person}": Row(frozenset({TITOLARE}), form={"domain": "provider.example"}),
    "GET /api/post/senders": own(TITOLARE),
    "PUT /api/post/senders/{person}": Row(frozenset({TITOLARE}), body={"domain": "altro.example"}),
    "GET /api/post": own(*HOUSE, *CUSTOMER),
    "PUT /api/post/rules": own(TITOLARE, body={"least": "e3"}),
    "GET /api/post/mails/{mail}": Row(HOUSE | CUSTOMER),
    "GET /api/post/mails/{mail}/raw": Row(HOUSE | CUSTOMER),
    "POST /api/post/mails/{mail}/aside": Row(frozenset({TECH})),
    "POST /api/post/mails/{mail}/incident": Row(frozenset({TECH}), body={"text": "x"}),
    "POST /api/post/mails/{mail}/binding": Row(frozenset({TECH}), body={"request": "{request}"}),
    # ---- the access log, and the register of administrators
    "GET /accessi": own(*READERS),
    "GET /accessi/evidenze": own(*READERS, query="dal=2026-11-01&al=2026-11-30"),
    "GET /accessi/miei": Row(query="cliente={tenant}"),
    "GET /accessi/conteggi": own(OWNER),
    "GET /amministratori": Row(ALL - {TECH}, query="cliente={tenant}"),
    "GET /amministratori/avviso": own(*READERS, code={OWNER: "not_found"}),
    "POST /amministratori/avviso": own(TITOLARE, form={"shows": "functions"}),
    "POST /amministratori/{tenant}": Row(MASTERS, form=_APPOINT),
    "GET /amministratori/{tenant}/{appointment}/fine": Row(MASTERS),
    "POST /amministratori/{tenant}/{appointment}/fine": Row(
        MASTERS, code=dict.fromkeys(MASTERS, "not_found")
    ),
    "GET /api/accesses": Row(READERS, query="tenant={tenant}"),
    "GET /api/accesses/own": Row(query="tenant={tenant}"),
    "GET /api/accesses/counts": own(OWNER),
    "GET /api/accesses/export.{form}": Row(READERS, query="tenant={tenant}"),
    "GET /api/accesses/incident.zip": Row(READERS, query="tenant={tenant}&since=2026-11-01&until=2026-11-30"),
    "GET /api/accesses/own.{form}": Row(query="tenant={tenant}"),
    "GET /api/administrators": Row(ALL - {TECH}, query="tenant={tenant}"),
    "POST /api/administrators": Row(MASTERS, body=_ADMINISTRATOR),
    "GET /api/administrators/staff": own(OWNER),
    "GET /api/administrators/notice": Row(ALL - {TECH}, query="tenant={tenant}"),
    "PUT /api/administrators/notice": own(TITOLARE, body={"shows": "names"}),
    "GET /api/administrators/list.{form}": Row(ALL - {TECH}, query="tenant={tenant}"),
    "GET /api/administrators/{tenant}/{appointment}.pdf": Row(
        MASTERS, code=dict.fromkeys(MASTERS, "not_found")
    ),
    "DELETE /api/administrators/{tenant}/{appointment}": Row(
        MASTERS, code=dict.fromkeys(MASTERS, "not_found")
    ),
    "GET /regole": own(TITOLARE),
    "GET /regole/profili": own(),
    "POST /regole": own(TITOLARE),
    "GET /persone": own(),
    "POST /persone": Row(MASTERS, form=_PERSON),
    "POST /persone/clienti": own(OWNER, form={"tenant_name": "Terzo"}),
    "POST /persone/{tenant}/{person}/fuori": Row(MASTERS, code=_TITOLARE_ADMITS),
    "POST /persone/{tenant}/{person}/invito": Row(MASTERS, code=_TITOLARE_ADMITS),
    "POST /persone/passkey-di-firma": own(*CUSTOMER, TECH),
    "GET /persone/elenco": own(TITOLARE),
    "POST /persone/elenco": own(TITOLARE),
    "POST /persone/chiavi-ssh": own(TECH, form={"key": "{ssh}"}),
    "POST /persone/chiavi-ssh/togli/{fingerprint:path}": own(TECH),
    "GET /persone/password": own(OWNER, *READERS, code=_NO_PASSWORD),
    "POST /persone/password": own(OWNER, *READERS, code=_NO_PASSWORD),
    "GET /gestione": own(OWNER),
    "GET /rapporti/{number}.en.pdf": Row(ALL - {TECH}),
    "GET /rapporti/{number}.pdf": Row(ALL - {TECH}),
    "GET /rapporti/{number}.pdf.p7m": Row(ALL - {TECH}),
    "GET /rapporti/{number}.json": Row(ALL - {TECH}),
    "GET /rapporti/{number}.csv": Row(ALL - {TECH}),
    "GET /mesi/{number}": Row(ALL - {TECH}),
    "GET /rapporti/{number}.zip": Row(ALL - {TECH}),
    "GET /rapporti/{number}.versamento.zip": Row(ALL - {TECH}),
    "GET /api/reports/{number}/preservation.zip": Row(ALL - {TECH}),
    "GET /rapporti/{number}.sealed.zip": Row(ALL - {TECH}),
    "GET /trust.json": own(OWNER, *READERS),
    "GET /verifica.html": own(),
    # ---- the published log: what its own people and their monitor get is tested in test_published.py
    "GET /api/log/{tenant}/{year}/{path:path}": Row(READERS, code=dict.fromkeys(READERS, "not_found")),
    "POST /api/log/token": own(TITOLARE),
    # ---- the doors of the API
    "GET /api/setup": GONE,
    "POST /api/setup": GONE,
    "GET /api/setup{rest:path}": GONE,
    "POST /api/setup{rest:path}": GONE,
    "POST /api/login/passkey/begin": PUBLIC,
    "POST /api/login/passkey/finish": PUBLIC,
    "POST /api/login/password": PUBLIC,
    "POST /api/login/code": PUBLIC,
    "POST /api/login/code/begin": own(),
    "GET /api/login/rest": own(),
    "POST /api/login/act": own(),
    "POST /api/login/prove": own(body={"state": "x", "answer": {}}),
    "POST /api/login/prove/password": own(body={"password": "x", "code": "000000"}),
    "GET /api/logins": own(),
    "DELETE /api/logins": own(),
    "DELETE /api/logins/{id}": own(code=_NOT_THERE),
    "DELETE /api/tenants/{tenant}/people/{person}/logins": Row(MASTERS, code=_TITOLARE_ADMITS),
    "GET /api/providers": own(OWNER, TITOLARE),
    "POST /api/providers": own(OWNER, TITOLARE, body=_PROVIDER),
    "PUT /api/providers/{provider}": own(OWNER, TITOLARE, code=_NO_PROVIDER, body=_PROVIDER),
    "DELETE /api/providers/{provider}": own(OWNER, TITOLARE, code=_NO_PROVIDER),
    "DELETE /api/identities/{provider}": own(code=_NOT_THERE),
    "POST /api/logout": LEAVES,
    "GET /api/openapi.json": PUBLIC,
    "GET /api/invitations/{token}": GONE,
    "POST /api/invitations/{token}/passkey/begin": GONE,
    "POST /api/invitations/{token}/passkey/finish": PUBLIC,
    "POST /agent/enrol": AGENT,
    "GET /api/events": STREAM,
    "WS /agent/link": AGENT,
    "WS /agent/channel": AGENT,
    "WS /api/sessions/{session}/terminal": SOCKET,
    "WS /api/sessions/{session}/files": SOCKET,
    "WS /api/sessions/{session}/live": SOCKET,
    "WS /api/sessions/{session}/desktop": SOCKET,
    "WS /api/sessions/{session}/desktop/watch": SOCKET,
    # ---- people and estate
    "POST /api/password/begin": own(OWNER, *READERS, code=_NO_PASSWORD),
    "POST /api/password/finish": own(
        OWNER, *READERS, body={"state": "x", "password": "y", "code": "000000"}, code=_NO_PASSWORD
    ),
    "GET /api/people": Row(query="tenant={tenant}"),
    "POST /api/people": Row(MASTERS, body=_PERSON, code=_TITOLARE_ADMITS),
    "POST /api/tenants/{tenant}/people/{person}/invitation": Row(MASTERS, code=_TITOLARE_ADMITS),
    "POST /api/passkeys/begin": own(),
    "POST /api/passkeys/finish": own(body={"state": "x", "answer": {}}),
    "DELETE /api/passkeys/{credential}": own(code=dict.fromkeys(ALL, "not_found")),
    "POST /api/ssh-keys": own(TECH, body={"key": "{ssh}"}),
    "DELETE /api/ssh-keys/{fingerprint:path}": own(
        TECH, code={TECH: "not_found"}
    ),  # the page took it off before
    "GET /api/tenants": own(),
    "GET /adempimenti": own(),
    "GET /adempimenti/{tenant}": Row(),
    "POST /adempimenti/matrice": own(TITOLARE, form={}),
    "POST /adempimenti/giorno": own(TITOLARE, form={"block": "2027-01-01"}),
    "POST /adempimenti/aziende": own(OWNER, form={"name": "Sud {n}", "place": "IT"}),
    "POST /adempimenti/tecnici": own(OWNER, form={"kind": "training"}),
    "POST /adempimenti/tecnici/{person}/datore": own(OWNER, form={}, code={OWNER: "not_found"}),
    "POST /adempimenti/tecnici/documenti/{filing}/togli": own(OWNER, code={OWNER: "not_found"}),
    "POST /adempimenti/sub-responsabili/{company_id}/{answer}": own(TITOLARE, code={TITOLARE: "not_found"}),
    "POST /adempimenti/{tenant}/accordo": Row(MASTERS, form={"reference": "1", "dated": "2026-11-01"}),
    "POST /adempimenti/{tenant}/categoria": Row(MASTERS, form={"category": "2"}),
    "POST /adempimenti/{tenant}/sub-responsabili": Row(
        frozenset({OWNER}), form={"days": "30"}, code={OWNER: "not_found"}
    ),
    "POST /adempimenti/{tenant}/documenti/{filing}/togli": Row(
        MASTERS, code=dict.fromkeys(MASTERS, "not_found")
    ),
    "GET /api/tenants/{tenant}/presets": Row(),
    "GET /api/tenants/{tenant}/category": Row(),
    "POST /api/tenants/{tenant}/category": Row(MASTERS, body={"category": 2}),
    "GET /api/tenants/{tenant}/duties": Row(),
    "POST /api/tenants/{tenant}/papers": Row(
        MASTERS, body={"kind": "dpa", "reference": "1", "dated": "2026-11-01"}
    ),
    "DELETE /api/tenants/{tenant}/papers/{filing}": Row(MASTERS, code=dict.fromkeys(MASTERS, "not_found")),
    "POST /api/matrix": own(
        TITOLARE, body={row: [] for row in ("authorise", "supervise", "train", "credentials")}
    ),
    "POST /api/duties/day": own(TITOLARE, body={"block": "2027-01-01"}),
    "GET /api/technicians": own(OWNER),
    "POST /api/technicians/{person}/employer": own(OWNER, body={}, code={OWNER: "not_found"}),
    "GET /api/subprocessors": own(OWNER),
    "POST /api/subprocessors": own(OWNER, body={"name": "Nord {n}", "place": "IT"}),
    "POST /api/tenants/{tenant}/subprocessors/{company}": Row(
        frozenset({OWNER}), body={"general": True}, code={OWNER: "not_found"}
    ),
    "POST /api/subprocessors/{company}/answer": own(
        TITOLARE, body={"answer": "agreed"}, code={TITOLARE: "not_found"}
    ),
    "POST /api/tenants": own(OWNER, body={"name": "Quarto"}),
    "POST /api/imports": own(OWNER, body={"tables": [{"name": "x.csv", "text": "prodotto\nPaghe {n}\n"}]}),
    "GET /importazione": own(OWNER),
    "POST /importazione": own(OWNER, form={"name": "x.csv", "text": "prodotto\nPaghe {n}\n"}),
    "POST /importazione/conferma": own(OWNER, form={"name": "x.csv", "text": "prodotto\nPaghe {n}\n"}),
    "GET /api/hosts": Row(query="tenant={tenant}"),
    "POST /api/hosts": Row(MASTERS, body=_HOST),
    "GET /api/hosts/{host}/enrolment": Row(MASTERS),
    "POST /api/signing/begin": Row(frozenset({TITOLARE}), body={"purpose": "enrolment", "host": "{host}"}),
    "POST /api/holds": Row(MASTERS, body={"tenant": "{tenant}", "reason": "claim", "review": "2026-12-01"}),
    "DELETE /api/holds/{tenant}/{hold}": Row(MASTERS, code=dict.fromkeys(MASTERS, "not_found")),
    "GET /api/tenants/{tenant}/school": Row(),
    "POST /api/tenants/{tenant}/school": Row(frozenset({OWNER}), body={"type": "other"}),
    "POST /api/tenants/{tenant}/school/study": Row(frozenset({OWNER}), body={"row": "server", "answer": "x"}),
    "POST /api/tenants/{tenant}/school/service": Row(frozenset({OWNER})),
    "DELETE /api/archives-delegations/{delegation}": own(TITOLARE, code={TITOLARE: "not_found"}),
    "POST /api/tenants/{tenant}/clean-ups/{clean_up}/counts": Row(
        frozenset({TECH}), body={"archive": 1, "phase": "before", "rows": 1}, code={TECH: "not_found"}
    ),
    "POST /api/tenants/{tenant}/clean-ups/{clean_up}/closure": Row(
        frozenset({TECH}), code={TECH: "not_found"}
    ),
    "POST /api/clean-ups/{clean_up}/refusal": own(
        TITOLARE, body={"reason": "x"}, code={TITOLARE: "not_found"}
    ),
    "GET /api/tenants/{tenant}/breaches": Row(MASTERS | {AUDITOR}),
    "POST /api/tenants/{tenant}/breaches": Row(frozenset({OWNER}), body=_BREACH),
    "GET /api/tenants/{tenant}/breaches/{breach}": Row(
        MASTERS | {AUDITOR}, code=dict.fromkeys(MASTERS | {AUDITOR}, "not_found")
    ),
    "POST /api/tenants/{tenant}/breaches/{breach}/notices": Row(
        frozenset({OWNER}), body={"texts": _BREACH_TEXTS}, code={OWNER: "not_found"}
    ),
    "POST /api/tenants/{tenant}/breaches/{breach}/closure": Row(
        frozenset({OWNER}), body={"outcome": "contained"}, code={OWNER: "not_found"}
    ),
    "POST /api/breach-term": own(OWNER, body={"hours": 24}),
    "POST /api/tenants/{tenant}/relays": Row(
        frozenset({OWNER}), body={"tool": "x", "relay": "Italia"}, code={OWNER: "bad_input"}
    ),
    "GET /api/tenants/{tenant}/measures": Row(),
    "POST /api/requests/{request_id}/question": Row(HOUSE, body={"text": "x"}),
    "POST /api/requests/{request_id}/rectifications": Row(MASTERS, body={"what": "request", "text": "x"}),
    "GET /api/contests": own(),
    "POST /api/contests": Row(CUSTOMER, body={"session": "{session}", "text": "x"}),
    "GET /api/contests/{tenant}/{contest}": Row(code=dict.fromkeys(ALL, "not_found")),
    "POST /api/contests/{tenant}/{contest}/answers": Row(
        ALL - {AUDITOR}, body={"text": "x"}, code=dict.fromkeys(ALL - {AUDITOR}, "not_found")
    ),
    "POST /api/contests/{tenant}/{contest}/closure": Row(
        CUSTOMER, body={"outcome": "explained"}, code=dict.fromkeys(CUSTOMER, "not_found")
    ),
    "GET /api/cadence": Row(ALL - {TECH}, query="tenant={tenant}"),
    "POST /api/cadence": Row(
        MASTERS, body={"tenant": "{tenant}", "cadence": "monthly"}, code=dict.fromkeys(MASTERS, "duplicate")
    ),
    "POST /api/signing/finish": own(body={"state": "x", "cancelled": True}),
    # ---- resellers (S-47 to S-50)
    "GET /rivenditori": own(OWNER),
    "GET /rivenditori/{tenant}": Row(frozenset({OWNER})),
    "POST /rivenditori/{tenant}/{what}": Row(frozenset({OWNER}), code={OWNER: "not_found"}),
    "POST /rivenditori/{tenant}/autonomo/{product}": Row(frozenset({OWNER}), code={OWNER: "topics_missing"}),
    "POST /incidenti/{tenant}/{incident}/subentra": Row(
        frozenset({TECH}), form={"reason": "urgent"}, code={TECH: "wrong_state"}
    ),
    "GET /rivendita": own(*CUSTOMER),
    "POST /rivendita": own(
        *CUSTOMER,
        form={"for": "t-00000000 g-00000000", "text": "x"},
        code=dict.fromkeys(CUSTOMER, "not_found"),
    ),
    "POST /rivendita/{tenant}/{incident}/passa": own(
        *CUSTOMER, form={}, code=dict.fromkeys(CUSTOMER, "not_found")
    ),
    "POST /rivendita/{tenant}/{incident}/risolto": own(*CUSTOMER, code=dict.fromkeys(CUSTOMER, "not_found")),
    "GET /api/resellers": own(OWNER),
    "GET /api/tenants/{tenant}/resale/{period}": Row(frozenset({OWNER}) | CUSTOMER),
    "POST /api/tenants/{tenant}/resale/rates": Row(
        frozenset({OWNER}),
        body={"version": "R {n}", "first": "2026-12-01", "assistance": 5500, "training": 4000},
    ),
    "POST /api/tenants/{tenant}/resale/programs": Row(
        frozenset({OWNER}), body={"product": "g-00000000", "first": "2026-11-20"}
    ),
    "POST /api/tenants/{tenant}/resale/programs/{product}/topics": Row(
        frozenset({OWNER}), body={"topic": "installation", "training": "f-00000000"}
    ),
    "POST /api/tenants/{tenant}/resale/programs/{product}/autonomy": Row(
        frozenset({OWNER}), code={OWNER: "topics_missing"}
    ),
    "PUT /api/tenants/{tenant}/suppliers/{product}": Row(frozenset({OWNER}), body={"reseller": None}),
    "POST /api/tenants/{tenant}/incidents/{incident}/takeover": Row(
        frozenset({TECH}), body={"reason": "urgent"}, code={TECH: "wrong_state"}
    ),
    "GET /api/served": own(*CUSTOMER),
    "POST /api/served": own(
        *CUSTOMER,
        body={"tenant": "t-00000000", "product": "g-00000000", "text": "x"},
        code=dict.fromkeys(CUSTOMER, "not_found"),
    ),
    "POST /api/served/{tenant}/{incident}/passing": own(
        *CUSTOMER, body={}, code=dict.fromkeys(CUSTOMER, "not_found")
    ),
    "POST /api/served/{tenant}/{incident}/solution": own(
        *CUSTOMER, code=dict.fromkeys(CUSTOMER, "not_found")
    ),
    # ---- the service desk
    "GET /api/queue": own(*HOUSE),
    "POST /api/queue/next": own(TECH, code={TECH: "queue_empty"}),
    "POST /api/calls": Row(HOUSE, body={"tenant": "{tenant}", "caller": "x", "anomaly": "y"}),
    "GET /api/tenants/{tenant}/incidents": Row(),
    "POST /api/tenants/{tenant}/incidents": Row(CUSTOMER | {TECH}, body={"text": "x"}),
    "GET /api/tenants/{tenant}/incidents/{incident}": Row(),
    "POST /api/tenants/{tenant}/incidents/{incident}/taking": Row(frozenset({TECH}), body={}),
    "POST /api/tenants/{tenant}/incidents/{incident}/release": Row(frozenset({TECH})),
    "POST /api/tenants/{tenant}/incidents/{incident}/severity": Row(
        frozenset({TECH}), body={"severity": "A"}
    ),
    "POST /api/tenants/{tenant}/incidents/{incident}/answer": Row(frozenset({TECH}), body={"how": "call"}),
    "POST /api/tenants/{tenant}/incidents/{incident}/waiting": Row(
        frozenset({TECH}), body={"awaited": "customer"}
    ),
    "DELETE /api/tenants/{tenant}/incidents/{incident}/waiting": Row(frozenset({TECH})),
    "POST /api/tenants/{tenant}/incidents/{incident}/letter": Row(frozenset({TECH})),
    "POST /api/tenants/{tenant}/incidents/{incident}/solution": Row(CUSTOMER),
    "POST /api/tenants/{tenant}/incidents/{incident}/closing": Row(
        frozenset({TECH}), body={"outcome": "solved"}
    ),
    "GET /api/programs": own(TECH, OWNER),
    "GET /api/tenants/{tenant}/programs": Row(),
    "POST /api/releases": own(OWNER, body=_VERSION | {"components": ["program"]}),
    "POST /api/tenants/{tenant}/versions": Row(HOUSE, body=_INSTALLED),
    "POST /api/tenants/{tenant}/releases/{release}/receipt": Row(
        HOUSE | CUSTOMER, body=_RECEIPT, code=_NO_SUCH
    ),
    "POST /api/tenants/{tenant}/releases/{release}/decision": Row(
        frozenset({OWNER}), body={"decision": "agreed"}, code={OWNER: "not_found"}
    ),
    "POST /api/releases/{release}/fetched": own(TECH, OWNER, *CUSTOMER, code=_NOT_HERE),
    "POST /api/releases/{release}/acceptance": own(*CUSTOMER, code=_NOT_HERE),
    "POST /api/releases/{release}/malfunctions": own(*CUSTOMER, body={"actual": "x"}, code=_NOT_HERE),
    "POST /api/defects": own(TECH, OWNER, body=_DEFECT),
    "POST /api/defects/{defect}/links": Row(
        HOUSE, body={"tenant": "{tenant}", "incident": "I-1"}, code=_NO_SUCH
    ),
    "POST /api/defects/{defect}/remedy": own(TECH, OWNER, body={"text": "x"}, code=_NO_SUCH),
    "POST /api/defects/{defect}/solution": own(
        TECH, OWNER, body={"release": "v-00000000", "text": "x"}, code=_NO_SUCH
    ),
    "GET /api/products": own(),
    "POST /api/products": own(OWNER, body={"name": "Presenze"}),
    "DELETE /api/products/{product}": own(OWNER, code={OWNER: "not_found"}),
    "GET /api/tariffs": own(OWNER, TITOLARE),
    "POST /api/tariffs": own(OWNER, body=_TARIFF),
    "GET /api/tenants/{tenant}/tariffs": Row(MASTERS),
    "POST /api/tenants/{tenant}/tariffs": Row(frozenset({OWNER}), body=_TARIFF),
    "GET /api/office-apps": own(),
    "PUT /api/office-apps": own(OWNER, body={"apps": ["Word"]}),
    "GET /api/tenants/{tenant}/work": Row(frozenset({TECH})),
    "POST /api/tenants/{tenant}/work": Row(frozenset({TECH}), body=_WORK),
    "DELETE /api/tenants/{tenant}/work/{work}": Row(frozenset({TECH}), code={TECH: "not_found"}),
    "GET /api/tenants/{tenant}/hours/{period}": Row(MASTERS),
    "GET /api/tenants/{tenant}/statement": Row(MASTERS),
    "GET /api/tenants/{tenant}/statement.{form}": Row(MASTERS),
    "GET /api/invoices/{period}": own(OWNER),
    "GET /api/invoices/{period}/lines.{form}": own(OWNER),
    "GET /api/invoices/{period}/{tenant}.xml": Row(frozenset({OWNER}), code={OWNER: "not_found"}),
    "GET /api/tenants/{tenant}/billing": Row(frozenset({OWNER})),
    "PUT /api/tenants/{tenant}/billing": Row(frozenset({OWNER}), body={"town": "Roma"}),
    "PUT /api/tenants/{tenant}/billing/order": Row(frozenset({OWNER}), body={"contract": 1}),
    "GET /api/tenants/{tenant}/contracts": Row(),
    "POST /api/tenants/{tenant}/contracts": Row(
        frozenset({OWNER}), body={"plan": "basic", "first": "2026-01-01", "last": "2026-12-31"}
    ),
    # ---- requests and sessions, from what changes least to what ends them
    "POST /api/requests": Row(frozenset({TECH}), body={"host": "{host}", "channels": [], "activities": []}),
    "GET /api/requests/{request}": Row(),
    "POST /api/requests/{request}/approval/begin": Row(CUSTOMER, body={"supervision": "self"}),
    "POST /api/requests/{request}/refusal/reason": Row(CUSTOMER, body={"reason": "x"}),
    "GET /api/requests/{request}/clarifications": Row(),
    "POST /api/requests/{request}/clarifications": Row(CUSTOMER, body={"text": "x"}),
    "POST /api/requests/{request}/clarifications/{question}/answers": Row(
        frozenset({TECH}), body={"text": "x"}
    ),
    "POST /api/requests/{request}/supervision/begin": Row(CUSTOMER, body={"page_key": "x"}),
    "POST /api/sessions/{session}/stop/begin": Row(CUSTOMER, body={}),
    "POST /api/sessions/{session}/activation/begin": Row(frozenset({TECH})),
    "POST /api/sessions/{session}/activation/finish": Row(frozenset({TECH}), body={"answer": _ASSERTION}),
    "POST /api/sessions/{session}/tool": Row(frozenset({TECH}), body={"tool": "x"}),
    "POST /api/declared/{declared}/{what}/begin": Row(frozenset({TECH})),
    "POST /api/declared/{declared}/finish": Row(frozenset({TECH}), body={"state": "x", "answer": _ASSERTION}),
    "POST /api/declared/{declared}/close": Row(
        frozenset({TECH}), body={"outcome": "solved", "activities": [{"code": "GEST"}], "note": ""}
    ),
    "POST /api/sessions/{session}/tool/stop": Row(frozenset({TECH})),
    "GET /richieste/{bare}/esito": Row(frozenset({TECH})),
    "POST /richieste/{bare}/esito": Row(frozenset({TECH}), form={"outcome": "solved", "activity": "GEST"}),
    "POST /sessioni/{session}/pausa": Row(CUSTOMER | {TECH}),
    "POST /sessioni/{session}/riprendi": Row(CUSTOMER | {TECH}, code={TECH: "session_paused"}),
    "POST /api/sessions/{session}/pause": Row(CUSTOMER | {TECH}),
    "POST /api/sessions/{session}/resume": Row(CUSTOMER | {TECH}, code={TECH: "session_paused"}),
    "POST /sessioni/{session}/passa": Row(CUSTOMER, code={TITOLARE: "not_allowed"}),  # the ADS watches
    "POST /sessioni/{session}/termina": Row(CUSTOMER),
    "POST /sessioni/{session}/motivo": Row(CUSTOMER, form={"reason": "x"}),
    "POST /api/sessions/{session}/stop": Row(CUSTOMER),
    "POST /sessioni/{session}/chiudi": Row(frozenset({TECH}), form={"outcome": "solved", "activity": "GEST"}),
    "POST /api/sessions/{session}/close": Row(frozenset({TECH}), body=_CLOSE),
    "POST /richieste/{request_id}/rifiuto": Row(CUSTOMER),
    "POST /api/requests/{request}/refusal": Row(CUSTOMER),
    "POST /richieste/{request_id}/risolta": Row(CUSTOMER),
    "POST /api/requests/{request}/solved": Row(CUSTOMER),
    "POST /richieste/{request_id}/ritiro": Row(frozenset({TECH})),
    "POST /api/requests/{request}/withdrawal": Row(frozenset({TECH}), body={"reason": ""}),
    "POST /richieste/{request_id}/revoca": Row(CUSTOMER),
    "POST /api/requests/{request}/revocation": Row(CUSTOMER),
    "POST /api/hosts/{host}/revocation": Row(MASTERS, body={"reason": "retired"}),
    "GET /persone/{tenant}/{person}/uscita": Row(MASTERS),
    "GET /persone/{tenant}/{person}/nome": Row(MASTERS),
    "POST /persone/{tenant}/{person}/nome": Row(MASTERS, code={OWNER: "not_allowed"}),
    "DELETE /api/tenants/{tenant}/people/{person}/name": Row(MASTERS, code={OWNER: "not_allowed"}),
    "POST /persone/{tenant}/{person}/uscita": Row(MASTERS, code=_TITOLARE_ADMITS),
    "DELETE /api/tenants/{tenant}/people/{person}": Row(
        MASTERS, code=dict.fromkeys(MASTERS, "not_found")
    ),  # the page let him go before
}
# Named somebody else to watch, or not yet to be taken: his role would let him.
_NOT_NAMED = {"POST /richieste/{request_id}/supervisione", "POST /api/requests/{request}/supervision/begin"}


def routes() -> set[str]:
    found: set[str] = set()
    for router in (*app.ROUTERS, *mount.ROUTERS):
        for route in router.routes:
            path = route.path  # type: ignore[attr-defined]
            methods = getattr(route, "methods", None)
            if methods is None:
                found.add(f"WS {path}")
            elif "{rest:path}" in path:  # one handler for every method
                found |= {f"GET {path}", f"POST {path}"}
            else:
                found |= {f"{method} {path}" for method in methods - {"HEAD"}}
    return found


def test_every_route_is_in_the_table(site: FastAPI) -> None:
    assert routes() | {f"WS {path}" for path in agents_ws.SOCKETS} == set(TABLE)
    # Nothing was added behind the routers' backs but the static files.
    others = [r for r in site.routes if type(r).__name__ != "_IncludedRouter"]
    assert [getattr(r, "path", "") for r in others] == ["/static"]
    assert len(site.routes) - len(others) == len(app.ROUTERS) + len(mount.ROUTERS)


@dataclass
class Cast:
    """Everybody, and the things of tenant A by the names that paths give them."""

    people: dict[tuple[str, str], Someone | None]
    things: dict[str, str]


@pytest.fixture
async def cast(story: Story) -> Cast:
    world, parts = story.world, story.parts
    session = await story.running()
    request = (await story.session(session)).permit.request
    bare, declared = await allowed(story)
    await declare(story, declared, "began")  # else it would wait in the queue
    other = await open_tenant(parts, world.owner.who, name="Hotel Modello", details={})
    titolare = await newcomer(parts, world.owner, other.id, "titolare", "Tina Terza")
    ads = await newcomer(parts, titolare, other.id, "ads", "Ada Terza")
    auditor = await newcomer(parts, titolare, other.id, "auditor", "Dino Terzo")
    own_auditor = await newcomer(parts, world.titolare, world.tenant, "auditor", "Dora Dpo")
    fresh = await admit_person(
        parts, world.titolare.who, tenant=world.tenant, role="ads", name="Nuovo", function="f", email="x@y.it"
    )
    at = whole_ms(parts.clock.now())
    issued = Issued(world.tenant, "2026-10", "VB-x-2026-10", False, at, 1, 1, bundled=True)
    async with parts.store.tx(world.tenant, at) as tx:
        await tx.append(ReportIssued("2026-10", issued.number, "0" * 64, "0" * 64, False), actor=BROKER)
        await reports.add(tx, issued, Files(b"%PDF", MONTH, None, b"0"))
        await reports.add_bundle(tx, issued.number, b"PK")
    mail = await received(parts, written(f"teresa-titolare@{world.tenant}.example"))
    people: dict[tuple[str, str], Someone | None] = {
        (TECH, "house"): world.technician,
        (OWNER, "house"): world.owner,
        (TITOLARE, "A"): world.titolare,
        (ADS, "A"): world.ads,
        (AUDITOR, "A"): own_auditor,
        (TITOLARE, "B"): titolare,
        (ADS, "B"): ads,
        (AUDITOR, "B"): auditor,
        ("nobody", ""): None,
    }
    things = {
        "request": request, "request_id": request, "session": session, "host": world.host.id,
        "provider": "o-00000000", "login": "0" * 16, "id": "0" * 16,
        "tenant": world.tenant, "person": fresh.person, "number": issued.number, "token": "nope", "tool": "x", "incident": "I-2026-0001", "how": "chiamata", "awaited": "cliente", "product": "g-1",
        "credential": "AAAA", "fingerprint:path": world.technician.ssh_fingerprint, "rest:path": "/", "year": "2026", "path:path": "checkpoint",
        "flag": "0", "question": "0", "mail": mail.id, "ssh": ssh_line(b"another"), "hold": "o-1", "playback": "v-1", "warrant": "w-1", "kind": "delegation", "contest": "c-1", "breach": "v-00000000",
        "filing": "f-00000000", "company": "c-00000000", "company_id": "c-00000000", "answer": "agreed",
        "declared": declared, "bare": bare, "what": "began", "appointment": "n-1", "work": "w-1", "period": "2026-11", "form": "csv", "verification": "y-1", "delegation": "a-1", "clean_up": "u-1", "right": "d-1", "record": "0", "step": "avvia", "technician": world.technician.id,
    }  # fmt: skip
    return Cast(people, things)


def filled(value: Any, things: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(one, things) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    if isinstance(value, str):
        for name, thing in things.items():
            value = value.replace("{" + name + "}", thing)
    return value


async def knock(
    site: FastAPI, someone: Someone | None, name: str, row: Row, things: dict[str, str]
) -> tuple[int, str]:
    """(status, refusal code) of one request; code is empty where nobody refused."""
    method, _, path = name.partition(" ")
    cookies = {} if someone is None else {"verbale_session": someone.token}
    headers = {"accept": "application/json", "origin": "http://localhost:8700"}
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:8700", cookies=cookies
    ) as client:
        answer = await client.request(
            method,
            filled(path, things) + (f"?{filled(row.query, things)}" if row.query else ""),
            headers=headers,
            json=filled(row.body, things) if row.body is not None else None,
            data=filled(row.form, things) if row.form is not None else None,
        )
    kind = answer.headers.get("content-type", "")
    found = json.loads(answer.text) if kind.startswith("application/json") and answer.text else {}
    refused = answer.status_code >= 400
    return answer.status_code, str(found.get("code", "")) if refused and isinstance(found, dict) else ""


def expected(name: str, row: Row, role: str, tenant: str) -> Callable[[str], bool]:
    """What the code must be."""
    if role == "nobody":
        return lambda code: code == "login_needed"
    if row.theirs and tenant == "B":
        # Where the caller's own tenant is asked first, his role may close the door before the thing is sought.
        allowed = {"not_found"} | (set() if role in row.may else {"not_allowed"})
        return lambda code: code in allowed
    if role in row.code:
        return lambda code: code == row.code[role]
    if role not in row.may:
        return lambda code: code == "not_allowed"
    return lambda code: code not in CLOSED_DOORS or (code == "not_allowed" and name in _NOT_NAMED)


async def test_who_gets_in_where(site: FastAPI, cast: Cast, story: Story) -> None:
    """L-51."""
    wrong: list[str] = []
    # First everybody who must not get in: that changes nothing, so the same world serves all.
    order = sorted(cast.people.items(), key=lambda one: (one[0][1] not in ("B", ""), one[0]))
    count = 0
    for entering in (False, True):
        for name, row in TABLE.items():
            if not isinstance(row, Row):
                continue
            for (role, tenant), someone in order:
                outside = role == "nobody" or (row.theirs and tenant == "B") or role not in row.may
                if outside is entering:
                    continue
                count += 1
                status, code = await knock(site, someone, name, row, cast.things | {"n": str(count)})
                if status >= 500 and code not in ("host_unreachable", "log_unavailable"):
                    wrong.append(f"{role} {tenant} {name}: {status}")
                if not expected(name, row, role, tenant)(code):
                    wrong.append(f"{role} of {tenant or 'nobody'}: {name} answered {status} {code or '-'}")
    assert wrong == []
    assert count > 500


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if row in (GONE, LEAVES, STREAM)])
async def test_doors_that_are_shut_for_strangers(site: FastAPI, story: Story, name: str) -> None:
    body = (
        {"secret": "x", "name": "n", "email": "a@b.it", "house": "h"} if name == "POST /api/setup" else None
    )
    row = Row(body=body)
    things = {"token": "nope", "rest:path": "/", "request": "r"}
    status, code = await knock(site, None, name, row, things)
    if TABLE[name] == GONE:
        assert (status, code) == (404, "not_found")
    elif name == "POST /esci":
        assert status == 303  # leaving when nobody is in leads to the door
    else:
        assert (status, code) == (401, "login_needed")


# ---------------------------------------------------------------------------------------- sockets


async def call(site: FastAPI, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """Open a WebSocket, say nothing, hang up after the first answer; all that was sent to us."""
    sent: list[dict[str, Any]] = []
    answered = asyncio.Event()
    turns = 0

    async def receive() -> dict[str, Any]:
        nonlocal turns
        turns += 1
        if turns == 1:
            return {"type": "websocket.connect"}
        async with asyncio.timeout(60):
            await answered.wait()
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] != "websocket.accept":
            answered.set()

    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "path": path, "raw_path": path.encode(),
        "query_string": b"", "scheme": "ws", "subprotocols": [], "client": ("192.0.2.1", 1),
        "server": ("localhost", 8700), "root_path": "", "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    async with asyncio.timeout(60):
        await site(scope, receive, send)
    return sent


def refusal(sent: list[dict[str, Any]]) -> str:
    texts = [json.loads(m["text"]) for m in sent if m.get("text")]
    return str(texts[0].get("refused", "")) if texts else ""


@pytest.mark.parametrize(
    ("tail", "role", "tenant", "told"),
    [
        ("terminal", TITOLARE, "B", "not_found"),
        ("terminal", ADS, "B", "not_found"),
        ("terminal", TITOLARE, "A", "not_allowed"),
        ("terminal", ADS, "A", "not_allowed"),
        ("terminal", OWNER, "house", "not_allowed"),
        ("live", TITOLARE, "B", "not_found"),
        ("live", ADS, "B", "not_found"),
        ("live", TECH, "house", "not_allowed"),
        ("live", OWNER, "house", "not_allowed"),
        ("terminal", AUDITOR, "A", "not_allowed"),
    ],
)
async def test_sockets_of_others_say_no(
    site: FastAPI, cast: Cast, tail: str, role: str, tenant: str, told: str
) -> None:
    someone = cast.people[role, tenant]
    assert someone is not None
    headers = {
        "host": "localhost:8700",
        "origin": "http://localhost:8700",
        "cookie": f"verbale_session={someone.token}",
    }
    sent = await call(site, f"/api/sessions/{cast.things['session']}/{tail}", headers)
    assert refusal(sent) == told
    assert sent[-1]["type"] == "websocket.close"


@pytest.mark.parametrize("tail", ["terminal", "live"])
@pytest.mark.parametrize("origin", ["http://evil.example", None])
async def test_sockets_of_foreign_pages_are_not_even_accepted(
    site: FastAPI, cast: Cast, tail: str, origin: str | None
) -> None:
    someone = cast.people[ADS, "A"]
    assert someone is not None
    headers = {"host": "localhost:8700", "cookie": f"verbale_session={someone.token}"}
    if origin is not None:
        headers["origin"] = origin
    sent = await call(site, f"/api/sessions/{cast.things['session']}/{tail}", headers)
    assert [one["type"] for one in sent] == ["websocket.close"]


@pytest.mark.parametrize("path", ["/agent/link", "/agent/channel"])
async def test_pages_cannot_pose_as_agents(site: FastAPI, cast: Cast, path: str) -> None:
    headers = {"host": "localhost:8700", "origin": "http://localhost:8700"}
    sent = await call(site, path, headers)
    assert [one["type"] for one in sent] == ["websocket.close"]
