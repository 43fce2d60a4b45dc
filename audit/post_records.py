"""Records of letters whose arrival somebody certifies, and of what mail that came is about (R460–R469), and by what
somebody's mail is known (R510)."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Digest, Id
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class LetterSent(Record):
    """A letter was handed to a channel that gives receipts. `uncertain`: the line broke, and it may have been taken.

    `message` is the SHA-256 of the bytes; the opening holds recipient and subject.
    """

    KIND, CODE, IT, EN = "letter.sent", "R460", "Lettera con ricevuta inviata", "Letter with receipts sent"
    SEALED = "must"
    letter: Id
    channel: Code  # pec | rem
    purpose: Code  # report | notice
    outcome: Code  # taken | uncertain | not_taken (in all attempts)
    message: Digest


@dataclass(frozen=True, slots=True, repr=False)
class LetterReceipted(Record):
    """A receipt of the channel came for it; `refs` names the mail that brought it."""

    KIND, CODE, IT, EN = "letter.receipted", "R461", "Ricevuta della lettera", "Receipt for a letter"
    letter: Id
    receipt: Code  # accepted | refused | late | undelivered | delivered


@dataclass(frozen=True, slots=True, repr=False)
class LetterOverdue(Record):
    """A day after it was handed over nobody knows how it ended; it is not sent again by itself."""

    KIND, CODE, IT, EN = "letter.overdue", "R462", "Lettera senza esito", "Letter without an outcome"
    letter: Id


@dataclass(frozen=True, slots=True, repr=False)
class MailBound(Record):
    """A mail that came, which `refs` names, is about this request. It authorises nothing: that takes a passkey."""

    KIND, CODE, IT, EN = "mail.bound", "R463", "Mail legata a una richiesta", "Mail bound to a request"
    RETAIN = "authorisation"
    request: Id
    by: Code  # code | hand
    state: Code  # awaiting_approval (under the customer's least level) | accepted (as evidence)


@dataclass(frozen=True, slots=True, repr=False)
class MailRulesChanged(Record):
    """The titolare said what mail must prove at least to count as his word, and who may forward it."""

    KIND, CODE, IT, EN = "mail.rules_changed", "R464", "Regole della posta cambiate", "Rules of mail changed"
    least: Code  # e1 … e4


@dataclass(frozen=True, slots=True, repr=False)
class MailReported(Record):
    """A mail that came, which `refs` names, is the written report of this incident: its clock runs from `came`."""

    KIND, CODE, IT, EN = (
        "mail.reported",
        "R465",
        "Mail che segnala un incidente",
        "Mail that reports an incident",
    )
    RETAIN = "authorisation"
    incident: Id


@dataclass(frozen=True, slots=True, repr=False)
class MailSenderChanged(Record):
    """The titolare said by what mail of this person is known from here on, beside the address of his admission.

    The opening holds `domain`, whose DKIM signature counts instead of the address's own, `box`, a certified box,
    and `fiscal_code`, which his qualified signature bears; each is empty where there is none.
    """

    KIND, CODE = "mail.sender_changed", "R510"
    IT, EN = "Mittente di posta cambiato", "Sender of mail changed"
    RETAIN = "authorisation"
    SEALED = "must"
    person: Id
