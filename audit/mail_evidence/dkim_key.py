"""The tags of DKIM signatures and keys, read strictly and bounded before any library works on them (RFC 6376)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.mail_evidence.addresses import within

MAX_SIGNATURE = 8192  # bytes of a DKIM-Signature header; one with an 8192-bit key and all headers is 3 KiB
MIN_BITS, GOOD_BITS, MAX_BITS = 1024, 2048, 8192
MAX_EXPONENT = 2**33
AHEAD = timedelta(minutes=15)  # clocks of mail servers
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DECIMAL = re.compile(r"[0-9]{1,12}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_DOMAIN = re.compile(r"[A-Za-z0-9_.-]{1,253}")
# What a signature has to cover, there or not: else a copy could be given another date or id.
COVERED = ("from", "date", "subject", "message-id")


def read_tags(text: str) -> dict[str, str] | None:
    """Tag to value; None where it is no tag list, or a tag stands twice."""
    found: dict[str, str] = {}
    for item in text.strip().removesuffix(";").split(";"):
        name, equals, value = item.partition("=")
        name = name.strip()
        if not equals or not _TAG.fullmatch(name) or name in found:
            return None
        found[name] = value.strip()
    return found


def runs_long(value: bytes) -> bool:
    """A header that readers of DKIM would spend more than linear time on."""
    return len(value) > MAX_SIGNATURE or re.search(rb"\s{65}", value) is not None


def fault(tags: dict[str, str], at: datetime) -> str | None:
    """Why a signature with these tags does not count, whatever its key; None where it may."""
    if tags.get("v") != "1" or any(name not in tags for name in ("a", "b", "bh", "d", "h", "s")):
        return "dkim_form"
    if tags["a"] != "rsa-sha256":
        return "dkim_algorithm"
    if not _formed(tags):
        return "dkim_form"
    if "l" in tags:
        return "dkim_length"
    if times := timed(tags, at):
        return times
    if not set(COVERED) <= set(covered(tags)):
        return "dkim_headers"
    return None


def _formed(tags: dict[str, str]) -> bool:
    domain = tags["d"]
    identity = tags.get("i", f"@{domain}").rpartition("@")[2]
    return (
        all(_DOMAIN.fullmatch(tags[name]) for name in ("d", "s"))
        and all(_BASE64.fullmatch(tags[name]) for name in ("b", "bh"))
        and within(identity.lower(), domain.lower())
        and "dns/txt" in tags.get("q", "dns/txt").split(":")
        and re.fullmatch(r"(?:simple|relaxed)(?:/(?:simple|relaxed))?", tags.get("c", "simple")) is not None
    )


def timed(tags: dict[str, str], at: datetime) -> str | None:
    """`t` and `x` against the instant of arrival, not against the clock of whoever checks it later."""
    times = {}
    for name in ("t", "x"):
        if name in tags:
            if not _DECIMAL.fullmatch(tags[name]):
                return "dkim_form"
            times[name] = int(tags[name])
    if times.get("t", 0) > (at + AHEAD).timestamp():
        return "dkim_ahead"
    if "x" in times and times["x"] <= times.get("t", -1):
        return "dkim_form"
    return "dkim_expired" if times.get("x", 1 << 60) < at.timestamp() else None


def covered(tags: dict[str, str]) -> list[str]:
    return [name.strip().lower() for name in tags["h"].split(":")]


@dataclass(frozen=True, slots=True)
class Key:
    """A published key that may be used: `text` is the record as it was answered."""

    text: bytes
    bits: int


def read_key(text: bytes | None, tags: dict[str, str]) -> Key | str:
    """The key, or the code that says why it is of no use for this signature."""
    found = None if text is None else read_tags(text.decode("ascii", "replace"))
    if text is None or found is None or found.get("v", "DKIM1") != "DKIM1" or not found.get("p"):
        return "dkim_no_key"
    if found.get("k", "rsa") != "rsa" or "sha256" not in _listed(found, "h", "sha256"):
        return "dkim_algorithm"
    if not {"*", "email"} & set(_listed(found, "s", "*")):
        return "dkim_no_key"
    domain = tags["d"].lower()
    if "s" in _listed(found, "t", "") and tags.get("i", f"@{domain}").rpartition("@")[2].lower() != domain:
        return "dkim_no_key"
    numbers = _rsa(found["p"])
    if numbers is None:
        return "dkim_no_key"
    bits, exponent = numbers
    if bits > MAX_BITS or exponent >= MAX_EXPONENT:
        return "dkim_algorithm"
    return "dkim_weak_key" if bits < MIN_BITS else Key(text, bits)


def _listed(found: dict[str, str], name: str, usual: str) -> list[str]:
    return [one.strip() for one in found.get(name, usual).split(":")]


def _rsa(text: str) -> tuple[int, int] | None:
    """Bits of the modulus and the exponent."""
    from dkim.crypto import UnparsableKeyError, parse_public_key

    try:
        key = parse_public_key(base64.b64decode(re.sub(r"\s+", "", text), validate=True))
    except (UnparsableKeyError, binascii.Error, ValueError, IndexError, TypeError, KeyError):
        return None
    return int(key["modulus"]).bit_length(), int(key["publicExponent"])
