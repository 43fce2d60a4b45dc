"""Who leaves, in words: what ends at once, and what stays of him until when."""

from __future__ import annotations

from broker.cases.see_left import Leaver
from broker.domain.estate import Tenant
from broker.domain.people import MAY, Action, Who
from web import views as v
from web import views_estate as e
from web.present import words
from web.present.reader import Reader
from web.present.times import date_of


def act(base: str, reader: Reader) -> v.Act:
    return v.Act(reader.say("Chiudi l’accesso", "Close access"), href=f"{base}/uscita")


def confirm(name: str, base: str, reader: Reader) -> v.Confirm:
    say, name = reader.say, words.clean(name)
    return v.Confirm(
        say(f"{name} non lavora più qui?", f"Does {name} no longer work here?"),
        say(
            "Da subito non entra più: accessi, passkey, chiavi ssh e inviti non valgono, e ciò che aveva aperto "
            "finisce. Il nome resta accanto a ciò che ha fatto, finché la legge e le regole lo chiedono; poi si "
            "cancella da sé. Non si torna indietro: se ritorna, si invita di nuovo.",
            "From now on this person comes in no more: log-ins, passkeys, ssh keys and invitations no longer count, "
            "and what was open ends. The name stays beside what was done under it as long as law and rules ask; then "
            "it is erased by itself. There is no way back: whoever returns is invited anew.",
        ),
        v.Act(say("Chiudi ogni accesso", "Close every access"), post=f"{base}/uscita", kind="stop"),
        v.Act(say("Torna alle persone", "Back to the people"), href="/persone"),
    )


def row(one: Leaver, tenant: Tenant, who: Who, reader: Reader) -> e.PeopleRow:
    """Whoever may have the name erased: the titolare those of his own, the owner the house's."""
    say, day = reader.say, date_of(one.left, reader)
    his = who.role in MAY[Action.ERASE_NAME] and tenant.id == who.tenant and not one.erased
    erase = v.Act(say("Cancella il nome", "Erase the name"), href=f"/persone/{tenant.id}/{one.id}/nome")
    return e.PeopleRow(
        words.name(one.name, reader),
        words.coded(words.ROLES, one.role, reader),
        words.clean(tenant.name),
        v.State("off", say(f"ha lasciato il {day}", f"left on {day}")),
        say("nessuna", "none"),
        (erase,) if his else (),
    )


def confirm_name(name: str, base: str, reader: Reader) -> v.Confirm:
    say, name = reader.say, words.clean(name)
    return v.Confirm(
        say(f"Cancellare il nome di {name}?", f"Erase the name of {name}?"),
        say(
            "Se nessun termine lo tiene più, il nome sparisce per sempre da qui: nel registro resta lo pseudonimo. "
            "Altrimenti non cambia nulla, e la pagina dice fino a quando resta e perché.",
            "If no term keeps it any more, the name vanishes from here for ever: the log keeps the pseudonym. "
            "Otherwise nothing changes, and the page says until when it stays, and why.",
        ),
        v.Act(say("Cancella il nome", "Erase the name"), post=f"{base}/nome", kind="stop"),
        v.Act(say("Torna alle persone", "Back to the people"), href="/persone"),
    )
