"""A national trusted list of the European Union (ETSI TS 119 612), as a file that somebody fetched and trusts.

Who configures it answers for where it came from: its own XML signature is not judged here. Of it are kept the
services that issue qualified certificates and are granted, since when, and when the list was made.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from audit.errors import Malformed
from audit.mail_evidence.known import MAX_CERTIFICATE_BYTES, MAX_LINES, Service, TrustedList

MAX_BYTES = 64 * 1024 * 1024  # the largest national list is 8 MiB
_NS = "{http://uri.etsi.org/02231/v2#}"
_ISSUES_QUALIFIED = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
_GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"


def parse(data: bytes) -> TrustedList:
    """`Malformed` where it is no such list."""
    root = _root(data)
    issued = root.findtext(f"{_NS}SchemeInformation/{_NS}ListIssueDateTime")
    if root.tag != f"{_NS}TrustServiceStatusList" or issued is None:
        raise Malformed("not a trusted list of ETSI TS 119 612")
    services = [one for found in root.iter(f"{_NS}ServiceInformation") for one in _services(found)]
    if len(services) > MAX_LINES:
        raise Malformed("a trusted list of more services than any country has")
    return TrustedList(_instant(issued), tuple(services))


def _root(data: bytes) -> Any:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > MAX_BYTES:
        raise Malformed("larger than a trusted list")
    try:
        return fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as wrong:
        raise Malformed("a trusted list that is no XML") from wrong


def _services(found: Any) -> list[Service]:
    """One for each certificate of a granted service that issues qualified certificates."""
    kind = (found.findtext(f"{_NS}ServiceTypeIdentifier") or "").strip()
    status = (found.findtext(f"{_NS}ServiceStatus") or "").strip()
    since = found.findtext(f"{_NS}StatusStartingTime")
    if (kind, status) != (_ISSUES_QUALIFIED, _GRANTED) or since is None:
        return []
    return [Service(_der(one.text or ""), _instant(since)) for one in found.iter(f"{_NS}X509Certificate")]


def _der(text: str) -> bytes:
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as wrong:
        raise Malformed("a certificate of a trusted list that is no Base64") from wrong
    if not 0 < len(der) <= MAX_CERTIFICATE_BYTES:
        raise Malformed("a certificate of a trusted list of an odd size")
    return der


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Malformed("a time of a trusted list that is none") from wrong
    if found.tzinfo is None:
        raise Malformed("a time of a trusted list without a zone")
    return found
