"""Live: delegations and mandates, forged, stretched, outlived and handed on. The technician is the thief's accomplice
here: his own passkeys sign whatever he is given."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import Any

from agent.wire.frames import Open
from audit import warrant
from web.demo.attack import appointed
from web.demo.attack.appointed import give
from web.demo.attack.on_orders import answered, settled
from web.demo.attack.outcome import Attempt, Happened, Ledger, Untried, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.attack.warrant_plays import ACCOUNT, PLAYS, Given, Table
from web.demo.attack.warranted import Accomplice
from web.demo.client import Browser

ADMINISTRATOR = os.geteuid() == 0  # whether the demo's account is one
SHORT = timedelta(seconds=2)
HOUR = timedelta(hours=1)  # a request's window is eight
NO_ADMINISTRATOR = Words(
    "l’utente di questa demo non è amministratore: il mandato gli basta",
    "this demo's account is no administrator: the mandate reaches it",
)
KNOWS_LAST_DAY = Words(
    "del mandato la macchina conosce ciò che il titolare ha firmato, e dunque l’ultimo giorno; che sia finito prima "
    "glielo direbbe il broker. Nel registro resta scritto quando. Chi non può aspettare quel giorno lo dice alla "
    "macchina: «verbale-agent revoke»",
    "of a mandate the host knows what the titolare signed, and so its last day; that it ended before only the broker "
    "would tell it. The log keeps when. Who cannot wait for that day tells the host: “verbale-agent revoke”",
)


async def all_warrants(scene: Scene, ledger: Ledger) -> None:
    await appointed.appoint(scene)
    given = await _given(scene)
    table = await _table(scene, given)
    await asyncio.sleep(SHORT.total_seconds())
    for play in PLAYS:
        attempt = Attempt(play.name, play.what)
        if play.name == ACCOUNT and not ADMINISTRATOR:
            tell(ledger, attempt, Untried(NO_ADMINISTRATOR))
        else:
            tell(ledger, attempt, await answered(scene.hand, play.forge(table)))
    await _ended_early(scene, ledger, given)


async def _table(scene: Scene, given: Given) -> Table:
    stage = scene.running.stage
    login = stage.authenticator("technician", signing=False)

    def accomplice(person: str, role: str) -> Accomplice:
        return Accomplice(person, stage.authenticator(role, signing=True), login)

    async def order(by: Browser) -> Open:
        _, session, _ = await scene.approved("exec", supervision="waived", by=by)
        return await scene.order(session)

    return Table(
        scene.loot,
        given,
        await order(scene.technician),
        await order(scene.ads),
        accomplice(stage.people["technician"], "technician"),
        accomplice(stage.people["ads"], "ads"),
        accomplice(scene.other_ads, appointed.OTHER_ADS),
        stage.authenticator("titolare", signing=False),
    )


async def _given(scene: Scene) -> Given:
    people = scene.running.stage.people
    technician = people["technician"]
    own: dict[str, Any] = {"own_requests": True}
    narrow: dict[str, Any] = {
        "hosts": [scene.running.stage.host], "channels": ["exec"], "activities": ["GEST"],
        "administrator": ADMINISTRATOR,
    }  # fmt: skip
    # The broker cites the newest that covers a request: the one meant for it comes last.
    return Given(
        elsewhere=await give(scene, "mandate", technician, hosts=[scene.second.host], **own),
        modest=await give(scene, "mandate", technician, administrator=False, **own),
        brief=await give(scene, "mandate", technician, lasts=HOUR, **own),
        over=await give(scene, "mandate", technician, lasts=SHORT, **own),
        not_own=await give(scene, "mandate", technician),
        delegation=await give(scene, "delegation", people["ads"]),
        mandate=await give(scene, "mandate", technician, **narrow, **own),
    )


async def _ended_early(scene: Scene, ledger: Ledger, given: Given) -> None:
    """The order was held back; meanwhile the titolare ends the mandate, and then it goes to the host.

    The log's newer heads are held back with it: the host takes no order with an older one than it has seen.
    """
    _, session, _ = await scene.approved("exec", supervision="waived", by=scene.technician)
    await settled(scene)
    frame = await scene.order(session, "head")
    name = warrant.parse(given.mandate.statement).warrant
    await scene.titolare.post(f"/deleghe/{name}/fine")
    what = Words(
        "un mandato finito prima dell’ultimo giorno: l’ordine firmato sotto di esso, trattenuto e mandato dopo",
        "a mandate ended before its last day: the order signed under it, held back and sent afterwards",
    )
    found = await answered(scene.hand, frame)
    await scene.hand.hold()
    tell(ledger, Attempt("mandate_ended_early", what, KNOWS_LAST_DAY), found)
    if isinstance(found, Happened):
        await scene.ended(session)
