"""Annex C of a report: legal texts as templates, each with the days it holds, edited by whoever answers for them.

Pure. They go into the report's data, so that the wording in force is sealed with the period. A period over which
one gives way to another prints both, each with its days (S-22). `legal.json` in the broker's folder replaces
`USUAL`: have a lawyer read either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import CODE, DAY

MAX_BYTES = 256 * 1024  # of the file: some forty pages
MAX_TEXT = 8_000
MAX_TITLE = 200
GDPR = date(2018, 5, 25)


@dataclass(frozen=True, slots=True)
class LegalText:
    """It holds on the days from `first` to `last`; without `last` until further notice."""

    id: str
    title: str
    text: str
    version: str
    first: date
    last: date | None = None

    def line(self) -> dict[str, Value]:
        found: dict[str, Value] = {
            "id": self.id, "title": self.title, "text": self.text, "version": self.version,
            "valid_from": self.first.isoformat(),
        }  # fmt: skip
        return found if self.last is None else found | {"valid_to": self.last.isoformat()}


USUAL = (
    LegalText(
        "regime_2003", "Disciplina fino al 24 maggio 2018",
        "I trattamenti di questo periodo erano soggetti al D.Lgs. 30 giugno 2003, n. 196, nel testo allora in vigore.",
        "2026-1", date(2004, 1, 1), date(2018, 5, 24),
    ),
    LegalText(
        "regime_2018", "Disciplina dal 25 maggio 2018",
        "I trattamenti di questo periodo sono soggetti al Regolamento (UE) 2016/679 e al D.Lgs. 196/2003 come "
        "modificato dal D.Lgs. 101/2018. Il fornitore agisce come responsabile del trattamento, su istruzione "
        "documentata del titolare.",
        "2026-1", GDPR,
    ),
    LegalText(
        "natura", "Natura del documento",
        "È il rendiconto del fornitore al titolare sugli interventi eseguiti e sugli accessi registrati. Non sostituisce "
        "la verifica che il titolare fa, almeno una volta l’anno, sull’operato degli amministratori di sistema.",
        "2026-1", date(2004, 1, 1),
    ),
)  # fmt: skip


def in_force(texts: Iterable[LegalText], first: date, last: date) -> list[LegalText]:
    """Those that hold on any day from `first` to `last`, in their order."""
    return [one for one in texts if one.first <= last and (one.last is None or one.last >= first)]


def parse(data: bytes) -> tuple[LegalText, ...]:
    """`{"v": 1, "texts": [{id, title, text, version, valid_from, valid_to?}]}` in JSON, as an editor leaves it.
    `Malformed`."""
    if len(data) > MAX_BYTES:
        raise Malformed("more legal texts than a report prints")
    try:
        fields = Fields(json.loads(data), "legal texts")
    except (ValueError, RecursionError) as wrong:
        raise Malformed("the legal texts are no JSON") from wrong
    fields.exactly("v", 1)
    found = tuple(_text(Fields(one, "legal text")) for one in fields.items("texts"))
    fields.done()
    return found


def _text(fields: Fields) -> LegalText:
    until = fields.opt_formed("valid_to", DAY)
    found = LegalText(
        fields.formed("id", CODE),
        fields.text("title"),
        fields.text("text"),
        fields.text("version"),
        date.fromisoformat(fields.formed("valid_from", DAY)),
        None if until is None else date.fromisoformat(until),
    )
    fields.done()
    if (
        len(found.title) > MAX_TITLE
        or len(found.text) > MAX_TEXT
        or (found.last or found.first) < found.first
    ):
        raise Malformed("a legal text is too long, or ends before it begins")
    return found
