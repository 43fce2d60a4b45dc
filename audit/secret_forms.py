"""Where secrets stand in a line of visible text: spans by class, and where one may be beginning.

Kept for what a masker needs: a span says what to cover, `undecided` says what to hold back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PRIVATE_KEY, ASSIGNMENT, AUTHORIZATION, JWT = "private_key", "assignment", "authorization", "jwt"
CLOUD_KEY, CONNECTION, CARD, IBAN, FISCAL_CODE = "cloud_key", "connection", "card", "iban", "fiscal_code"


@dataclass(frozen=True, slots=True)
class Span:
    """Cover text[start:end]. `open`: it goes on with whatever follows, up to a blank."""

    start: int
    end: int
    kind: str
    open: bool = False


_WORDS = r"password|passwd|passphrase|pwd|segreto|secret|token|api[_-]?key"
_VALUE = r"[\"']?(?P<value>(?<=\")[^\"]+|(?<=')[^']+|(?<![\"'])\S+)"
_PROGRESSIVE: tuple[tuple[str, re.Pattern[str]], ...] = (
    # All bounded: no pattern here looks back over what another position has read already.
    (ASSIGNMENT, re.compile(rf"(?i)(?:{_WORDS})[\w-]{{0,32}}[\"']?\s{{0,8}}[:=]{{1,2}}>?\s{{0,8}}{_VALUE}")),
    (ASSIGNMENT, re.compile(rf"(?i)--(?:{_WORDS})\s{{1,8}}{_VALUE}")),
    (
        AUTHORIZATION,
        re.compile(
            r"(?i)authorization[\"']?\s{0,8}[:=]\s{0,8}[\"']?"
            r"(?:(?:bearer|basic|digest|negotiate)\s{1,8})?(?P<value>.+)"
        ),
    ),
    (AUTHORIZATION, re.compile(r"(?i)\bbearer\s{1,8}(?P<value>[\w.~+/=-]{8,})")),
    (JWT, re.compile(r"(?<![A-Za-z0-9_-])(?P<value>eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*)")),
    (CONNECTION, re.compile(r"://[^\s/:@]{1,64}:(?P<value>[^\s/@]{1,128})@")),
    (CLOUD_KEY, re.compile(r"(?<![A-Za-z0-9])(?P<value>A(?:KIA|SIA)[0-9A-Z]{16})(?![0-9A-Za-z])")),
    (CLOUD_KEY, re.compile(r"(?<![A-Za-z0-9])(?P<value>gh[pousr]_[A-Za-z0-9]{30,})")),
)
_CARDS = tuple(
    re.compile(rf"(?<![0-9])(?=(?P<value>{form})(?![0-9]))")
    for form in (
        r"[2-6][0-9]{12,18}",
        r"[2-6][0-9]{3}(?P<a>[ -])[0-9]{4}(?P=a)[0-9]{4}(?P=a)[0-9]{4}",
        r"[2-6][0-9]{3}(?P<b>[ -])[0-9]{4}(?P=b)[0-9]{4}(?P=b)[0-9]{4}(?P=b)[0-9]{3}",
        r"3[47][0-9]{2}(?P<c>[ -])[0-9]{6}(?P=c)[0-9]{5}",
    )
)

# Registered lengths (ISO 13616) of the countries whose accounts an Italian office meets.
_IBAN_LENGTH = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
_COUNTRIES = "|".join(_IBAN_LENGTH)
_IBAN = re.compile(rf"(?i)(?<![A-Z0-9])(?=(?P<value>(?:{_COUNTRIES})[0-9]{{2}}(?: ?[A-Z0-9]){{11,27}}))")

_D = "[0-9LMNPQRSTUV]"  # a digit, or the letter that stands for it where two codes collide
_FISCAL_PARTS = (*["[A-Z]"] * 6, _D, _D, "[ABCDEHLMPRST]", _D, _D, "[A-Z]", _D, _D, _D, "[A-Z]")
_FISCAL = re.compile(rf"(?i)(?<![A-Z0-9])(?P<value>{''.join(_FISCAL_PARTS)})(?![A-Z0-9])")
_ODD_VALUES = (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
)  # fmt: skip
_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", _ODD_VALUES, strict=True))


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        n = int(digit) * (1 + place % 2)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def iban(compact: str) -> bool:
    """Mod 97 (ISO 13616) over capital letters and digits without blanks."""
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def fiscal_code(code: str) -> bool:
    """The check letter of a codice fiscale of sixteen capital signs (D.M. 23 December 1976)."""
    total = sum(_ODD[c] for c in code[0:15:2])
    total += sum(int(c) if c.isdigit() else ord(c) - ord("A") for c in code[1:15:2])
    return code[15] == chr(ord("A") + total % 26)


def find(text: str) -> Iterator[Span]:
    """Every secret in one line; spans may overlap. Private keys span lines: see `KEY_BEGIN`."""
    for kind, pattern in _PROGRESSIVE:
        for m in pattern.finditer(text):
            yield Span(m.start("value"), m.end("value"), kind, m.end("value") == len(text))
    for pattern in _CARDS:
        for m in pattern.finditer(text):
            value = m["value"]
            if luhn("".join(c for c in value if c.isdigit())):
                yield Span(m.start("value"), m.end("value"), CARD)
    for m in _IBAN.finditer(text):
        end = _iban_end(text, m.start("value"))
        if end is not None:
            yield Span(m.start("value"), end, IBAN)
    for m in _FISCAL.finditer(text):
        if fiscal_code(m["value"].upper()):
            yield Span(m.start("value"), m.end("value"), FISCAL_CODE)


def _iban_end(text: str, start: int) -> int | None:
    """Where the account number that starts there ends, if its length and check digits are right."""
    compact, at = "", start
    length = _IBAN_LENGTH[text[start : start + 2].upper()]
    while len(compact) < length and at < len(text) and (text[at] == " " or text[at].isalnum()):
        compact += text[at].strip()
        at += 1
    whole = len(compact) == length and compact.isascii() and not text[at : at + 1].isalnum()
    return at if whole and iban(compact.upper()) else None


KEY_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----")
KEY_END = re.compile(r"-----END [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----")


def _beginning(parts: tuple[str, ...]) -> str:
    """A pattern for every beginning, not empty, of what these parts make up."""
    return parts[0] + "".join(f"(?:{p}" for p in parts[1:]) + ")?" * (len(parts) - 1)


_UNDECIDED = re.compile(
    "(?i:"
    + "|".join(
        (
            r"(?<![0-9])[2-6](?:[ -]?[0-9]){0,18}[ -]?",
            rf"(?<![A-Z0-9])(?:{_COUNTRIES})(?:[0-9](?:[0-9](?: ?[A-Z0-9]){{0,27}} ?)?)?",
            r"(?<![A-Z0-9])" + _beginning(_FISCAL_PARTS),
            r"(?<![A-Z0-9_-])eyJ?[A-Z0-9_-]{0,8}",
            r"(?<![A-Z0-9])A(?:K|S)(?:I(?:A[0-9A-Z]{0,16})?)?",
            r"(?<![A-Z0-9])g(?:h(?:[pousr](?:_[A-Z0-9]{0,30})?)?)?",
            r"://[^\s/:@]{1,64}:[^\s/@]{0,128}",
            r"bearer\s{1,8}[\w.~+/=-]{0,8}",
        )
    )
    + r")\Z"
)
LONGEST_UNDECIDED = 300  # no pattern above reaches further back than this


def undecided(text: str) -> int:
    """Where the tail begins that more text could turn into a secret; len(text) if nowhere."""
    start = max(0, len(text) - LONGEST_UNDECIDED)
    m = _UNDECIDED.search(text, start)
    return m.start() if m else len(text)


_HINT_WORDS = (
    *(b"password passwd passphrase pwd segreto secret token authorization bearer".split()),
    *(b"apikey api_key api-key eyj akia asia ghp_ gho_ ghu_ ghs_ ghr_ -----begin".split()),
)
_HINTS = (
    re.compile(rb"://[^\s/:@]{1,256}:[^\s/@]{1,512}@"),  # bytes: a sign has up to four
    re.compile(rb"[0-9][0-9 -]{11}"),
    re.compile(b"(?i:" + "".join(_FISCAL_PARTS[:12]).encode() + b")"),
)


_ACCOUNT = re.compile(
    rb"[A-Za-z]{2}(?=[0-9]{2}(?: ?[A-Za-z0-9]){11})"
)  # hexadecimal digits look like it, too
_COUNTRY_BYTES = frozenset(country.encode() for country in _IBAN_LENGTH)


def harmless(text: bytes) -> bool:
    """Surely nothing to cover in these bytes: the quick answer for nearly all output."""
    small = text.lower()
    return (
        not any(w in small for w in _HINT_WORDS)
        and not any(h.search(text) for h in _HINTS)
        and not any(m[0].upper() in _COUNTRY_BYTES for m in _ACCOUNT.finditer(text))
    )
