"""What is said where a paper or an appointment is lacking: status, Italian, English. Part of `refusals.ANSWERS`."""

from __future__ import annotations

from broker.domain.refusal import Why

DUTIES: dict[Why, tuple[int, str, str]] = {
    Why.ADS_DELEGATION_MISSING: (
        403,
        "Manca la nomina di chi deve firmare, o la delega o il mandato per questa richiesta. Firma il titolare.",
        (
            "The appointment of whoever is to sign is missing, or the delegation or mandate for this request. "
            "The titolare signs it."
        ),
    ),
    Why.DELEGATION_EXPIRED: (
        403,
        "La delega o il mandato di chi deve firmare è finito, o finisce prima della richiesta. Lo rinnovi il titolare.",
        (
            "The delegation or mandate of whoever is to sign has ended, or ends before the request does. "
            "The titolare can renew it."
        ),
    ),
    Why.EVALUATION_MISSING: (
        422,
        (
            "Manca la valutazione di esperienza, capacità e affidabilità, con autore e data. Chi nomina la aggiunga: "
            "senza, la nomina non vale."
        ),
        (
            "The evaluation of experience, ability and reliability is missing, with author and date. Whoever appoints "
            "can add it."
        ),
    ),
    Why.APPOINTMENT_ENDS: (
        403,
        (
            "L’incarico di chi firma o sorveglia finisce prima della finestra chiesta. Il titolare lo rinnovi, "
            "o il tecnico chieda meno tempo."
        ),
        (
            "The appointment of whoever signs or watches ends before the window asked for. The titolare can renew it, "
            "or the technician ask for less time."
        ),
    ),
    Why.APPOINTMENT_MISSING: (
        409,
        "Manca la nomina ad amministratore di sistema: la firma il titolare, e chi la riceve ne indica gli estremi.",
        "The appointment as system administrator is missing: the titolare signs it, and its reference is entered here.",
    ),
    Why.DPA_MISSING: (
        403,
        "Manca l’accordo sul trattamento dei dati (art. 28 GDPR). Lo firmano titolare e fornitore, che lo mette agli atti.",
        "The data processing agreement (art. 28 GDPR) is missing. Titolare and vendor sign it, and the vendor files it.",
    ),
    Why.DPIA_MISSING: (
        409,
        "Manca la valutazione d’impatto (art. 35 GDPR): il titolare ne indichi gli estremi, alla pagina Protezione dei dati.",
        "The impact assessment (art. 35 GDPR) is missing: the titolare gives its reference, on the page Data protection.",
    ),
    Why.INVOICE_DATA_MISSING: (
        409,
        "A questa bozza mancano dati di fatturazione{detail}. La direzione li completa alla pagina Dati di fatturazione.",
        "This draft lacks billing data{detail}. The owner completes them on the page Billing data.",
    ),
    Why.MATRIX_MISSING: (
        403,
        "Manca la matrice delle responsabilità: il titolare dica chi autorizza, sorveglia, forma e custodisce le credenziali.",
        "The responsibility matrix is missing: the titolare says who authorises, watches, trains and keeps credentials.",
    ),
    Why.CONFIDENTIALITY_MISSING: (
        403,
        "Manca l’impegno alla riservatezza del tecnico. Lo firma il tecnico, e il fornitore lo mette agli atti.",
        "The technician’s confidentiality agreement is missing. The technician signs it, and the vendor files it.",
    ),
    Why.TRAINING_MISSING: (
        403,
        "Manca la formazione del tecnico sulla protezione dei dati. La cura il fornitore, che la mette agli atti.",
        "The technician’s training on data protection is missing. The vendor sees to it and files it.",
    ),
    Why.SCHOOL_NOT_IN_SERVICE: (
        403,
        "La scuola non è in esercizio: si lavora solo su rete, cloud, servizi e credenziali. La gestione completa lo studio.",
        "The school is not in service: only network, cloud, services and credentials may be worked on. The owner completes the study.",
    ),
    Why.ARCHIVES_DELEGATION_MISSING: (
        403,
        "Manca la delega per archivi e database, che nomini il tecnico e copra la finestra. La firma il titolare, su Scuola.",
        "The delegation for archives and database, naming the technician for the window, is missing. The titolare signs it.",
    ),
    Why.STUDY_OPEN: (
        409,
        "Lo studio di fattibilità ha voci aperte. La gestione le completa, poi la scuola va in esercizio.",
        "The feasibility study has open rows. The owner completes them, then the school goes in service.",
    ),
    Why.CLEAN_UP_UNCOUNTED: (
        409,
        "Mancano conteggi prima o dopo: il tecnico conti ogni archivio dell’istruzione, poi chiuda la pulizia.",
        "Counts before or after are missing: the technician counts every archive instructed, then closes the clean-up.",
    ),
    Why.SUBPROCESSOR_NOT_LISTED: (
        403,
        "Il tecnico lavora per un sub-responsabile che il titolare non ha ammesso. Il fornitore lo comunichi al titolare.",
        "The technician works for a sub-processor the titolare has not let in. The vendor announces it to the titolare.",
    ),
}
