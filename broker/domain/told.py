"""What was said about an incident: its bounds, and its opening."""

from __future__ import annotations

from dataclasses import dataclass

from audit.canonical import Fields, Value
from broker.domain.texts import MAX_INCIDENT, cover, written

MAX_NAME = 120
MAX_CALLBACK = 60


@dataclass(frozen=True, slots=True)
class Told:
    """`caller` and `callback` are empty where nobody is to be rung."""

    incident_text: str
    caller: str = ""
    callback: str = ""

    def to_value(self) -> Value:
        found: dict[str, Value] = {"incident_text": self.incident_text}
        return found | {k: v for k, v in (("caller", self.caller), ("callback", self.callback)) if v}

    @classmethod
    def from_value(cls, value: Value) -> Told:
        f = Fields(value, "what was said of an incident")
        found = cls(f.text("incident_text"), f.opt_text("caller") or "", f.opt_text("callback") or "")
        f.done()
        return found


def told(incident_text: str, caller: str = "", callback: str = "", *, call: bool = False) -> tuple[Told, int]:
    """As it is kept, and how many pieces looked like a password and were covered. A `call` has a caller."""
    text, first = cover(written(incident_text, "incident_text", MAX_INCIDENT, needed=True))
    name, second = cover(written(caller, "caller", MAX_NAME, needed=call))
    back, third = cover(written(callback, "callback", MAX_CALLBACK))
    return Told(text, name, back), first + second + third
