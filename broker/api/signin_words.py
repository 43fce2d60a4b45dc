"""What is said when somebody cannot come in by a provider, or has to show anew who he is. Italian first."""

from __future__ import annotations

from broker.domain.refusal import Why

SIGNIN: dict[Why, tuple[int, str, str]] = {
    Why.PROVIDER_AWAY: (
        503,
        "Il fornitore di identità adesso non risponde. Entri con la sua passkey, oppure riprovi tra poco.",
        "The identity provider does not answer now. Sign in with your passkey, or try again shortly.",
    ),
    Why.IDENTITY_NOT_TAKEN: (
        401,
        "La risposta del fornitore di identità non è stata accettata{detail}. Ricominci da qui, o entri con la passkey.",
        "The identity provider’s answer was not accepted{detail}. Begin again from here, or sign in with your passkey.",
    ),
    Why.NOT_LINKED: (
        403,
        "Questa identità non è collegata a nessuno qui. Entri con la passkey e la colleghi da Accesso.",
        "This identity is linked to nobody here. Sign in with your passkey and link it on Sign-in.",
    ),
    Why.PASSKEY_NEEDED: (
        403,
        "Per questo serve essere entrati con la passkey. Esca e rientri con quella.",
        "For this you must have signed in with your passkey. Sign out and come in with it.",
    ),
    Why.PROOF_NEEDED: (
        401,
        "Questo atto chiede di farsi riconoscere di nuovo. Lo faccia su {origin}/prova e poi lo ripeta.",
        "This act asks you to show again who you are. Do so at {origin}/prova, then repeat it.",
    ),
}
# What was wrong with the answer, by the code of `broker.proof.oidc.NotShown`.
WRONG: dict[str, tuple[str, str]] = {
    "state": (
        "non era attesa, è già stata usata o è passato troppo tempo",
        "it was not awaited, was used already or came too late",
    ),
    "browser": (
        "è arrivata in un browser diverso da quello che l’ha chiesta",
        "it came to another browser than the one that asked",
    ),
    "issuer": ("viene da un altro fornitore", "it comes from another provider"),
    "denied": ("il fornitore ha detto di no, o lei ha annullato", "the provider said no, or you cancelled"),
    "code": ("il codice è già stato usato o non vale", "the code was used already or is not good"),
    "client": (
        "il fornitore non riconosce Verbale: lo controlli chi l’ha indicato",
        "the provider does not know Verbale: whoever entered it should check",
    ),
    "metadata": (
        "il fornitore non si descrive come deve",
        "the provider does not describe itself as it must",
    ),
    "pkce": (
        "il fornitore non protegge il codice (PKCE S256)",
        "the provider does not protect the code (PKCE S256)",
    ),
    "token_answer": ("non contiene un’identità leggibile", "it holds no identity that can be read"),
    "algorithm": (
        "non è firmata con un algoritmo ammesso",
        "it is not signed by an algorithm that is accepted",
    ),
    "key": (
        "è firmata con una chiave che il fornitore non pubblica",
        "it is signed with a key that the provider does not publish",
    ),
    "signature": ("la firma non è del fornitore", "the signature is not the provider’s"),
    "audience": ("era per un altro servizio", "it was meant for another service"),
    "nonce": ("era per un’altra domanda", "it answers another question"),
    "expired": ("è scaduta", "it has run out"),
    "early": ("ha una data futura: controlli gli orologi", "its date lies ahead: check the clocks"),
    "age": ("il riconoscimento non è recente", "the sign-in there is not recent"),
    "acr": ("il livello non è leggibile", "its level cannot be read"),
    "acr_low": (
        "il livello non basta: serve almeno il secondo",
        "its level is too low: at least the second is needed",
    ),
    "times": ("le date non sono leggibili", "its dates cannot be read"),
    "subject": ("non dice chi è", "it does not say who you are"),
    "userinfo": ("i dati della persona non corrispondono", "what it tells of the person does not match"),
    "fiscal_number": ("manca il codice fiscale", "the codice fiscale is missing"),
}
