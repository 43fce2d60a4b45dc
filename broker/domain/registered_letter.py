"""What a letter with receipts consists of, and its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

MAX_BYTES = 25 * 1024 * 1024  # before its transport encoding adds a third: providers take 30 MB and more


@dataclass(frozen=True, slots=True)
class Attachment:
    """`type` as ``application/pdf``."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` in Italian, then English. `person`: whom it is for, where that is a person of the customer's; `about`
    the number of the report it brings."""

    purpose: str  # a code: report | notice
    recipient: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    person: str | None = None
    about: str | None = None

    @property
    def size(self) -> int:
        """Bytes of text and attachments."""
        return len(self.text.encode()) + sum(len(one.data) for one in self.attachments)


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The whole message (RFC 5322)."""
    message = envelope.around(one_line(letter.subject), letter.text)
    for one in letter.attachments:
        kind, _, sort = one.type.partition("/")
        message.add_attachment(one.data, maintype=kind, subtype=sort, filename=one_line(one.name))
    return message.as_bytes()


def to(letter: Letter) -> Address:
    """The recipient as a header has it: a certified box, without anybody's name."""
    return Address(addr_spec=letter.recipient)


REPORT_IT = """\
In allegato il rapporto {number} di {customer}, firmato, con la sua copia CAdES (.p7m).

Si controlla senza di noi: le istruzioni sono nell’ultima pagina, e nella sua pagina di Verbale c’è il pacchetto completo.
"""
REPORT_EN = """\
Attached is report {number} of {customer}, signed, with its CAdES copy (.p7m).

It can be checked without us: the last page says how, and your page of Verbale has the complete bundle.
"""


def of_report(number: str, customer: str, recipient: str, pdf: bytes, twin: bytes) -> Letter:
    """The letter that brings a report. Where both do not fit, the PDF alone, which bears the same signature."""
    words = {"number": one_line(number), "customer": one_line(customer)}
    files = (
        Attachment(f"{number}.pdf", "application/pdf", pdf),
        Attachment(f"{number}.pdf.p7m", "application/pkcs7-mime", twin),
    )
    return Letter(
        purpose="report",
        recipient=recipient,
        subject=f"Rapporto {number} · Report {number}",
        text=f"{REPORT_IT.format(**words)}\n--\n\n{REPORT_EN.format(**words)}",
        attachments=files if len(pdf) + len(twin) < MAX_BYTES // 2 else files[:1],
        about=number,
    )
