"""How records and reports spell an activity: ``GEST``, and ``GEST/FOR`` for training (FORMAT.md §3)."""

from __future__ import annotations

from audit.canonical import Value
from audit.statement import Activity

TRAINING = "/FOR"


def activity_text(activity: Activity) -> str:
    return activity.code if activity.type == "ASS" else f"{activity.code}/{activity.type}"


def activity_value(text: str) -> Value:
    """What `activity_text` wrote, as a report has it."""
    name, _, kind = text.partition("/")
    return {"code": name, "type": kind or "ASS"}


def all_training(texts: tuple[str, ...]) -> bool:
    """Nothing but training."""
    return bool(texts) and all(one.endswith(TRAINING) for one in texts)
