"""Events of the access register that a month's report tells among its exceptions."""

from __future__ import annotations

from datetime import date, datetime

from audit import instant
from audit.canonical import Value
from audit.paper_records import DutiesLacking

ORDER = (
    "declared", "tool_outside", "desk_reported", "moment_flagged", "self_approved", "no_supervision", "denied_attempt", "presumed_end",
    "papers_missing",
)  # fmt: skip


def declared(start: datetime) -> dict[str, Value]:
    """Always an exception: that it was so, nobody but the technician says."""
    return {
        "kind": "declared",
        "time": instant.to_text(start),
        "state": "documented",
        "what": "Intervento su una macchina senza agente: dichiarato dal tecnico, non attestato.",
        "why": "Lo ammettono le regole firmate dal titolare. Inizio e fine sono parola del tecnico.",
    }


def presumed(end: datetime, *, declared: bool) -> dict[str, Value]:
    if declared:
        what = "Il tecnico non ha dichiarato la fine."
        why = "L’orario di fine è quello fino a cui era autorizzato; quando ha smesso non si sa."
    else:
        what = "La macchina non ha più risposto."
        why = (
            "L’orario di fine è quello dell’ultimo segnale ricevuto; non è stato stimato "
            "né completato a mano."
        )
    return {
        "kind": "presumed_end",
        "time": instant.to_text(end),
        "state": "documented",
        "what": what,
        "why": why,
    }


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


def flagged(time: str) -> dict[str, Value]:
    """Without the words of whoever flagged it, whose term is shorter than a report's."""
    return {
        "kind": "moment_flagged",
        "time": time,
        "state": "documented",
        "what": "Chi seguiva l’intervento ha segnalato un momento.",
        "why": "Lo ha fatto mentre guardava; le sue parole sono nel registro.",
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


_PAPERS = {
    "dpa_missing": "accordo sul trattamento dei dati",
    "matrix_missing": "matrice delle responsabilità",
    "confidentiality_missing": "impegno alla riservatezza del tecnico",
    "training_missing": "formazione del tecnico",
}


def papers_missing(told: DutiesLacking, start: datetime) -> dict[str, Value]:
    """Of a session that was opened before the day from which they block. A code nobody knows stands for itself."""
    lacked = ", ".join(_PAPERS.get(code, code) for code in told.lacks)
    return {
        "kind": "papers_missing",
        "time": instant.to_text(start),
        "state": "documented",
        "what": f"Aperto senza tutti gli adempimenti agli atti: {lacked}.",
        "why": f"Dal {date.fromisoformat(told.block):%d/%m/%Y} chi ne è privo non si collega.",
    }
