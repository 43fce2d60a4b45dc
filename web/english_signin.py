"""English of the pages of signing in elsewhere, of one's log-ins and of showing anew who one is."""

from __future__ import annotations

from typing import Final

SIGNIN: Final[dict[str, str]] = {
    "Accesso": "Sign-in",
    "Apro la pagina del fornitore…": "Opening the provider’s page…",
    "Cambia un fornitore": "Change a provider",
    "Che cos’è": "What it is",
    "Chi indica un fornitore decide chi entra con quello: vale per le sue persone soltanto, e ciascuna lo collega da sé.": (
        "Whoever enters a provider decides who comes in by it: it is for your own people alone, and each links it himself."
    ),
    "Ciò che ha scritto è qui: subito dopo si va avanti.": "What you wrote is here: it goes on straight after.",
    "Ciò che sta per fare conta, e l’ultima volta che ha mostrato chi è non è recente.": (
        "What you are about to do matters, and you last showed who you are some time ago."
    ),
    "Com’è scritto nella sua descrizione, con https.": "As its description has it, with https.",
    "Con password e codice": "With password and code",
    "Da qui cominciano le sue persone:": "Your people begin here:",
    "Dove sono entrato, e con quale identità": "Where I am signed in, and as whom",
    "Entrare con un’altra identità": "Signing in with another identity",
    "Entrare non firma e non autorizza nulla: per quello serve sempre la passkey di firma.": (
        "Signing in signs nothing and authorises nothing: that always takes the signing passkey."
    ),
    "Facoltativo, prima di firmare. Si registrano fornitore, livello, ora e un’impronta del codice fiscale: non autorizza nulla, la sua firma sì.": (
        "Optional, before you sign. Provider, level, time and a digest of the codice fiscale are recorded: it authorises nothing, your signature does."
    ),
    "Fatto. Ora lo ripeta.": "Done. Now repeat it.",
    "Fornitori di identità": "Identity providers",
    "Già fatto: vai avanti": "Done already: go on",
    "Ho perso il dispositivo, o la passkey non va": "I have lost the device, or the passkey fails",
    "I miei accessi al portale": "Where I am signed in",
    "In un altro modo, in una nuova scheda": "Another way, in a new tab",
    "Indica": "Enter",
    "Indica un fornitore": "Enter a provider",
    "Indirizzo del fornitore (issuer)": "Address of the provider (issuer)",
    "Lascia com’è": "Leave it as it is",
    "Livello che vale come prova (acr)": "Level that counts as a proof (acr)",
    "Nome, livello e segreto si cambiano senza toccare nessuno. Con un altro indirizzo, un altro client_id o un altro genere, chi lo ha collegato esce e deve collegarlo di nuovo: un altro fornitore chiama le persone in un altro modo.": (
        "Name, level and secret change without touching anybody. With another address, another client_id or another kind, whoever has linked it is signed out and has to link it again: another provider calls people by other names."
    ),
    "Nome di Verbale presso il fornitore (client_id)": "Verbale’s name at the provider (client_id)",
    "Nome sul pulsante": "Name on the button",
    "Non ancora fatto": "Not yet done",
    "Oppure, se ha collegato la sua identità:": "Or, if you have linked your identity:",
    "Presso il fornitore scriva questo indirizzo di ritorno (redirect_uri), parola per parola:": (
        "At the provider, enter this address of return (redirect_uri), word for word:"
    ),
    "Provi con l’altra sua passkey, o dal telefono: il browser mostra un codice da inquadrare. Se non ne ha altre, chieda un nuovo invito a chi l’ha ammessa: il titolare per le persone del cliente, chi gestisce il fornitore per i tecnici. Appena rientra, tolga la passkey perduta.": (
        "Try your other passkey, or the telephone: the browser shows a code to scan. If you have no other, ask whoever admitted you for a new invitation: the titolare for the customer’s people, the vendor’s owner for technicians. Once you are in again, remove the lost passkey."
    ),
    "Segreto (client_secret)": "Secret (client_secret)",
    "Si conserva cifrato e non si mostra più. Vuoto: resta quello che c’è.": (
        "Kept encrypted and not shown again. Empty: the one that is there stays."
    ),
    "Si conserva cifrato e non si mostra più. Vuoto, se il fornitore non lo chiede.": (
        "Kept encrypted and not shown again. Empty, if the provider asks for none."
    ),
    "Si faccia riconoscere di nuovo": "Show again who you are",
    "Sono io": "It is me",
    "Togli il segreto: il fornitore non lo chiede più": "Remove the secret: the provider asks for none any more",
    "Un accesso dura al massimo dodici ore, e si blocca quando nessuno fa nulla. Se uno non è suo, esca da tutti gli altri e tolga la passkey che non riconosce.": (
        "A sign-in lasts twelve hours at most, and is locked when nobody does anything. If one is not yours, sign out of all others and remove the passkey that you do not know."
    ),
    "Vuole aggiungere la prova della sua identità?": "Would you like to add proof of your identity?",
    "Vuoto: con questo si entra, ma per gli atti che contano serve la passkey. Per SPID e CIE basta il livello 2.": (
        "Empty: it lets people in, but acts that matter take the passkey. For SPID and CIE level 2 is enough."
    ),
}
