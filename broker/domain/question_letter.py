"""The letter that tells a titolare that the vendor holds an instruction of his unlawful; why stands on the page."""

from __future__ import annotations

from dataclasses import dataclass

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = (
    "{customer}: un’istruzione che il fornitore ritiene illecita · An instruction the vendor holds unlawful"
)
TEXT_IT = """\
{by} di {vendor} ritiene che quanto chiesto con la richiesta {request} violi il GDPR o altre norme sulla protezione dei dati, e glielo segnala come prevede l’art. 28(3).

Perché lo ritiene sta sulla pagina della richiesta. Può revocarla, cambiarla o confermarla:
{link}
"""
TEXT_EN = """\
{by} of {vendor} holds that what was asked for by request {request} infringes the GDPR or other data protection rules, and tells you so as art. 28(3) demands.

Why is on the request's page. You can revoke it, change it or confirm it:
{link}
"""


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    customer: str
    vendor: str
    by: str
    request: str


def compose(facts: QuestionFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322)."""
    words = {
        "customer": one_line(facts.customer),
        "vendor": one_line(facts.vendor),
        "by": one_line(facts.by),
        "request": facts.request,
        "link": link,
    }
    text = f"{TEXT_IT.format(**words)}\n--\n\n{TEXT_EN.format(**words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
