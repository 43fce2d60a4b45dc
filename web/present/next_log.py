"""What the titolare and the vendor have to do about the next log: nothing, but for witnesses outside."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.see_customer import CustomerView
from broker.cases.see_successors import Successor, to_be_told
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web import views_owner as o
from web.present import words
from web.present.reader import Reader
from web.present.times import date_of


def to_acknowledge(view: CustomerView, who: Who, reader: Reader) -> list[e.Todo]:
    """Records are lost, and the hosts wait for his word."""
    if view.loss is None:
        return []
    say, (first, last) = reader.say, view.loss
    lost = f"{words.thousands(first, reader)}–{words.thousands(last, reader)}"
    title = say("Il registro ha perduto delle registrazioni", "The log has lost records")
    text = say(
        f"Mancano le registrazioni {lost}: il server è stato ripristinato da una copia più vecchia.",
        f"Records {lost} are missing: the server was restored from an older copy.",
    )
    if who.role != "titolare":
        wait = say(
            "Le macchine non aprono nulla finché il titolare non lo riconosce.",
            "Hosts open nothing until the titolare has acknowledged it.",
        )
        return [e.Todo("wait", title, f"{text} {wait}")]
    wait = say(
        "Le sue macchine non aprono nulla finché lei non lo riconosce con la sua firma.",
        "Your hosts open nothing until you have acknowledged it by your signature.",
    )
    word = say("Leggi e firma", "Read and sign")
    sign = v.Act(word, post="/titolare/ripresa", kind="sign", icon="pen", sign=True)
    return [e.Todo("wait", title, f"{text} {wait}", (sign,))]


def to_hand_on(view: CustomerView, who: Who, reader: Reader) -> list[e.Todo]:
    one = to_be_told(view.head, view.policy, view.cosigned, view.customer.name)
    if one is None or who.role != "titolare":
        return []
    say = reader.say
    title = say("Dare ai suoi testimoni il nuovo trust.json", "Give your witnesses the new trust.json")
    take = v.Act(say("Scarica trust.json", "Download trust.json"), href="/trust.json")
    return [e.Todo("wait", title, f"{_when(one, reader)} {_why(reader)}", (take,))]


def duties(found: Sequence[Successor], reader: Reader) -> tuple[o.Duty, ...]:
    say = reader.say
    return tuple(
        o.Duty(
            v.State("wait", say("manca", "missing")),
            say(
                f"Testimoni esterni di {words.clean(one.customer)}",
                f"External witnesses of {words.clean(one.customer)}",
            ),
            f"{_when(one, reader)} "
            + say(
                "Il titolare dia loro il nuovo trust.json, che trova sulla sua pagina.",
                "The titolare should give them the new trust.json, which is on his page.",
            ),
        )
        for one in found
    )


def _when(one: Successor, reader: Reader) -> str:
    say = reader.say
    if one.begins is None:
        return say(
            "Il registro continua sotto un’altra chiave, che non tutti i testimoni esterni conoscono ancora.",
            "The log goes on under another key, which not all external witnesses know yet.",
        )
    day = date_of(one.begins, reader)
    return say(
        f"Dal {day} il registro continua sotto un’altra chiave.",
        f"From {day} on the log goes on under another key.",
    )


def _why(reader: Reader) -> str:
    return reader.say(
        "Le macchine la seguono da sole; i testimoni che lei tiene altrove la imparano da quel file.",
        "Hosts follow it by themselves; the witnesses you keep elsewhere learn it from that file.",
    )
