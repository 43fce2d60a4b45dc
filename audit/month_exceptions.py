"""Events of the access register that a month's report tells among its exceptions."""

from __future__ import annotations

from audit.canonical import Value


def outside(event: dict[str, Value]) -> dict[str, Value]:
    return {
        "kind": "tool_outside",
        "time": event["time"],
        "state": "documented",
        "what": "Un programma di controllo remoto era in uso fuori da ogni autorizzazione.",
        "why": "Lo ha visto l’agente sulla macchina; ADS e titolare sono stati avvisati.",
        "host": event["system"],
        "leaf": event["leaf"],
    }


def denied(event: dict[str, Value]) -> dict[str, Value]:
    value = {
        "kind": "denied_attempt",
        "time": event["time"],
        "state": "closed",
        "what": "Il sistema ha impedito un collegamento o un’operazione.",
        "why": "Nessun accesso è avvenuto.",
        "reason": event["reason"],
        "host": event["system"],
        "leaf": event["leaf"],
    }
    return value | {k: event[k] for k in ("session",) if k in event}


def reported(event: dict[str, Value]) -> dict[str, Value]:
    """Without the sentence itself, whose term is shorter than a report's."""
    value = {
        "kind": "desk_reported",
        "time": event["time"],
        "state": "documented",
        "what": "Chi sta alla macchina ha segnalato qualcosa.",
        "why": "Lo ha scritto l’agente della macchina; ADS e titolare sono stati avvisati.",
        "host": event["system"],
        "leaf": event["leaf"],
    }
    return value | {k: event[k] for k in ("session",) if k in event}
