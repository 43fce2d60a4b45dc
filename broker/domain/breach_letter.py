"""The letter that tells a titolare of a breach: when it became known, until when he can tell the authority, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = "{customer}: violazione dei dati · Data breach"
TEXT_IT = """\
{vendor} le comunica una violazione dei dati personali di {customer} (n. {breach}), come prevede l’art. 33(2) del GDPR.

Conosciuta dal fornitore il {aware_it}. Se lei ritiene che vada notificata al Garante, le 72 ore dell’art. 33(1), contate da allora, finiscono il {due_it}. Sessioni toccate: {sessions}. {risk_it}

Che cosa è accaduto, quali dati e quante persone riguarda, le conseguenze probabili e le misure prese stanno qui, non in questa lettera:
{link}
"""
TEXT_EN = """\
{vendor} tells you of a breach of personal data of {customer} (no. {breach}), as art. 33(2) GDPR demands.

The vendor became aware of it on {aware_en}. If you hold that the authority must be told, the 72 hours of art. 33(1), counted from then, end on {due_en}. Sessions touched: {sessions}. {risk_en}

What happened, which data and how many people it concerns, the likely consequences and the measures taken are here, and not in this letter:
{link}
"""
_HIGH_IT = "Il fornitore la ritiene a rischio elevato: valuti la comunicazione agli interessati (art. 34)."
_HIGH_EN = "The vendor holds the risk to be high: consider telling the people concerned (art. 34)."


@dataclass(frozen=True, slots=True)
class BreachFacts:
    customer: str
    vendor: str
    breach: str
    aware: datetime
    due: datetime
    sessions: int
    high_risk: bool
    zone: str


def compose(facts: BreachFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). What happened stays on the page: mail travels and stays in the open."""
    words = {
        "customer": one_line(facts.customer),
        "vendor": one_line(facts.vendor),
        "breach": facts.breach,
        "sessions": str(facts.sessions),
        "risk_it": _HIGH_IT if facts.high_risk else "",
        "risk_en": _HIGH_EN if facts.high_risk else "",
        "link": link,
    }
    here = ZoneInfo(facts.zone)
    for name, at in (("aware", facts.aware), ("due", facts.due)):
        local = at.astimezone(here)
        words[f"{name}_it"] = f"{local:%d/%m/%Y} alle {local:%H:%M} {local.tzname()}"
        words[f"{name}_en"] = f"{local:%d/%m/%Y} at {local:%H:%M} {local.tzname()}"
    text = f"{TEXT_IT.format(**words)}\n--\n\n{TEXT_EN.format(**words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
