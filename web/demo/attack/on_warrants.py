"""Live: delegations and mandates, forged, stretched, outlived and handed on. The technician is the thief's accomplice
here: his own passkeys sign whatever he is given."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.wire.frames import Open
from audit import warrant
from audit.signed import SignedStatement
from audit.statement import Activity
from web.demo.attack import appointed, orders, warranted
from web.demo.attack.appointed import give
from web.demo.attack.on_orders import answered
from web.demo.attack.outcome import Attempt, Happened, Ledger, Untried, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.attack.warranted import Accomplice

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


@dataclass(frozen=True, slots=True)
class Given:
    """What the titolare signed: `mandate` reaches the order that lies before the thief, and no further."""

    mandate: SignedStatement
    delegation: SignedStatement
    elsewhere: SignedStatement
    modest: SignedStatement
    brief: SignedStatement
    over: SignedStatement
    not_own: SignedStatement


@dataclass(frozen=True, slots=True)
class Play:
    name: str
    what: Words
    forged: Open


async def all_warrants(scene: Scene, ledger: Ledger) -> None:
    await appointed.appoint(scene)
    given = await _given(scene)
    _, session, _ = await scene.approved("exec", supervision="waived", by=scene.technician)
    mandated = await scene.order(session)
    _, session, _ = await scene.approved("exec", supervision="waived")
    delegated = await scene.order(session)
    await asyncio.sleep(SHORT.total_seconds())
    for play in (*_mandates(scene, given, mandated), *_delegations(scene, given, delegated)):
        attempt = Attempt(play.name, play.what)
        if play.name == "mandate_account" and not ADMINISTRATOR:
            tell(ledger, attempt, Untried(NO_ADMINISTRATOR))
        else:
            tell(ledger, attempt, await answered(scene.hand, play.forged))
    await _ended_early(scene, ledger, given)


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


def _mandates(scene: Scene, given: Given, frame: Open) -> Iterator[Play]:
    stage, loot = scene.running.stage, scene.loot
    who = Accomplice(
        stage.people["technician"],
        stage.authenticator("technician", signing=True),
        stage.authenticator("technician", signing=False),
    )
    wide = warranted.wider(given.mandate)
    lured = stage.authenticator("titolare", signing=False)

    def under(cited: SignedStatement | None, **change: Any) -> Open:
        return warranted.under(loot, frame, who, cited, **change)

    yield Play(
        "mandate_by_vendor",
        Words(
            "un mandato senza limiti al tecnico, suo complice, firmato con una chiave del fornitore",
            "an unlimited mandate to the technician, his accomplice, signed with a key of the vendor's",
        ),
        under(warranted.signed(wide, loot.pen)),
    )
    yield Play(
        "mandate_in_his_name",
        Words(
            "lo stesso, firmato dal ladro in nome del titolare",
            "the same, signed by the thief in the titolare's name",
        ),
        under(warranted.signed(wide, loot.pen, given.mandate.assertion)),
    )
    yield Play(
        "mandate_by_login",
        Words(
            "lo stesso, firmato dalla passkey con cui il titolare entra, carpita da una pagina bugiarda",
            "the same, signed by the passkey with which the titolare logs in, harvested by a lying page",
        ),
        under(warranted.signed(wide, lured)),
    )
    yield Play(
        "mandate_reworded",
        Words(
            "un mandato vero con un canale in più, sotto la firma di prima",
            "a true mandate with one more channel, under the signature of before",
        ),
        under(warranted.reworded(given.mandate, channels=("terminal", "exec"))),
    )
    yield Play(
        "mandate_none",
        Words("il tecnico autorizza senza alcun mandato", "the technician approves without any mandate"),
        under(None),
    )
    yield Play(
        "mandate_channel",
        Words(
            "un mandato vero, per una richiesta con un canale in più di quanto dice",
            "a true mandate, for a request with one more channel than it says",
        ),
        under(given.mandate, channels=orders.WIDER),
    )
    yield Play(
        "mandate_activity",
        Words("lo stesso, per un’attività che non dice", "the same, for an activity that it does not say"),
        under(given.mandate, activities=(Activity("SERV", "ASS"),)),
    )
    yield Play(
        "mandate_host",
        Words("un mandato vero per l’altra macchina", "a true mandate for the other host"),
        under(given.elsewhere),
    )
    yield Play(
        "mandate_account",
        Words(
            "un mandato vero che non comprende l’amministratore, per una sessione da amministratore",
            "a true mandate that leaves administrators out, for an administrator's session",
        ),
        under(given.modest),
    )
    yield Play(
        "mandate_day",
        Words(
            "un mandato vero che finisce prima della finestra richiesta",
            "a true mandate that ends before the window that is asked for",
        ),
        under(given.brief),
    )
    yield Play(
        "mandate_over", Words("un mandato vero, e finito", "a true mandate that is over"), under(given.over)
    )
    yield Play(
        "mandate_own_request",
        Words(
            "un mandato vero, senza le richieste proprie: il tecnico autorizza la sua",
            "a true mandate without own requests: the technician approves his own",
        ),
        under(given.not_own),
    )


def _delegations(scene: Scene, given: Given, frame: Open) -> Iterator[Play]:
    stage = scene.running.stage
    login = stage.authenticator("technician", signing=False)
    ads = Accomplice(stage.people["ads"], stage.authenticator("ads", signing=True), login)
    other = Accomplice(scene.other_ads, stage.authenticator(appointed.OTHER_ADS, signing=True), login)
    yield Play(
        "delegation_of_another",
        Words(
            "la delega di un ADS, citata da un altro ADS che non ne ha",
            "the delegation of one ADS, cited by another who has none",
        ),
        warranted.under(scene.loot, frame, other, given.delegation),
    )
    yield Play(
        "delegation_none",
        Words(
            "un ADS nominato «solo con delega» autorizza senza citarne una",
            "an ADS appointed “under delegation only” approves and cites none",
        ),
        warranted.under(scene.loot, frame, ads, None),
    )


async def _ended_early(scene: Scene, ledger: Ledger, given: Given) -> None:
    """The order was held back; meanwhile the titolare ends the mandate, and then it goes to the host."""
    _, session, _ = await scene.approved("exec", supervision="waived", by=scene.technician)
    frame = await scene.order(session)
    name = warrant.parse(given.mandate.statement).warrant
    await scene.titolare.post(f"/deleghe/{name}/fine")
    what = Words(
        "un mandato finito prima dell’ultimo giorno: l’ordine firmato sotto di esso, trattenuto e mandato dopo",
        "a mandate ended before its last day: the order signed under it, held back and sent afterwards",
    )
    found = await answered(scene.hand, frame)
    tell(ledger, Attempt("mandate_ended_early", what, KNOWS_LAST_DAY), found)
    if isinstance(found, Happened):
        await scene.ended(session)
