"""The pages of each role and the acts one click away, by the words a person types to get there."""

from __future__ import annotations

from dataclasses import dataclass

from broker.domain.people import CUSTOMER_ROLES, HOUSE_ROLES, Role
from web.present.reader import Pair, Reader

_ALL = HOUSE_ROLES | CUSTOMER_ROLES
_TECHNICIAN: frozenset[Role] = frozenset({"technician"})
_OWNER: frozenset[Role] = frozenset({"owner"})
_TITOLARE: frozenset[Role] = frozenset({"titolare"})
_APPROVERS: frozenset[Role] = frozenset({"titolare", "ads"})


@dataclass(frozen=True, slots=True)
class Place:
    """`also`: other words that find it. `act`: something is done there, not only read."""

    href: str
    name: Pair
    roles: frozenset[Role]
    also: str = ""
    act: bool = False


PLACES = (
    Place("/telefonata", ("Registra telefonata", "Log a call"), HOUSE_ROLES, "chiamata telefono phone", act=True),
    Place("/richieste/nuova", ("Nuova richiesta di accesso", "New request for access"), _TECHNICIAN, "chiedi ask", act=True),
    Place("/incidenti", ("Segnala un’anomalia", "Report a fault"), _APPROVERS, "incidente guasto incident", act=True),
    Place("/coda", ("Coda", "Queue"), HOUSE_ROLES, "incidenti incidents prossimo next"),
    Place("/contatti/registro", ("Contatti", "Contacts"), HOUSE_ROLES, "telefonate chiamate calls phone"),
    Place("/richieste", ("Richieste di accesso", "Requests for access"), HOUSE_ROLES | _APPROVERS, "autorizzazioni approvals"),
    Place("/sessioni", ("Sessioni", "Sessions"), _ALL, "collegamenti in corso diretta live"),
    Place("/postazioni", ("Macchine", "Hosts"), _ALL, "postazioni host agente agent"),
    Place("/persone", ("Persone", "People"), _ALL, "tecnici ads passkey invito invitation"),
    Place("/posta", ("Posta", "Mail"), HOUSE_ROLES | _APPROVERS, "mail pec messaggi"),
    Place("/programmi", ("Programmi", "Programs"), _ALL, "versioni aggiornamenti criticità releases defects"),
    Place("/accessi/miei", ("I miei accessi", "My accesses"), _ALL, "registro log miei dati"),
    Place("/adempimenti", ("Adempimenti", "Duties"), _ALL, "scadenze dpa nomine papers"),
    Place("/contestazioni", ("Contestazioni", "Contests"), _ALL, "contesto contest"),
    Place("/titolare", ("Il mese e i rapporti", "The month and the reports"), CUSTOMER_ROLES, "rapporto report pacchetto verifica"),
    Place("/accessi", ("Registro degli accessi", "Access log"), CUSTOMER_ROLES, "access log"),
    Place("/gestione", ("Gestione", "Management"), _OWNER, "cruscotto dashboard"),
    Place("/gestione/fatture", ("Bozze di fattura", "Draft invoices"), _OWNER, "fatture iva invoices"),
    Place("/ore", ("Ore e tariffe", "Hours and rates"), _OWNER, "tariffario contratti rates"),
    Place("/rivenditori", ("Rivenditori", "Resellers"), _OWNER, "resellers"),
    Place("/scuola", ("Scuole", "Schools"), HOUSE_ROLES, "schools"),
    Place("/importazione", ("Importa da file", "Import from files"), _OWNER, "csv excel xlsx import"),
    Place("/prodotti", ("Prodotti", "Products"), _OWNER, "products"),
    Place("/amministratori", ("Amministratori di sistema", "System administrators"), _OWNER | CUSTOMER_ROLES, "nomine ads appointments"),
    Place("/protezione", ("Protezione dei dati", "Data protection"), _OWNER, "violazioni breaches gdpr privacy"),
    Place("/gestione/contatti", ("Richieste di contatto", "Contact requests"), _OWNER, "leads"),
    Place("/accessi/conteggi", ("Accessi, conteggi", "Accesses, counted"), _OWNER, "revisione review"),
    Place("/preferenze", ("Preferenze", "Preferences"), _ALL, "lingua language tema theme colori tasti"),
    Place("/tasti", ("Tutti i tasti", "All keys"), _ALL, "scorciatoie shortcuts keyboard"),
)  # fmt: skip


def found(text: str, role: Role, reader: Reader) -> tuple[Place, ...]:
    """Those of this role that hold every word typed; acts first. Without a word, the role's own, as a menu."""
    wanted = text.casefold().split()
    mine = [one for one in PLACES if role in one.roles]
    hit = [
        one for one in mine if all(word in f"{' '.join(one.name)} {one.also}".casefold() for word in wanted)
    ]
    return tuple(sorted(hit, key=lambda one: (not one.act, reader.say(*one.name)) if wanted else not one.act))
