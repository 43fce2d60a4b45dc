"""What was done, in the closed list of requirements §1.5: 13 codes, each as assistance or as training (S-26).

Free text is extra, never instead. Some codes need a word more, because without it nobody can tell afterwards
what was touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from audit.canonical import Value
from audit.statement_parts import Activity
from broker.domain.refusal import Refused, Why
from broker.domain.texts import cover, written

MAX_ACTIVITIES = 2 * len(Activity.CODES)
MAX_PLACE = 200
MAX_CHANGE = 500
MAX_APPS = 40
MAX_APP = 60
TRAINING = "FOR"

# As the source names them: for the moment, so a house's owner changes the list (S-26).
OFFICE_APPS = ("Word", "Excel", "PowerPoint", "OneNote", "Outlook", "SharePoint", "OneDrive")


@dataclass(frozen=True, slots=True)
class Doing:
    """As the technician says it. `target`: where something was restored to (RST). `change`: what of the system
    changed before (POL). `other_data`: the backup is not of the vendor's own program's data (BKP), which
    another code is for. `apps`: of OFFICE, those of the list that it was about."""

    activities: tuple[Activity, ...]
    target: str = ""
    change: str = ""
    other_data: bool = False
    apps: tuple[str, ...] = ()

    @property
    def training(self) -> bool:
        """Nothing but training: with one code of assistance among them it is assistance."""
        return all(one.type == TRAINING for one in self.activities)

    @property
    def teaches(self) -> bool:
        return any(one.type == TRAINING for one in self.activities)

    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.activities)

    def words(self) -> dict[str, Value]:
        """What of it is text, for an opening."""
        found: dict[str, Value] = {"activities": [one.to_value() for one in self.activities]}
        if self.target:
            found["target"] = self.target
        if self.change:
            found["change"] = self.change
        if self.apps:
            found["apps"] = list(self.apps)
        return found


def done(said: Doing, apps: Collection[str] = OFFICE_APPS) -> Doing:
    """As it may be recorded, or `bad_input` naming what lacks: `activities`, `target`, `other_data`, `change`."""
    chosen = said.activities
    if not 0 < len(chosen) <= MAX_ACTIVITIES or len(set(chosen)) != len(chosen):
        raise Refused(Why.BAD_INPUT, field="activities")
    if any(one.code not in Activity.CODES for one in chosen):
        raise Refused(Why.BAD_INPUT, field="activities")
    codes = said.codes()
    target = cover(written(said.target, "target", MAX_PLACE, needed="RST" in codes))[0]
    if "BKP" in codes and not said.other_data:
        raise Refused(Why.BAD_INPUT, field="other_data")
    change = cover(written(said.change, "change", MAX_CHANGE, needed="POL" in codes))[0]
    if said.apps and ("OFFICE" not in codes or not set(said.apps) <= set(apps)):
        raise Refused(Why.BAD_INPUT, field="apps")
    return Doing(
        in_order(chosen),
        target if "RST" in codes else "",
        change if "POL" in codes else "",
        said.other_data and "BKP" in codes,
        tuple(one for one in apps if one in said.apps),
    )


def in_order(activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """In the list's order, assistance before training."""
    return tuple(sorted(activities, key=lambda one: (Activity.CODES.index(one.code), one.type)))


def outside(said: Doing, approved: Collection[Activity]) -> tuple[str, ...]:
    """Codes that nobody approved for this session: they need a new authorisation (S-32). Whether somebody was
    helped or taught does not matter for that."""
    known = {one.code for one in approved}
    return tuple(code for code in Activity.CODES if code in said.codes() - known)


def office_apps(names: Sequence[str]) -> tuple[str, ...]:
    """The list as a house's owner enters it."""
    kept = tuple(dict.fromkeys(filter(None, (written(one, "apps", MAX_APP) for one in names))))
    if not kept or len(kept) > MAX_APPS or not all(one.isprintable() for one in kept):
        raise Refused(Why.BAD_INPUT, field="apps")
    return kept
