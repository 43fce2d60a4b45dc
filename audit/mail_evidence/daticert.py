"""`daticert.xml`, the provider's certification data (RFC 6109), by a parser that takes no DTD and no entity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from audit.mail_evidence.judgement import Certified
from audit.mail_evidence.shape import Unfit

MAX_BYTES = 256 * 1024  # a mail to hundreds of boxes names each
MAX_TEXT = 1000
MAX_RECIPIENTS = 500
_UNESCAPED = re.compile(rb"<msgid>\s*<([^<>&\s]{1,250})>\s*</msgid>")
_WHEN = re.compile(r"(\d{2})/(\d{2})/(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{2}):?(\d{2})")


@dataclass(frozen=True, slots=True)
class Daticert:
    """`partial`: the id was not escaped, and everything was read around it."""

    facts: Certified
    partial: bool


def parse(data: bytes) -> Daticert:
    """`Unfit` (`pec_daticert_rejected`) where it is not XML of that kind."""
    if len(data) > MAX_BYTES:
        raise Unfit("pec_daticert_rejected")
    try:
        return Daticert(_facts(_root(data)), partial=False)
    except ParseError:
        pass
    # Some providers write the id with its angle brackets as they are. Only that one place, once, is put right:
    # whoever writes a mail chooses its id, and must not choose elements.
    if data.count(b"<msgid>") != 1 or data.count(b"</msgid>") != 1:
        raise Unfit("pec_daticert_rejected")
    mended = _UNESCAPED.sub(rb"<msgid>&lt;\1&gt;</msgid>", data)
    try:
        return Daticert(_facts(_root(mended)), partial=True)
    except ParseError as wrong:
        raise Unfit("pec_daticert_rejected") from wrong


def _root(data: bytes) -> Any:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (DefusedXmlException, LookupError, ValueError) as wrong:
        raise Unfit("pec_daticert_rejected") from wrong


def _facts(root: Element) -> Certified:
    if root.tag != "postacert":
        raise Unfit("pec_daticert_rejected")
    head, data = root.find("intestazione"), root.find("dati")
    if head is None or data is None or len(root.findall("intestazione")) > 1 or len(root.findall("dati")) > 1:
        raise Unfit("pec_daticert_rejected")
    receipt = data.find("ricevuta")
    return Certified(
        kind=root.get("tipo", "")[:MAX_TEXT],
        error=root.get("errore", "")[:MAX_TEXT],
        sender=_only(head, "mittente"),
        recipients=tuple([_text(one) for one in head.findall("destinatari")[:MAX_RECIPIENTS]]),
        subject=_only(head, "oggetto"),
        provider=_only(data, "gestore-emittente"),
        at=_when(data.find("data")),
        identifier=_only(data, "identificativo"),
        message_id=_only(data, "msgid"),
        delivered_to=_only(data, "consegna"),
        receipt="" if receipt is None else receipt.get("tipo", "")[:MAX_TEXT],
        detail=_only(data, "errore-esteso"),
    )


def _only(parent: Element, name: str) -> str:
    """The text of the one child of that name; empty where there is none. Two of them are refused."""
    found = parent.findall(name)
    if len(found) > 1:
        raise Unfit("pec_daticert_rejected")
    return _text(found[0]) if found else ""


def _text(one: Element) -> str:
    return (one.text or "").strip()[:MAX_TEXT]


def _when(one: Element | None) -> datetime | None:
    """`giorno` dd/mm/yyyy, `ora` hh:mm:ss, `zona` +hhmm."""
    if one is None:
        return None
    match = _WHEN.fullmatch(f"{_only(one, 'giorno')} {_only(one, 'ora')} {one.get('zona', '')}")
    if match is None:
        return None
    day, month, year, hour, minute, second, zone, quarter = match.groups()
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}:{quarter}")
    except ValueError:
        return None
