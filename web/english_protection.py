"""English of the pages about the protection of personal data: breaches, facts for an impact assessment, corrections."""

from __future__ import annotations

from typing import Final

PROTECTION: Final[dict[str, str]] = {
    "Protezione dei dati": "Data protection",
    "Violazioni dei dati": "Data breaches",
    "Nessuna violazione è stata rilevata.": "No breach has been found.",
    "Apri una violazione": "Open a breach",
    "Quando lo si è saputo": "When it became known",
    "Ora italiana. Da qui corrono 72 ore del titolare.": "Italian time. The titolare’s 72 hours run from here.",
    "Sessioni forse toccate": "Sessions that may be touched",
    "Rischio elevato per gli interessati (art. 34)": "High risk for the people concerned (art. 34)",
    "Poi la comunichi al titolare, dalla pagina della violazione.": "Then tell the titolare, from the breach’s page.",
    "Avviso al titolare entro, in ore": "The titolare is told within, in hours",
    "Scheda dei fatti per la valutazione d’impatto": "Facts sheet for the impact assessment",
    "Valutazione d’impatto agli atti": "Impact assessment on file",
    "Dove sta il suo relay": "Where its relay sits",
    "Il paese, o «presso il cliente».": "The country, or “at the customer’s”.",
    "Sessioni toccate": "Sessions touched",
    "Nessuna, nel tempo scelto.": "None, in the time chosen.",
    "Parte una lettera a ogni titolare. I testi restano sulla pagina, sigillati nel registro.": (
        "A letter leaves to every titolare. The texts stay on the page, sealed in the log."
    ),
    "Rettifiche e segnalazioni": "Corrections and reports",
    "Segnala al titolare": "Report it to the titolare",
    "Se ritiene che questa istruzione violi le norme sulla protezione dei dati, lo dica al titolare (art. 28(3) GDPR).": (
        "If you hold that this instruction infringes data protection rules, tell the titolare (art. 28(3) GDPR)."
    ),
    "Perché la ritiene illecita": "Why you consider it unlawful",
    "Rettifica": "Rectification",
    "Che cosa va rettificato": "What needs correcting",
    "I testi della richiesta": "The request’s texts",
    "La nota e le attività della sessione": "The session’s note and activities",
    "Ciò che era scritto resta, e accanto si legge la rettifica.": "What was written stays, and is read with the correction.",
    "Che cosa è giusto": "What is right",
}
