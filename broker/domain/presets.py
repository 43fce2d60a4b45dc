"""Presets of the customer's rules: what NIS2 and PCI DSS ask of remote assistance, as settings he signs (153)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from audit import terms
from audit.policy import PRESETS, Preset
from audit.record import RetainClass
from broker.domain.appointing import PolicyDraft

State = Literal["rules", "product", "deviates", "yours"]
REST_S: Final[dict[Preset, int]] = {"pci_dss": 15 * 60}  # 8.2.8
REVIEW_MONTHS: Final[dict[Preset, int]] = {"nis2": 3, "pci_dss": 6}
USUAL_REVIEW_MONTHS = 6
LONGEST_S = 8 * 3600  # access by third parties only while it is needed: no longer than a working day
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Demand:
    """What a preset asks of the rules. `control`: its line in controls.toml."""

    code: str
    control: str
    kept: Callable[[PolicyDraft], bool]
    applied: Callable[[PolicyDraft], PolicyDraft]


@dataclass(frozen=True, slots=True)
class Line:
    """One control of a preset and what meets it: the rules, the product whatever they say, or the customer himself."""

    code: str
    control: str
    state: State


def _months(draft: PolicyDraft, kind: RetainClass) -> int:
    return terms.months(kind, dict(draft.retention))


def _kept_for(kind: RetainClass) -> Demand:
    def applied(draft: PolicyDraft) -> PolicyDraft:
        months = {**dict(draft.retention), kind: max(_months(draft, kind), YEAR_MONTHS)}
        if months[kind] == terms.TERMS[kind].usual:
            del months[kind]  # the usual term is not written
        return replace(draft, retention=tuple(sorted(months.items())))

    return Demand(f"{kind}_months", "L-77", lambda draft: _months(draft, kind) >= YEAR_MONTHS, applied)


_WATCHED = Demand(
    "supervision",
    "L-69",
    lambda draft: draft.supervision == "required",
    lambda draft: replace(draft, supervision="required"),
)
_SHORT = Demand(
    "longest",
    "L-74",
    lambda draft: draft.longest_s <= LONGEST_S,
    lambda draft: replace(draft, longest_s=min(draft.longest_s, LONGEST_S)),
)
DEMANDS: Final[dict[Preset, tuple[Demand, ...]]] = {
    "nis2": (_kept_for("access"), _kept_for("log"), _WATCHED),
    "pci_dss": (_kept_for("access"), _WATCHED, _SHORT),
}
# Met however the rules are written, or by nothing that rules could say.
_BESIDE: Final[dict[Preset, tuple[tuple[str, str, State], ...]]] = {
    "nis2": (
        ("strong_login", "L-60", "product"),
        ("supplier_people", "L-79", "product"),
        ("incident_evidence", "L-61", "product"),
        ("own_measures", "L-60", "yours"),
    ),
    "pci_dss": (
        ("strong_login", "L-73", "product"),
        ("each_signed", "L-72", "product"),
        ("three_months", "L-77", "product"),
        ("recording", "L-71", "yours"),
        ("own_systems", "L-76", "yours"),
    ),
}


def propose(draft: PolicyDraft, preset: Preset) -> PolicyDraft:
    """The draft with what the preset asks, and its name in it; nothing that is stricter already is loosened."""
    for demand in DEMANDS[preset]:
        if not demand.kept(draft):
            draft = demand.applied(draft)
    return replace(draft, presets=tuple(one for one in PRESETS if one in (*draft.presets, preset)))


def deviations(draft: PolicyDraft) -> Iterator[tuple[Preset, str]]:
    """What the presets that this draft names ask, and it does not keep."""
    for preset in draft.presets:
        for demand in DEMANDS[preset]:
            if not demand.kept(draft):
                yield preset, demand.code


def lines(preset: Preset, draft: PolicyDraft, *, rest_s: int, review_late: bool) -> tuple[Line, ...]:
    """The report: which control is met by what. `rest_s` is what holds for the customer's people."""
    found = [
        Line(one.code, one.control, "rules" if one.kept(draft) else "deviates") for one in DEMANDS[preset]
    ]
    if preset in REST_S:
        found.append(Line("rest", "L-75", "rules" if rest_s <= REST_S[preset] else "deviates"))
    found.append(Line("review", "L-72", "deviates" if review_late else "rules"))
    return (*found, *(Line(*beside) for beside in _BESIDE[preset]))


def rest_of(presets: tuple[Preset, ...]) -> int | None:
    """Seconds of rest that these presets allow at most; None: the house's own setting holds."""
    return min((REST_S[one] for one in presets if one in REST_S), default=None)


def review_months(presets: tuple[Preset, ...]) -> int:
    return min((REVIEW_MONTHS[one] for one in presets), default=USUAL_REVIEW_MONTHS)
