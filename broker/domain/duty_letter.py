"""The letter about a sub-processor: which company, from when its people may work, how to agree or object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = "{customer}: un sub-responsabile del trattamento · A sub-processor"
TEXT_IT = """\
{vendor} vuole far lavorare presso {customer} anche persone di {name} ({place}), come sub-responsabile del trattamento (art. 28 GDPR).

{terms_it} Fino ad allora nessuna di quelle persone può essere assegnata a una richiesta. Si risponde dalla pagina:
{link}
"""
TEXT_EN = """\
{vendor} wants people of {name} ({place}) to work at {customer} too, as a sub-processor (art. 28 GDPR).

{terms_en} Until then none of those people can be assigned to a request. Answer on the page:
{link}
"""
_GENERAL_IT = "Se lei non si oppone, vale dopo il {notice}; se acconsente, da subito."
_GENERAL_EN = "Unless you object, it counts after {notice}; if you agree, at once."
_SPECIFIC_IT = "Vale solo se lei acconsente."
_SPECIFIC_EN = "It counts only if you agree."


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """`notice` is the last day of the notice, of a `general` authorisation."""

    customer: str
    vendor: str
    name: str
    place: str
    general: bool
    notice: date


def compose(facts: DutyFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header."""
    notice = f"{facts.notice:%d/%m/%Y}"
    words = {
        "customer": one_line(facts.customer),
        "vendor": one_line(facts.vendor),
        "name": one_line(facts.name),
        "place": one_line(facts.place),
        "terms_it": (_GENERAL_IT if facts.general else _SPECIFIC_IT).format(notice=notice),
        "terms_en": (_GENERAL_EN if facts.general else _SPECIFIC_EN).format(notice=notice),
        "link": link,
    }
    text = f"{TEXT_IT.format(**words)}\n--\n\n{TEXT_EN.format(**words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
