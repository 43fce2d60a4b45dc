"""What the verifier answers: findings, notes, steps, and the verdict they make (FORMAT.md §9).

Bad evidence is a value here, never an exception. The sentences stand in `sentences`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from audit.canonical import Value
from audit.sentences import FINDINGS, FIRST, NOTES, WHYS

FindingClass = Literal[
    "DAMAGED", "UNTRUSTED", "FORGED", "UNWITNESSED", "REWRITTEN", "TAMPERED", "MALFORMED", "INCOMPLETE",
    "UNAPPROVED", "DISPUTED", "ALTERED", "WITHHELD", "RECORDING", "TIME", "REPORT", "MAIL",
]  # fmt: skip
StepState = Literal["ok", "failed", "unknown", "not_applicable"]
TrustState = Literal["pinned", "none"]

STEPS: tuple[tuple[int, str, str], ...] = (
    (1, "File del pacchetto", "Files of the bundle"),
    (2, "Regole e chiavi confrontate", "Policy and keys compared"),
    (3, "Firma sulla testa del registro", "Signature on the log's head"),
    (4, "Testimoni", "Witnesses"),
    (5, "Coerenza con le teste già viste", "Consistency with heads seen before"),
    (6, "Registrazioni, albero, radice", "Entries, tree, root"),
    (7, "Forma delle registrazioni", "Form of the records"),
    (8, "Ordine e completezza", "Order and completeness"),
    (9, "Autorizzazioni firmate", "Signed approvals"),
    (10, "Note firmate dagli agenti", "Notes signed by the agents"),
    (11, "Testi e impegni", "Texts and commitments"),
    (12, "Registrazioni di sessione", "Recordings"),
    (13, "Marche temporali", "Timestamps"),
    (14, "Rapporto mensile", "Monthly report"),
    (15, "Messaggi ricevuti", "Received mail"),
)

STEP_OF: dict[FindingClass, int] = {
    "DAMAGED": 1, "UNTRUSTED": 2, "FORGED": 3, "UNWITNESSED": 4, "REWRITTEN": 5, "TAMPERED": 6,
    "MALFORMED": 7, "INCOMPLETE": 8, "UNAPPROVED": 9, "DISPUTED": 10, "ALTERED": 11, "WITHHELD": 11,
    "RECORDING": 12, "TIME": 13, "REPORT": 14, "MAIL": 15,
}  # fmt: skip

MAX_FINDINGS = 200  # a wholly wrong bundle would otherwise print one line per record; the rest is counted
MAX_SHOWN = 160  # signs of one fact inside a sentence; whoever made the bundle chose them


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `where` is a file name, ``n=<leaf index>``, an id, or empty."""

    cls: FindingClass
    code: str
    where: str
    it: str
    en: str

    def to_value(self) -> Value:
        return {"class": self.cls, "code": self.code, "where": self.where, "it": self.it, "en": self.en}


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader must know that is no fault: what cannot be proven, what was silent."""

    code: str
    it: str
    en: str

    def to_value(self) -> Value:
        return {"code": self.code, "it": self.it, "en": self.en}


@dataclass(frozen=True, slots=True)
class Step:
    n: int
    state: StepState
    why: str
    why_en: str

    def to_value(self) -> Value:
        return {"n": self.n, "state": self.state, "why": self.why, "why_en": self.why_en}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer. `first_line` is what a person reads first."""

    trust: TrustState
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """No step failed. A step nobody could judge does not make a bundle unsound."""
        return all(step.state != "failed" for step in self.steps)

    @property
    def unknown(self) -> bool:
        return any(step.state == "unknown" for step in self.steps)

    def first_line(self, lang: Literal["it", "en"]) -> str:
        code = "not_sound" if not self.sound else "unpinned" if self.trust == "none" else "sound"
        classes = ", ".join(sorted({f.cls for f in self.findings}))
        return FIRST[code][lang == "en"].format(classes=classes)

    def to_value(self) -> Value:
        return {
            "verdict": "sound" if self.sound else "findings",
            "trust": self.trust,
            "steps": [s.to_value() for s in self.steps],
            "findings": [f.to_value() for f in self.findings],
            "notes": [n.to_value() for n in self.notes],
            "counts": dict(self.counts),
        }


@dataclass(slots=True)
class Judgement:
    """Collects what the steps find; `verdict` closes it. One per verification, never shared."""

    trust: TrustState
    findings: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _found: Counter[FindingClass] = field(default_factory=Counter)
    _states: dict[int, tuple[StepState, str]] = field(default_factory=dict)

    def find(self, cls: FindingClass, code: str, where: str = "", **facts: object) -> None:
        if self._lists(cls):
            self.findings.append(finding(cls, code, where, **facts))

    def take(self, found: Iterable[Finding]) -> None:
        self.findings += [item for item in found if self._lists(item.cls)]

    def _lists(self, cls: FindingClass) -> bool:
        """Count one more; whether it is listed too. The first of each class always is."""
        self._found[cls] += 1
        return self._found[cls] == 1 or self._found.total() <= MAX_FINDINGS

    def note(self, code: str, **facts: object) -> None:
        if len(self.notes) >= MAX_FINDINGS:
            return
        found = Note(code, *_said(NOTES[code], facts))
        if found not in self.notes:
            self.notes.append(found)

    def state(self, step: int, state: StepState, why: str) -> None:
        """Say what a step came to. A step with findings has failed whatever is said here."""
        self._states[step] = (state, why)

    def failed(self, step: int) -> bool:
        return self._count(step) > 0

    def _count(self, step: int) -> int:
        return sum(count for cls, count in self._found.items() if STEP_OF[cls] == step)

    def verdict(self) -> Verdict:
        steps = []
        for n, _, _ in STEPS:
            if self.failed(n):
                count = self._count(n)
                it, en = _said(WHYS["one_finding" if count == 1 else "many_findings"], {"count": count})
                steps.append(Step(n, "failed", it, en))
                continue
            state, why = self._states.get(n, ("unknown", "not_reached"))
            it, en = WHYS[why]
            steps.append(Step(n, state, it, en))
        counts = dict(self.counts)
        counts["findings"] = self._found.total()
        return Verdict(self.trust, tuple(steps), tuple(self.findings), tuple(self.notes), counts)


def finding(cls: FindingClass, code: str, where: str = "", **facts: object) -> Finding:
    return Finding(cls, code, shown(where), *_said(FINDINGS[code], facts))


def _said(sentences: tuple[str, str], facts: dict[str, object]) -> tuple[str, str]:
    """Both sentences with the facts in them."""
    safe = {name: shown(str(fact)) for name, fact in facts.items()}
    it, en = sentences
    return it.format(**safe), en.format(**safe)


def shown(text: str) -> str:
    """A text of whoever made the bundle as a terminal may print it: escaped and cut."""
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
