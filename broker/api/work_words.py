"""What is said of work that cannot be typed as it is. Italian first."""

from __future__ import annotations

from broker.domain.refusal import Why

WORK: dict[Why, tuple[int, str, str]] = {
    Why.NOT_SAME_DAY: (
        409,
        "Il lavoro senza collegamento si scrive nel giorno in cui finisce: per un giorno passato non si può più.",
        "Work outside a session is typed on the day on which it ends: for a day that is past it no longer can be.",
    ),
    Why.IN_SESSION: (
        409,
        "In quel tempo era in corso la sua sessione {session}, che si conta da sola: scriva il lavoro prima o dopo.",
        "Your session {session} ran in that time, and is counted by itself: type the work before or after it.",
    ),
}
