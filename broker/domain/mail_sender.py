"""By what mail of a person is known, beside the address he was admitted with: as the titolare says."""

from __future__ import annotations

from dataclasses import dataclass

from audit.errors import Malformed
from audit.mail_evidence.addresses import ascii_domain
from broker.domain.email_address import read_email
from broker.domain.fiscal_code import person_number
from broker.domain.refusal import Refused, Why


@dataclass(frozen=True, slots=True)
class MailSender:
    """`domain`: whose DKIM signature counts instead of the address's own; whoever can have it sign writes as this
    person. `box`: his certified one. `fiscal_code`: what his qualified signature bears. Each may be empty."""

    domain: str = ""
    box: str = ""
    fiscal_code: str = ""

    def texts(self) -> dict[str, str]:
        """What is sealed beside the record."""
        return {"domain": self.domain, "box": self.box, "fiscal_code": self.fiscal_code}


def chosen(domain: str, box: str, fiscal_code: str, email: str) -> MailSender:
    """What somebody typed, each in its one form. `email` is the person's own address, whose domain signs anyhow."""
    found = _domain(domain.strip()) if domain.strip() else ""
    return MailSender(
        domain="" if found == email.rpartition("@")[2] else found,
        box=_box(box) if box.strip() else "",
        fiscal_code=person_number(fiscal_code) if fiscal_code.strip() else "",
    )


def _domain(text: str) -> str:
    try:
        return ascii_domain(text.lower().removeprefix("@"))
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="domain") from wrong


def _box(text: str) -> str:
    try:
        return read_email(text)
    except Refused as wrong:
        raise Refused(Why.BAD_INPUT, field="box") from wrong
