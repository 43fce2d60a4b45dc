"""The commercial part of a report: names, addresses, who administers; what the log alone cannot say.

Pure. It is committed in `period.figures` before the report is made (audit/month_report.py merges it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from audit import instant
from audit.canonical import Value
from audit.periods import family
from broker.domain.administrators import InForce, day, in_month
from broker.domain.appointments import Appointment
from broker.domain.cadence import NAMES, USUAL, Cadence
from broker.domain.estate import EnrolledHost, Host, Tenant
from broker.domain.people import Person

PORTAL = "broker"
CONTEST_TERM = timedelta(days=30)
_ROLES = {
    "titolare": "controller", "ads": "ads", "auditor": "auditor", "technician": "technician", "owner": "owner",
}  # fmt: skip
_CLIENT_KEYS = ("street", "town", "vat")
_VENDOR_KEYS = ("street", "town", "vat", "email", "pec", "phone")


@dataclass(frozen=True, slots=True)
class Previous:
    """The report before this one: month *n* cites month *n - 1*. `size` is of the log it cited."""

    number: str
    pdf_sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything about the customer and the house that a report may have to name."""

    customer: Tenant
    details: Mapping[str, Any]
    house: Tenant
    house_details: Mapping[str, Any]
    people: Sequence[Person]  # the customer's
    house_people: Sequence[Person]
    hosts: Sequence[Host]
    approvers: Sequence[InForce]  # every signed set, in order
    category: int = 2  # macro-category when the period began
    appointed: Sequence[Appointment] = ()  # of administrators, in the order of the register


def number_of(tenant: str, period: str, snapshot: int | None) -> str:
    """``VB-1a2b3c4d-2026-11``; the n-th snapshot of an unfinished month adds ``-Pn``."""
    plain = f"VB-{tenant.removeprefix('t-')}-{period}"
    return plain if snapshot is None else f"{plain}-P{snapshot}"


def commercial(
    estate: Estate, evidence: Mapping[str, Value], number: str, issued: datetime, previous: Previous | None
) -> dict[str, Value]:
    """Names only whom and what the month's evidence names, and who must always stand there.

    Days are the customer's own: an instant shortly before midnight UTC may be tomorrow's.
    """
    zone, of = ZoneInfo(estate.customer.zone), evidence["period"].get("of")
    cadence = USUAL if of is None else NAMES[family(of)]
    administrators = in_month(estate.approvers, evidence["period"], zone, estate.appointed)
    wanted = {line["id"] for line in evidence["people"]} | {line["person"] for line in administrators}
    wanted |= {p.id for p in estate.people if p.active}
    wanted |= (
        {line["by"] for line in evidence["protection"]["settings"]} if "protection" in evidence else set()
    )
    people = [p for p in (*estate.people, *estate.house_people) if p.id in wanted]
    controller = next((p.id for p in estate.people if p.role == "titolare" and p.active), None)
    found: dict[str, Value] = {
        "tenant": estate.customer.id,
        "category": estate.category,
        "report": _report(number, issued, previous, cadence),
        "client": {"name": estate.customer.name, **_some(estate.details, _CLIENT_KEYS)},
        "vendor": {"name": estate.house.name, **_some(estate.house_details, _VENDOR_KEYS)},
        "people": [_person(p, estate.house.id) for p in people],
        "hosts": [*(_host(h) for h in estate.hosts), _portal(estate.house.name)],
        "administrators": administrators,
        "actions": [
            {"kind": "confirm", "host": h.id}
            for h in estate.hosts
            if isinstance(h, EnrolledHost) and not h.confirmed
        ],
        "attachments": _attachments(number),
    }
    if controller is not None:
        found["client"]["controller"] = controller
    if estate.customer.demo:
        found["specimen"] = True
    if email := estate.house_details.get("email"):
        found["contest"] = {"email": email, "until": day(issued + CONTEST_TERM, zone)}
    return found


def _report(number: str, issued: datetime, previous: Previous | None, cadence: Cadence) -> Value:
    found: dict[str, Value] = {
        "number": number,
        "issued": instant.to_text(issued),
        "language": "it",
        "cadence": cadence,
    }
    if previous is not None:
        found["previous"] = {
            "number": previous.number,
            "pdf_sha256": previous.pdf_sha256,
            "size": previous.size,
        }
    return found


def _some(details: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Value]:
    return {k: str(details[k]) for k in keys if details.get(k)}


def _person(person: Person, house: str) -> Value:
    found: dict[str, Value] = {
        "id": person.id,
        "name": person.name,
        "side": "vendor" if person.tenant == house else "client",
        "role": _ROLES[person.role],
    }
    return found | ({"function": person.function} if person.function else {})


def _host(host: Host) -> Value:
    line: dict[str, Value] = {"id": host.id, "name": host.label, "place": host.place}
    if isinstance(host, EnrolledHost):
        line["confirmed"] = host.confirmed
    return line


def _portal(vendor: str) -> Value:
    return {"id": PORTAL, "name": "Portale Verbale", "place": f"Servizio di {vendor}"}


def _attachments(number: str) -> list[Value]:
    return [
        {
            "name": f"{number}.json",
            "what": "Tutti i dati di questo rapporto, leggibili da un programma; uniti anche dentro questo PDF",
        },
        {
            "name": f"{number}.zip",
            "what": "Pacchetto di verifica: registro, firme, prove e questo rapporto",
        },
    ]
