"""The texts people write and read in a request: their bounds, and what looks like a password in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from audit import secret_forms
from audit.canonical import Fields, Value
from broker.domain.refusal import Refused, Why

MAX_INCIDENT = 2000  # a page: longer than anybody reads on a phone before he signs
MAX_REASON = 500
MAX_NOTE = 2000
COVER = "█"

# What people write to people, beside the forms of configuration files that `secret_forms` knows:
# «la password è Pippo1», «pwd di mario: x», «the password is x».
_SAID = re.compile(
    r"(?i)\b(?:password|passwd|passphrase|pwd|psw|parola\s+d.ordine|parola\s+chiave|codice\s+segreto|pin)\b"
    r"(?:\s+(?:di|del|della|dell.|per|of|for|the|the\s+user)?\s*[\w.@-]{1,40}){0,3}?"
    r"\s*(?:(?:è|e'|era|is|was)\s+(?!(?:stat|scadut|errat|sbagliat|cambiat|bloccat|pers|valid|corrett|divers)[aoei]\b"
    r"|(?:expired|wrong|lost|not|no|invalid|correct|blocked|changed)\b)|[:=]\s*)"
    r"[\"'«]?(?P<value>[^\s\"'»]{3,128})"
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The opening of a request: what was written, and the names behind the pseudonyms."""

    incident_text: str
    reason: str
    host_label: str
    technician_name: str
    organisation_name: str
    customer_name: str

    def to_value(self) -> Value:
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_value(cls, value: Value) -> Texts:
        f = Fields(value, "texts of a request")
        found = cls(*(f.text(item.name) for item in fields(cls)))
        f.done()
        return found


def written(text: str, field: str, most: int, *, needed: bool = False) -> str:
    """Text as it will be kept: line ends as one sign, no other control signs, within its bound."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if needed and not kept:
        raise Refused(Why.BAD_INPUT, field=field)
    if len(kept) > most:
        raise Refused(Why.TOO_LARGE, field=field, limit=str(most))
    if any(sign < " " and sign not in "\n\t" for sign in kept) or "\x7f" in kept or _surrogate(kept):
        raise Refused(Why.BAD_INPUT, field=field)
    return kept


def _surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def cover(text: str) -> tuple[str, int]:
    """The text with what looks like a password covered (L-46), and how many pieces were."""
    signs = list(text)
    pieces = 0
    at = 0
    inside_key = False
    for line in text.split("\n"):
        spans = [(s.start, s.end) for s in secret_forms.find(line)]
        spans += [(m.start("value"), m.end("value")) for m in _SAID.finditer(line)]
        begins, ends = secret_forms.KEY_BEGIN.search(line), secret_forms.KEY_END.search(line)
        if begins:
            inside_key = True
        if inside_key:
            spans.append((0, len(line)))
        if ends:
            inside_key = False
        for start, end in spans:
            if COVER not in signs[at + start : at + end]:
                pieces += 1
            for place in range(at + start, at + end):
                if not signs[place].isspace():
                    signs[place] = COVER
        at += len(line) + 1
    return "".join(signs), pieces
