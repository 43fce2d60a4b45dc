"""The letter to titolare and ADS when somebody rang who may not authorise (S-30): who, when, about what, and a link.

The one letter that says what somebody said: they are to decide on it, and the page behind the link says no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

MAX_ANOMALY = 500  # signs of it; all of it stands on the page

SUBJECT = "Telefonata da {customer}: serve la sua decisione · A call from {customer}"
TEXT_IT = """\
{caller} ha telefonato il {called} per questa anomalia:

  «{anomaly}»

Da richiamare: {callback}. Per una telefonata il fornitore non si collega: serve il sì scritto del titolare o dell’ADS. Dalla pagina può segnalare l’anomalia al fornitore oppure rispondere che la risolve lei. Il collegamento da solo non autorizza nulla.
{link}
"""
TEXT_EN = """\
{caller} called on {called} about this fault:

  “{anomaly}”

To be called back: {callback}. The vendor does not connect because of a call: it takes the written yes of the titolare or the ADS. On the page you can report the fault to the vendor, or answer that you will solve it. The link alone authorises nothing.
{link}
"""


@dataclass(frozen=True, slots=True)
class CallFacts:
    customer: str
    caller: str
    callback: str
    anomaly: str
    called: datetime
    zone: str


def compose(facts: CallFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). What people said is made one line: it can begin no header and no paragraph."""
    words = {
        "customer": one_line(facts.customer),
        "caller": one_line(facts.caller),
        "callback": one_line(facts.callback) or "–",
        "anomaly": one_line(facts.anomaly, MAX_ANOMALY),
        "called": f"{facts.called.astimezone(ZoneInfo(facts.zone)):%d/%m/%Y %H:%M (%Z)}",
        "link": link,
    }
    text = f"{TEXT_IT.format(**words)}\n--\n\n{TEXT_EN.format(**words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
