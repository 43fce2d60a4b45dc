"""The end of a contract (L-35): two people ask for it, a grace follows in which either side may stop it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from audit.canonical import Value
from audit.record import RetainClass
from broker.domain.document import day, document, part
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why

GRACE = timedelta(days=30)
State = Literal["begun", "confirmed", "stopped", "left"]
CLASS_IT: dict[RetainClass, str] = {
    "access": "nomi negli accessi", "authorisation": "testi di richieste e autorizzazioni", "report": "rapporti e documenti",
    "log": "note finali e comandi", "recording": "registrazioni delle sessioni",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaving:
    """`last` is the last day on which it can be stopped, once a second person has confirmed it."""

    id: str
    by: str
    side: str  # the role of whoever began it
    at: datetime
    state: State = "begun"
    last: date | None = None

    def over(self, today: date) -> bool:
        return self.state == "confirmed" and self.last is not None and today > self.last


def may_begin(found: Leaving | None) -> None:
    if found is not None and found.state != "stopped":
        raise Refused(Why.WRONG_STATE)


def may_confirm(found: Leaving | None, who: Who, *, others: bool) -> Leaving:
    """By another person; the titolare has the last word on what the vendor began. `others`: the vendor has a second
    owner, who then must confirm what the titolare began no less."""
    if found is None or found.state != "begun":
        raise Refused(Why.WRONG_STATE)
    if who.person == found.by:
        raise Refused(Why.NOT_ALLOWED)
    if found.side == "owner" and who.role != "titolare" and not others:
        raise Refused(Why.NOT_ALLOWED)
    return found


def may_stop(found: Leaving | None) -> Leaving:
    if found is None or found.state not in ("begun", "confirmed"):
        raise Refused(Why.WRONG_STATE)
    return found


@dataclass(frozen=True, slots=True)
class Remains:
    """Of a class: how many pieces went, how many stay, and until when the last of them must (None: a hold)."""

    retain: RetainClass
    erased: int
    left: int
    until: date | None


def certificate(
    remains: Sequence[Remains],
    keys: Sequence[str],
    *,
    customer: str,
    vendor: str,
    bundle: Mapping[str, str],
    on: date,
    version: int,
) -> dict[str, Value]:
    """What was returned, what was erased with which keys, and what the law keeps until when."""
    whole = all(not one.left for one in remains)
    return document(
        "closing_certificate", customer=customer, vendor=vendor, on=on, version=version,
        facts=[("Stato", "tutto cancellato" if whole else "resta ciò che deve essere conservato")],
        text=[
            ("A fine contratto i dati sono stati messi a disposizione del titolare e cancellati distruggendo le chiavi che "
            "li aprivano (art. 28, par. 3, lett. g, GDPR). Il registro resta verificabile: contiene pseudonimi e impegni.")
        ],
        parts=[
            part("Restituzione", facts=sorted(bundle.items())),
            part("Classi", head=["Che cosa", "Cancellati", "Restano", "Fino al"], widths=[5, 2, 2, 3], rows=[
                [CLASS_IT[one.retain], str(one.erased), str(one.left),
                 "–" if not one.left else "sospensione" if one.until is None else day(one.until)] for one in remains]),
            part("Chiavi distrutte", text=[f"{len(keys)} chiavi, ognuna dei testi di ciò che nomina."],
                 head=["Chiave"], widths=[1], rows=[[one] for one in keys]),
            part("Che cosa la legge conserva", text=[
                ("Gli accessi restano attribuibili almeno sei mesi (Garante, 27 novembre 2008, punto 4.5 lettera f); la prova "
                "delle autorizzazioni e i rapporti dodici mesi. Ogni classe va alla fine del suo termine più breve.")]),
        ],
    )  # fmt: skip
