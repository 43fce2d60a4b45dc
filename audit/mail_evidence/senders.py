"""Who a mail says it is from, and what is odd about how it says so (C-05)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from audit.errors import Malformed
from audit.mail_evidence.addresses import Address, imitates
from audit.mail_evidence.known import Known, Registered
from audit.mail_evidence.shape import MAX_FIELD_READ, Entity, Unfit, decoded, unfolded

# One mailbox: a phrase, quoted in part or not, and an address in angle brackets; or the address alone.
_MAILBOX = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"<>,;])*)<([^<>\s]+)>\s*')
_BARE = re.compile(r"[^\s<>,;\"()]+")
_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]@]{1,64}@[^\s<>,;:\"'()\[\]@]{1,253}")


@dataclass(frozen=True, slots=True)
class From:
    """`shown` is the name beside the address, decoded."""

    address: Address
    shown: str


def read_from(message: Entity) -> From:
    """The one author of a mail. `Unfit` where there is none, or more than one."""
    found = message.all("from")
    if not found:
        raise Unfit("no_from")
    if len(found) > 1:
        raise Unfit("many_from")
    if len(found[0]) > MAX_FIELD_READ:
        raise Unfit("too_complex")
    text = unfolded(found[0])
    mailbox = _MAILBOX.fullmatch(text)
    if mailbox is not None:
        shown, plain = decoded(mailbox.group(1).encode()), mailbox.group(2)
    elif _BARE.fullmatch(text):
        shown, plain = "", text
    else:
        raise Unfit("many_from" if len(_ADDRESS.findall(text)) > 1 else "no_from")
    try:
        return From(Address.parse(plain), shown.strip().strip('"').strip())
    except Malformed as wrong:
        raise Unfit("no_from") from wrong


def remarks(message: Entity, author: From) -> list[str]:
    """What a person should be told of the way the mail names its author. None of it decides."""
    found = []
    named = [_lowered(one) for one in _ADDRESS.findall(author.shown)]
    if any(one != _lowered(str(author.address)) for one in named):
        found.append("display_name_address")
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cn"} for sign in author.shown):
        found.append("display_name_hidden")
    answers = [
        _lowered(one) for value in message.all("reply-to") for one in _ADDRESS.findall(unfolded(value))
    ]
    if any(one != _lowered(str(author.address)) for one in answers):
        found.append("reply_to_differs")
    return found


def _lowered(text: str) -> str:
    try:
        return str(Address.parse(text)).casefold()
    except Malformed:
        return text.casefold()


def stranger(address: Address, known: Known) -> list[str]:
    """What is said of an address that nobody registered."""
    imitated = any(imitates(address, Address.parse(one.address)) for one in known.registered)
    return ["unknown_sender", *(["lookalike_address"] if imitated else [])]


def undelegated(one: Registered, at: datetime) -> str | None:
    """Why a registered person's mail has no power on this day: an ADS writes by delegation (S-36)."""
    if one.role == "titolare":
        return None
    if one.delegation is None:
        return "delegation_missing"
    return None if one.delegation.holds(at) else "delegation_expired"
