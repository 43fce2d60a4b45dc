"""What became of an attempt, how it is told, and whether it ended as the claim says. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    it: str
    en: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who does not belong to the broker said no; `code` is his own word for it."""

    by: Words
    code: str


@dataclass(frozen=True, slots=True)
class Detected:
    """`verbale-verify` exits 1; `classes` are those of its findings."""

    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """Nothing stopped it and nothing found it; `seen` is what shows that it happened."""

    seen: str


@dataclass(frozen=True, slots=True)
class Untried:
    """It could not be tried on this machine."""

    why: Words


Outcome: TypeAlias = Refused | Detected | Happened | Untried

AGENT = Words("l’agente", "the agent")
WITNESS = Words("il testimone", "the witness")
BROWSER = Words("il browser", "the browser")


@dataclass(frozen=True, slots=True)
class Attempt:
    """`name` is stable, for tests. `limit`: why the claim does not say that this fails; None where it does."""

    name: str
    what: Words
    limit: Words | None = None


@dataclass(slots=True)
class Ledger:
    """Every attempt with its outcome, in order; what is told is what is in it."""

    told: list[tuple[Attempt, Outcome]] = field(default_factory=list)

    def add(self, attempt: Attempt, outcome: Outcome) -> list[str]:
        """The lines to print."""
        self.told.append((attempt, outcome))
        found = [f"{len(self.told):3}. {_verdict(attempt, outcome)}"]
        found += [f"     {attempt.what.it}", f"     {attempt.what.en}"]
        if isinstance(outcome, Happened) and attempt.limit is not None:
            found += [f"     Perché: {attempt.limit.it}", f"     Why: {attempt.limit.en}"]
        if isinstance(outcome, Untried):
            found += [f"     Perché: {outcome.why.it}", f"     Why: {outcome.why.en}"]
        return found

    @property
    def broken(self) -> list[Attempt]:
        """What had to fail, and did not."""
        return [one for one, how in self.told if one.limit is None and isinstance(how, Happened)]

    @property
    def exit_code(self) -> int:
        return 1 if self.broken or not self.told else 0

    def closing(self) -> list[str]:
        """The sum, and whether the claim held."""
        kinds = [type(how) for _, how in self.told]
        refused, detected = kinds.count(Refused), kinds.count(Detected)
        allowed = kinds.count(Happened) - len(self.broken)
        untried = kinds.count(Untried)
        more_it = f", {untried} non provati" if untried else ""
        more_en = f", {untried} not tried" if untried else ""
        count = len(self.told)
        found = [
            f"{count} tentativi: {refused} rifiutati, {detected} scoperti, {allowed} non impediti{more_it}.",
            f"{count} attempts: {refused} refused, {detected} detected, {allowed} not prevented{more_en}.",
        ]
        if self.broken:
            names = ", ".join(one.name for one in self.broken)
            found += [
                f"LA PROMESSA NON HA TENUTO: è riuscito ciò che doveva fallire ({names}).",
                f"THE CLAIM DID NOT HOLD: what had to fail succeeded ({names}).",
            ]
        return found


def _verdict(attempt: Attempt, outcome: Outcome) -> str:
    match outcome:
        case Refused(by, code):
            return f"RIFIUTATO / refused: {by.it} / {by.en}, {code}"
        case Detected(classes):
            return f"SCOPERTO / detected: verbale-verify, {', '.join(classes)}"
        case Happened(seen) if attempt.limit is not None:
            return f"NON IMPEDITO / not prevented: {seen}"
        case Happened(seen):
            return f"RIUSCITO, E NON DOVEVA / succeeded, against the claim: {seen}"
        case Untried():
            return "NON PROVATO / not tried"
