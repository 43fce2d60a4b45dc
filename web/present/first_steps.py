"""The eight steps from an empty server to the first session, each with what it takes and where it is done."""

from __future__ import annotations

from broker.cases.see_first_steps import FirstSteps
from web import views as v
from web import views_owner as o
from web.present.reader import Pair, Reader

_STEPS: tuple[tuple[Pair, Pair, Pair, Pair | None, str], ...] = (
    (
        ("La sua passkey", "Your passkey"),
        ("Una passkey, e una seconda di riserva", "One passkey, and a second in reserve"),
        (
            "Con la prima è entrato. La seconda è il solo modo di rientrare se perde il telefono: la crei su un altro dispositivo.",
            "The first let you in. The second is the only way back if you lose your phone: make it on another device.",
        ),
        ("Crea la seconda passkey", "Make the second passkey"),
        "/persone#t-mie",
    ),
    (
        ("Fornitore e orario di servizio", "Vendor and hours of service"),
        ("Come si chiama il fornitore, e quando risponde", "What the vendor is called, and when it answers"),
        (
            "Il nome è quello che ha scritto all’avvio. L’orario di servizio lo dice il piano di ogni contratto; tariffe e prodotti si possono scrivere anche dopo.",
            "The name is the one you typed at the start. Hours of service are those of each contract’s plan; rates and products can be typed later.",
        ),
        ("Prodotti", "Products"),
        "/prodotti",
    ),
    (
        ("Chiave del registro e copia di riserva", "Key of the log and backup"),
        ("Una copia fuori da questo server", "A copy outside this server"),
        (
            "Chiavi e database stanno sul server, in cartelle diverse. Ne faccia una copia prima del primo cliente e provi a ripristinarla: un registro riportato a una copia vecchia si ferma. Di qui non si vede se l’ha fatto.",
            "Keys and database are on the server, in different folders. Copy them before the first customer and try a restore: a log set back to an old copy stops. From here nobody sees whether you did.",
        ),
        None,
        "",
    ),
    (
        ("Il primo cliente", "The first customer"),
        ("Apra il primo cliente", "Open the first customer"),
        (
            "Basta il nome. Nasce il suo registro, che è solo suo.",
            "A name will do. Its log begins, and is its own.",
        ),
        ("Apri un cliente", "Open a customer"),
        "/persone#t-cliente",
    ),
    (
        ("Chi approva", "Who approves"),
        ("Inviti il titolare: da lì in poi decide lui", "Invite the titolare: from then on he decides"),
        (
            "Il titolare crea la sua passkey sul suo dispositivo, firma le regole e nomina l’ADS. Da qui nessuno vede la sua chiave o può usarla. Consegni il collegamento di persona.",
            "The titolare makes his passkey on his own device, signs the rules and appoints the ADS. Nobody here sees his key or can use it. Hand the link over in person.",
        ),
        ("Invita il titolare", "Invite the titolare"),
        "/persone#t-invita",
    ),
    (
        ("L’agente sulla macchina", "The agent on the host"),
        ("Prepari la prima macchina", "Prepare the first host"),
        (
            "Le dia un nome; il titolare firma l’iscrizione. Poi alla macchina si installa l’agente e si digita l’impronta che il titolare legge sul suo schermo.",
            "Give it a name; the titolare signs its enrolment. Then the agent is installed there, and the fingerprint that the titolare reads on his own screen is typed in.",
        ),
        ("Prepara una macchina", "Prepare a host"),
        "/postazioni",
    ),
    (
        ("Prima richiesta", "First request"),
        ("Un tecnico chiede, il titolare o l’ADS firma", "A technician asks, the titolare or the ADS signs"),
        (
            "Inviti un tecnico, se non c’è. La richiesta dice macchina, perché, che cosa e fino a quando; chi firma legge esattamente quella.",
            "Invite a technician, if there is none. The request says which host, why, what and until when; whoever signs reads exactly that.",
        ),
        ("Invita un tecnico", "Invite a technician"),
        "/persone#t-invita",
    ),
    (
        ("Prima sessione", "First session"),
        ("La prima sessione", "The first session"),
        (
            "Il tecnico l’avvia dalla richiesta firmata. Quando l’agente la conferma, questa guida scompare.",
            "The technician starts it from the signed request. Once the agent confirms it, this guide goes away.",
        ),
        ("Vedi le sessioni", "See the sessions"),
        "/sessioni",
    ),
)


def names(reader: Reader) -> tuple[str, ...]:
    """For the page on which nobody is anybody yet: it leads nowhere but on."""
    return tuple(reader.say(*name) for name, *_ in _STEPS)


def _done(found: FirstSteps) -> tuple[bool | None, ...]:
    """Of the eight, in order; None where nobody can know."""
    return (
        found.passkeys > 1, True, None, found.customers > 0, found.appointed, found.enrolled, found.asked, found.began,
    )  # fmt: skip


def now(found: FirstSteps) -> int:
    """The first that is missing, from 1. A second passkey stays asked for, and holds nothing up."""
    done = _done(found)
    if not found.customers:
        return 4 if done[0] else 1
    return next((n for n in range(4, 8) if not done[n]), 7) + 1


def guide(found: FirstSteps, chosen: int | None, reader: Reader) -> o.Guide:
    say, done, here = reader.say, _done(found), chosen or now(found)
    words = {
        True: say("fatto", "done"),
        False: say("da fare", "to do"),
        None: say("lo sa lei", "only you know"),
    }
    _, title, lead, act, href = _STEPS[here - 1]
    return o.Guide(
        steps=tuple(
            o.Step(n, say(*name), words[done[n - 1]], f"/primi-passi?passo={n}", done[n - 1] is True, n == here)
            for n, (name, *_) in enumerate(_STEPS, 1)
        ),
        count=say(f"Passo {here} di 8", f"Step {here} of 8"),
        title=say(*title),
        lead=say(*lead),
        state=v.State("ok" if done[here - 1] else "off" if done[here - 1] is None else "wait", words[done[here - 1]]),
        act=None if act is None else v.Act(say(*act), href=href, kind="act", icon="right"),
        onward=None if here == len(_STEPS) else v.Act(say("Passo dopo", "Next step"), href=f"/primi-passi?passo={here + 1}"),
    )  # fmt: skip
