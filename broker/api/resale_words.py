"""What is said where something of a reseller lacks (S-47 to S-49). Italian first."""

from __future__ import annotations

from broker.domain.refusal import Why

RESALE: dict[Why, tuple[int, str, str]] = {
    Why.WITH_RESELLER: (
        409,
        "Di questo incidente si occupa prima il rivenditore del cliente. Un tecnico può prenderlo in carico con un motivo.",
        "The customer’s reseller treats this incident first. A technician may take it over with a reason.",
    ),
    Why.CHARGE_NOT_ACCEPTED: (
        409,
        "Il primo anno di questo programma è finito: l’intervento si addebita. Confermi l’addebito, e scriva che cosa ha già tentato.",
        "The first year of this program is over: the work is charged. Confirm the charge, and write what you tried already.",
    ),
    Why.RESALE_RATE_MISSING: (
        409,
        "Manca la tariffa di rivendita di questo programma: la inserisca chi guida il fornitore, poi l’attivazione.",
        "The resale rate of this program is missing: the vendor’s owner should enter it, then the activation.",
    ),
    Why.TOPICS_MISSING: (
        409,
        "Non è autonomo chi non è stato formato su installazione, configurazione e uso completo. Registri gli argomenti che mancano.",
        "Whoever was not trained on installation, configuration and full use is not autonomous. Record the topics that are missing.",
    ),
}  # fmt: skip
