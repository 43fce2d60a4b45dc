"""Whom the titolare appoints after the theft, and what he hands on: genuine statements, which the thief lets pass
and keeps a copy of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from agent.wire.frames import Frame, PinsHeld
from audit import warrant
from audit.approvers import Approvers
from audit.canonical import unb64
from audit.keys import SigningKey
from audit.signed import SignedStatement
from audit.statement import MAX_STATEMENT_BYTES
from broker.out.clock import SystemChance, SystemClock
from web.demo.attack.scene import Scene
from web.demo.client import payload
from web.demo.processes import Failed
from web.demo.stage import token

OTHER_ADS = "ads2"
TERM = timedelta(days=300)
DAYS = timedelta(days=2)  # of a warrant that outlasts every request of this demo


async def appoint(scene: Scene) -> None:
    """The second list: the ADS and another one under delegations, the technician under mandates, a key on paper."""
    scene.other_ads = await _another_ads(scene)
    await scene.technician.register_signing_key()
    paper = SigningKey(SystemChance().octets(32))
    begun = await scene.titolare.post(
        "/api/signing/begin", purpose="approvers", appointments=lines(scene), paper_key=paper.public.text
    )
    number = Approvers.parse(_statement(begun)).number
    since = await scene.hand.mark()
    await scene.titolare.sign_at(begun["url"])

    def taken(frame: Frame) -> bool:
        return isinstance(frame, PinsHeld) and frame.approvers == number

    if await scene.hand.heard(since, taken) is None:
        raise Failed("la macchina non ha preso l’elenco del titolare")
    scene.paper = paper


def lines(scene: Scene) -> list[dict[str, object]]:
    """Whom the titolare wants on that list, and on the next."""
    people, until = scene.running.stage.people, _in(TERM)
    under = [{"person": one, "until": until, "delegated": True} for one in (people["ads"], scene.other_ads)]
    return [
        {"person": people["titolare"], "until": until},
        *under,
        {"person": people["technician"], "until": until},
    ]


async def _another_ads(scene: Scene) -> str:
    stage = scene.running.stage
    invited = await scene.titolare.post(
        "/api/people", tenant=stage.tenant, role="ads", name="Tazio Riserva",
        function="Amministratore di sistema", email=f"{OTHER_ADS}@esempio.invalid",
    )  # fmt: skip
    async with stage.browser(OTHER_ADS) as other:
        await other.accept(token(invited))
        await other.register_signing_key()
    return str(invited["person"])


async def give(
    scene: Scene, kind: str, person: str, *, lasts: timedelta = DAYS, **limits: object
) -> SignedStatement:
    """A delegation or mandate that the titolare signs: all channels and hosts, as an administrator, where `limits`
    says nothing else."""
    wide = {"channels": ["terminal", "exec"], "administrator": True}
    begun = await scene.titolare.post(
        "/api/signing/begin", purpose="warrant",
        warrant={"kind": kind, "persons": [person], "until": _in(lasts)} | wide | limits,
    )  # fmt: skip
    await scene.titolare.sign_at(begun["url"])
    data = _statement(begun)
    pen = scene.running.stage.authenticator("titolare", signing=True)
    return SignedStatement(data, pen.assertion(warrant.parse(data).digest))


def _statement(begun: Mapping[str, str]) -> bytes:
    """What is about to be signed there."""
    return unb64(payload(begun["url"])["statement"], max_bytes=MAX_STATEMENT_BYTES)


def _in(term: timedelta) -> str:
    return (SystemClock().now() + term).isoformat()
