"""The training register: who was taught what, by whom, on which program (S-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from audit.canonical import Value
from audit.work_records import TrainingGiven
from broker.domain.activity import Doing
from broker.domain.refusal import Refused, Why
from broker.domain.texts import written

MAX_PEOPLE = 40
MAX_NAME = 80
MAX_TOPIC = 200
GAP = timedelta(days=365)  # without any for so long, the titolare is told


@dataclass(frozen=True, slots=True)
class Lesson:
    """`people` as declared: names, one row of the register each."""

    topic: str
    people: tuple[str, ...]

    def words(self) -> dict[str, Value]:
        return {"topic": self.topic, "people": list(self.people)}

    def record(self, id: str, day: date, product: str | None, work: str | None = None) -> TrainingGiven:
        return TrainingGiven(id, day.isoformat(), len(self.people), product, work)


def lesson(doing: Doing, topic: str, people: str) -> Lesson | None:
    """None where nobody was taught. `people`: one name a line. `bad_input` naming `topic` or `trained`."""
    if not doing.teaches:
        return None
    names = tuple(
        dict.fromkeys(filter(None, (written(line, "trained", MAX_NAME) for line in people.splitlines())))
    )
    if not 0 < len(names) <= MAX_PEOPLE or not all(one.isprintable() for one in names):
        raise Refused(Why.BAD_INPUT, field="trained")
    return Lesson(written(topic, "topic", MAX_TOPIC, needed=True), names)


def gap(last: date, today: date) -> bool:
    """Nobody was trained for a year. `last`: of the last training, or of the day since which this log could say so."""
    return today - last > GAP
