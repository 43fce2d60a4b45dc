"""Mail addresses: one spelling to compare them by, and which ones imitate another (C-05, C-30)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from audit.errors import Malformed

MAX_ADDRESS = 254
_LOCAL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Signs that are read as others in the fonts mail is shown in, small letters only: Cyrillic, Greek, digits.
_ALIKE = str.maketrans(
    {
        "а": "a", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "ӏ": "l", "о": "o", "р": "p", "с": "c", "ѕ": "s",
        "у": "y", "х": "x", "ԛ": "q", "ԝ": "w", "ѵ": "v", "в": "b", "к": "k", "м": "m", "н": "h", "т": "t", "г": "r",
        "п": "n", "и": "u", "з": "3", "ь": "b",
        "α": "a", "β": "b", "γ": "y", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "υ": "u", "χ": "x", "ω": "w", "σ": "o",
        "ı": "i", "ɩ": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ɡ": "g", "ɑ": "a", "ß": "b", "æ": "ae", "œ": "oe",
        "0": "o", "1": "l", "3": "e", "5": "s", "|": "l",
    }
)  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("-", ""))


@dataclass(frozen=True, slots=True)
class Address:
    """`domain` is in lower case and in ASCII (IDNA); `local` as it was written."""

    local: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """An address as it stands between angle brackets; quoted and routed forms are refused."""
        local, at, domain = text.rpartition("@")
        if not at or len(text) > MAX_ADDRESS or not _LOCAL.fullmatch(local) or not local.isprintable():
            raise Malformed("not a plain mail address")
        return cls(local, ascii_domain(domain))

    def same(self, other: Address, *, fold_local: bool) -> bool:
        if self.domain != other.domain:
            return False
        if fold_local:
            return self.local.casefold() == other.local.casefold()
        return self.local == other.local

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def ascii_domain(text: str) -> str:
    """The one spelling of a domain name. `Malformed` for what is none, an IP address in brackets included."""
    labels = []
    for label in text.rstrip(".").split("."):
        try:
            plain = label.lower() if label.isascii() else label.encode("idna").decode("ascii")
        except UnicodeError as wrong:
            raise Malformed("not a domain name") from wrong
        if not _LABEL.fullmatch(plain):
            raise Malformed("not a domain name")
        labels.append(plain)
    domain = ".".join(labels)
    if len(labels) < 2 or len(domain) > 253:
        raise Malformed("not a domain name")
    return domain


def within(domain: str, organisation: str) -> bool:
    """Whether a domain is that of the organisation or one below it."""
    return domain == organisation or domain.endswith("." + organisation)


def imitates(stranger: Address, known: Address) -> bool:
    """Whether a person may take one for the other: the same shape of the domain, or one letter of it apart."""
    if stranger.domain == known.domain:
        return stranger.local != known.local and _shape(stranger.local) == _shape(known.local)
    if _shape(_shown(stranger.domain)) == _shape(_shown(known.domain)):
        return True
    return _one_apart(_shown(stranger.domain), _shown(known.domain))


def _shown(domain: str) -> str:
    """As a mail program shows it: IDNA labels decoded where they can be."""
    return ".".join([_decoded(label) for label in domain.split(".")])


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label  # shown as it is written


def _shape(text: str) -> str:
    """What the eye keeps of it: no marks, no difference between letters that look alike."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join([sign for sign in plain if not unicodedata.combining(sign)]).translate(_ALIKE)
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return plain


def _one_apart(a: str, b: str) -> bool:
    """One sign added, left out, changed, or two neighbours swapped."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    start = 0
    while start < len(a) and a[start] == b[start]:
        start += 1
    if len(a) < len(b):
        return a[start:] == b[start + 1 :]
    swapped = a[start + 1 : start + 2] + a[start : start + 1]
    return a[start + 1 :] == b[start + 1 :] or swapped + a[start + 2 :] == b[start:]
