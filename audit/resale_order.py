"""What records of resellers rest on: topics on the register, incidents on whose program it is (FORMAT.md §3).

Part of the story that step 8 reads; the order of an incident's own records is `incident_order`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit import resale_records as r
from audit.incident_records import IncidentOpened
from audit.leaf import Leaf
from audit.work_records import TrainingGiven

TOPICS = ("installation", "configuration", "full_use")
OF_RESALE = frozenset(
    kind.KIND
    for kind in (
        TrainingGiven, IncidentOpened, r.ResaleTrained, r.ResaleAutonomous, r.CustomerResold, r.IncidentRouted,
        r.IncidentPassed,
    )
)  # fmt: skip


@dataclass(slots=True)
class ResaleOrder:
    """State while reading a log from its first leaf; `feed` gives codes of findings with their facts."""

    trainings: dict[str, str] = field(default_factory=dict)  # line of the register -> program
    taught: dict[str, set[str]] = field(default_factory=dict)  # program -> topics
    resold: dict[str, str] = field(default_factory=dict)  # program -> reseller
    about: dict[str, str] = field(default_factory=dict)  # incident -> program

    def feed(self, leaf: Leaf) -> Iterator[tuple[str, dict[str, str]]]:
        """A record of a kind in `OF_RESALE`."""
        kind = leaf.record.KIND
        match leaf.record:
            case TrainingGiven(training=training, product=product):
                self.trainings[training] = product or ""
            case IncidentOpened(incident=incident, product=product):
                self.about[incident] = product or ""
            case r.ResaleTrained(product=product, topic=topic, training=training):
                if self.trainings.get(training) != product or topic not in TOPICS:
                    yield "order", {"kind": kind, "state": "untrained"}
                self.taught.setdefault(product, set()).add(topic)
            case r.ResaleAutonomous(product=product):
                if not self.taught.get(product, set()) >= set(TOPICS):
                    yield "order", {"kind": kind, "state": "untrained"}
            case r.CustomerResold(product=product, reseller=reseller):
                self.resold[product] = reseller or ""
            case r.IncidentRouted(incident=incident, product=product, reseller=reseller):
                if reseller != self.resold.get(product) or self.about.get(incident, product) != product:
                    yield "order", {"kind": kind, "state": "not_resold"}
            case r.IncidentPassed(incident=incident, product=product):
                if product not in self.resold or self.about.get(incident, product) != product:
                    yield "order", {"kind": kind, "state": "not_resold"}
            case _:
                pass
