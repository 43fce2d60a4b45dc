"""Live: the titolare's key on paper, posed as, held back, hastened. What waits the host itself says (`status`)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent.wire.frames import Frame, Pins, PinsHeld
from audit import paper_key
from audit.approvers import Approvers
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.statement import MAX_STATEMENT_BYTES
from web.demo.attack.appointed import lines
from web.demo.attack.local import agent_command
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import Browser, payload, site
from web.demo.processes import Failed

QUIET_S = 2.0
WAITS = "chiave su carta attende"  # in what `verbale-agent status` says

ONLY_DELAYS = Words(
    "il broker può trattenere l’annuncio: fino a quando la macchina non lo vede valgono le persone di prima, e le 72 ore "
    "cominciano quando lo vede, per i suoi orologi. Ritarda chi ha perso la passkey, non mette nessuno al suo posto",
    "the broker may hold the announcement back: until the host sees it the people of before count, and the 72 hours "
    "begin when it does, by its own clocks. It delays who lost his passkey, and puts nobody in his place",
)
OBJECTION_WITHHELD = Words(
    "l’opposizione passa dal broker. Rubarlo non basta: serve anche la chiave su carta. E per tre giorni la macchina lo "
    "dice a chi le sta davanti, che può toglierla dal servizio: «verbale-agent revoke»",
    "the objection goes through the broker. Stealing it is not enough: it takes the key on paper, too. And for three "
    "days the host tells whoever sits at it, who can take it out of service: “verbale-agent revoke”",
)


async def all_paper_keys(scene: Scene, ledger: Ledger) -> None:
    """The titolare has lost his phone, and signs with another passkey and the key on paper."""
    stage = scene.running.stage
    phone = SoftwareAuthenticator(b"another phone", site(stage.signing_origin))
    async with Browser(stage.origin, stage.authenticator("titolare", signing=False), phone) as titolare:
        await titolare.log_in()
        await titolare.register_signing_key()
        await _all(scene, ledger, titolare, phone)


async def _all(scene: Scene, ledger: Ledger, titolare: Browser, phone: SoftwareAuthenticator) -> None:
    assert scene.paper is not None
    url, new = await _announced(scene, titolare)
    pen = scene.loot.pen
    me = replace(new.approvers[0], credential=b64(pen.credential), public_key=pen.public_key)
    mine = replace(new, approvers=(me, *new.approvers[1:]))
    false = _signed(mine, scene.loot.grant_key, pen.assertion(mine.digest))
    what = Words(
        "il ladro come titolare, in un elenco firmato da una chiave sua al posto di quella su carta",
        "the thief as titolare, in a list signed by a key of his in place of the one on paper",
    )
    tell(ledger, Attempt("paper_forged", what), await _given(scene, false))
    what = Words(
        "un elenco vero, che il titolare firma con la chiave su carta, trattenuto dal broker",
        "a true list, which the titolare signs with the key on paper, held back by the broker",
    )
    tell(ledger, Attempt("paper_withheld", what, ONLY_DELAYS), await _withheld(scene, titolare, url))
    what = Words(
        "lo stesso elenco, dato alla macchina come se le 72 ore fossero passate",
        "the same list, given to the host as if the 72 hours had passed",
    )
    true = _signed(new, scene.paper, phone.assertion(new.digest))
    tell(ledger, Attempt("paper_hastened", what), await _given(scene, true))
    what = Words(
        "l’ADS si oppone, e il broker trattiene l’opposizione",
        "the ADS objects, and the broker holds the objection back",
    )
    tell(ledger, Attempt("objection_withheld", what, OBJECTION_WITHHELD), await _objection_withheld(scene))


async def _announced(scene: Scene, titolare: Browser) -> tuple[str, Approvers]:
    """The next list before the titolare signs it, and where he will."""
    begun = await titolare.post(
        "/api/signing/begin", purpose="approvers", appointments=lines(scene), by_paper=True
    )
    data = unb64(payload(begun["url"])["statement"], max_bytes=MAX_STATEMENT_BYTES)
    return str(begun["url"]), Approvers.parse(data)


def _signed(new: Approvers, paper: SigningKey, said: Assertion) -> SignedStatement:
    data = new.encode()
    return SignedStatement(data, said, paper.sign(paper_key.message(data)))


async def _given(scene: Scene, signed: SignedStatement) -> Outcome:
    """Refused where the host judges by the list of before, whether or not the other waits."""
    since = await scene.hand.mark()
    await scene.hand.send(Pins((signed.to_value(),), ()))

    def answer(one: Frame) -> bool:
        return isinstance(one, PinsHeld)

    found = await scene.hand.heard(since, answer)
    if not isinstance(found, PinsHeld):
        raise Failed("l’agente non ha risposto su ciò che crede")
    waits = "attende 72 ore / waits 72 hours" if await _waits(scene) else "nulla attende / nothing waits"
    said = f"pins_held {found.approvers}/{found.policy}, {waits}"
    new = Approvers.parse(signed.statement).number
    return Happened(said) if found.approvers == new else Refused(AGENT, said)


async def _waits(scene: Scene) -> bool:
    said = await agent_command(scene.running.agent_state, "status")
    if said.status != 0:
        raise Failed(f"verbale-agent status non ha risposto: {said.sentence}")
    return WAITS in said.out


async def _withheld(scene: Scene, titolare: Browser, url: str) -> Outcome:
    await scene.hand.hold("pins")
    await titolare.sign_at(url, paper=scene.paper)
    await asyncio.sleep(QUIET_S)
    if await _waits(scene):
        return Refused(AGENT, "attende / waits")
    return Happened("nulla attende / nothing waits")


async def _objection_withheld(scene: Scene) -> Outcome:
    """What is held back meanwhile goes to the host in the end: the next chapters find it as it was."""
    since = await scene.hand.mark()
    await scene.ads.sign_from("/persone/elenco/opposizione")
    await asyncio.sleep(QUIET_S)
    waited = await _waits(scene)
    held = [frame for frame in await scene.hand.every(since) if isinstance(frame, Pins) and frame.objections]
    await scene.hand.hold()
    for frame in held:
        await scene.hand.send(frame)
    if not held:
        raise Failed("l’opposizione non è arrivata al broker")
    return (
        Happened("attende ancora / still waits")
        if waited
        else Refused(AGENT, "nulla attende / nothing waits")
    )
