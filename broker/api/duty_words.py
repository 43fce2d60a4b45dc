"""What is said where a paper or an appointment is lacking: status, Italian, English. Part of `refusals.ANSWERS`."""

from __future__ import annotations

from broker.domain.refusal import Why

DUTIES: dict[Why, tuple[int, str, str]] = {
    Why.APPOINTMENT_MISSING: (
        409,
        "Manca la nomina ad amministratore di sistema: la firma il titolare, e chi la riceve ne indica gli estremi.",
        "The appointment as system administrator is missing: the titolare signs it, and its reference is entered here.",
    ),
}
