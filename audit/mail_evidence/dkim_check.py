"""DKIM (RFC 6376) and ARC (RFC 8617) by dkimpy on the raw bytes, with the answers of the DNS given."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.mail_evidence.addresses import within
from audit.mail_evidence.dkim_key import (
    COVERED,
    GOOD_BITS,
    covered,
    fault,
    read_key,
    read_tags,
    runs_long,
    timed,
)
from audit.mail_evidence.dns import Dns
from audit.mail_evidence.shape import Entity, unfolded

MAX_SIGNATURES = 3  # aligned ones that are computed; a mail has one or two
MAX_SETS = 5  # of ARC; a mail that five servers forwarded is nobody's authorisation
_INSTANCE = re.compile(r"\s*i\s*=\s*([0-9]{1,2})\s*;")
_NUMBER = re.compile(r"[0-9]{1,2}")
_SILENT = logging.getLogger("verbale.dkim")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False  # what the library thinks of a mail comes back as a code


@dataclass(frozen=True, slots=True)
class DkimFound:
    """`passed` or the `code` that says why not; `remarks` beside it, `domain` of the signature that counted."""

    passed: bool
    code: str
    domain: str = ""
    remarks: tuple[str, ...] = ()


def check_dkim(message: Entity, organisation: str, dns: Dns, at: datetime) -> DkimFound:
    """Whether a signature of the organisation's domain, or one below it, holds over this mail."""
    signatures = message.all("dkim-signature")
    if not signatures:
        return DkimFound(False, "dkim_none")
    failures: list[str] = []
    for index, value in enumerate(signatures):
        tags = None if runs_long(value) else read_tags(unfolded(value))
        if tags is None or not within(tags.get("d", "").lower(), organisation):
            continue
        if len(failures) >= MAX_SIGNATURES:
            break
        found = _one(message, index, tags, dns, at)
        if found.passed:
            return found
        failures.append(found.code)
    return DkimFound(False, failures[0] if failures else "dkim_unaligned")


def _one(message: Entity, index: int, tags: dict[str, str], dns: Dns, at: datetime) -> DkimFound:
    if code := fault(tags, at):
        return DkimFound(False, code)
    answer = dns.txt(f"{tags['s']}._domainkey.{tags['d']}")
    if answer is None:
        return DkimFound(False, "dns_unanswered")
    key = read_key(answer.text, tags)
    if isinstance(key, str):
        return DkimFound(False, key)
    if not _holds(message, index, key.text):
        return DkimFound(False, "dkim_failed")
    remarks = ("dkim_short_key",) if key.bits < GOOD_BITS else ()
    return DkimFound(True, "dkim_aligned", tags["d"].lower(), remarks)


def _holds(message: Entity, index: int, key: bytes) -> bool:
    """The signature itself. Not by dkimpy's own front: that one asks the clock, and a verdict may not."""
    from dkim import DKIM, DKIMException
    from dkim.util import InvalidTagValueList, parse_tag_value

    signer: Any = DKIM(message.raw, logger=_SILENT)
    header = [pair for pair in signer.headers if pair[0].lower() == b"dkim-signature"][index]
    try:
        tags = parse_tag_value(header[1])
        names = [name.strip().lower() for name in tags[b"h"].split(b":")]
        return signer.verify_sig(tags, names, header, lambda *_, **__: key) is True
    except (DKIMException, InvalidTagValueList, ValueError, KeyError):
        return False


# ------------------------------------------------------------------------------------------ ARC


def check_arc(
    message: Entity, organisation: str, forwarders: tuple[str, ...], dns: Dns, at: datetime
) -> DkimFound | None:
    """What the last forwarder vouches for; None where there is no chain. It counts if that forwarder is
    configured, its chain holds, and it says that DKIM of the organisation was good when the mail came to it."""
    seals = [read_tags(unfolded(value)) for value in message.all("arc-seal") if not runs_long(value)]
    chain = [
        (int(tags["i"]), tags) for tags in seals if tags is not None and _NUMBER.fullmatch(tags.get("i", ""))
    ]
    if not message.all("arc-seal"):
        return None
    if (
        not chain
        or len(message.all("arc-seal")) > MAX_SETS
        or not all(map(_plain, _chain_headers(message, at)))
    ):
        return DkimFound(False, "arc_failed")
    last, seal = max(chain, key=lambda pair: pair[0])
    domain = seal.get("d", "").lower()
    if domain not in {one.lower() for one in forwarders}:
        return DkimFound(False, "arc_unknown")
    if not _vouched(message, last, organisation):
        return DkimFound(False, "arc_failed")
    unanswered: list[str] = []
    holds = _chain_holds(message, domain, _key_source(dns, unanswered))
    if unanswered:
        return DkimFound(False, "dns_unanswered")
    return DkimFound(True, "arc_forwarded", domain) if holds else DkimFound(False, "arc_failed")


def _chain_headers(message: Entity, at: datetime) -> list[tuple[dict[str, str] | None, datetime]]:
    named = [value for name in ("arc-seal", "arc-message-signature") for value in message.all(name)]
    return [(None if runs_long(value) else read_tags(unfolded(value)), at) for value in named]


def _plain(found: tuple[dict[str, str] | None, datetime]) -> bool:
    """Nothing in it that a clock decides, no weak algorithm, no part of a body."""
    tags, at = found
    if tags is None or tags.get("a") != "rsa-sha256" or "x" in tags or "l" in tags:
        return False
    return timed(tags, at) is None and ("h" not in tags or set(COVERED) <= set(covered(tags)))


def _vouched(message: Entity, last: int, organisation: str) -> bool:
    for value in message.all("arc-authentication-results"):
        text = unfolded(value[:4096])
        found = _INSTANCE.match(text)
        if found is None or int(found.group(1)) != last:
            continue
        for item in text.split(";"):
            domain = re.search(r"\bheader\.(?:d=|i=[^\s;]*@)([A-Za-z0-9_.-]+)", item)
            if (
                re.match(r"\s*dkim\s*=\s*pass\b", item)
                and domain
                and within(domain.group(1).lower(), organisation)
            ):
                return True
    return False


def _key_source(dns: Dns, unanswered: list[str]) -> Callable[..., bytes]:
    def ask(name: bytes, **_: object) -> bytes:
        plain = name.decode("ascii", "replace")
        answer = dns.txt(plain)
        if answer is None:
            unanswered.append(plain)
            return b""
        key = read_key(answer.text, {"d": plain})
        return b"" if isinstance(key, str) else key.text

    return ask


def _chain_holds(message: Entity, domain: str, ask: Callable[..., bytes]) -> bool:
    from dkim import ARC, CV_Pass

    arc: Any = ARC(message.raw, logger=_SILENT)
    outcome, sets, _ = arc.verify(dnsfunc=ask)
    last = sets[0] if sets else {}
    domains = {str(last.get(name, b""), "ascii", "replace").lower() for name in ("as-domain", "ams-domain")}
    return outcome == CV_Pass and domains == {domain}
