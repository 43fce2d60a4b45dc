"""Who leaves, in words: what ends at once, and what stays of him until when."""

from __future__ import annotations

from web import views as v
from web.present.reader import Reader


def act(base: str, reader: Reader) -> v.Act:
    return v.Act(reader.say("Ha lasciato", "Has left"), href=f"{base}/uscita")


def confirm(base: str, reader: Reader) -> v.Confirm:
    say = reader.say
    return v.Confirm(
        say("Questa persona non lavora più qui?", "Does this person no longer work here?"),
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
