"""The letter to a titolare whose administrators' work nobody has verified for more than a year."""

from __future__ import annotations

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = (
    "{customer}: verifica annuale degli amministratori di sistema · Yearly verification of administrators"
)
TEXT_IT = """\
A {customer} la verifica annuale sull’operato degli amministratori di sistema manca da più di un anno. La legge chiede di farla almeno una volta l’anno (provvedimento del Garante 27 novembre 2008).

La pagina estrae un campione degli accessi, che chiunque può ricalcolare, e ne scrive il verbale:
{link}
"""
TEXT_EN = """\
At {customer} nobody has verified the administrators’ work for more than a year. The law asks for it once a year at least (Garante, 27 November 2008).

The page draws a sample of the accesses, which anybody can draw again, and writes the minute:
{link}
"""


def compose(customer: str, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322)."""
    words = {"customer": one_line(customer), "link": link}
    text = f"{TEXT_IT.format(**words)}\n--\n\n{TEXT_EN.format(**words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
