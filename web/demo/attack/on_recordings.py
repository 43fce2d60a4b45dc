"""Recordings: forged in the bundle, opened with the stolen keys, and a session that is not to be recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from audit import recording as rec
from audit.approval import Approval
from audit.open_recordings import open_one
from audit.recording_segment import output_of
from audit.signed import SignedStatement
from broker.store import recordings
from broker.store.recording_folder import RecordingFolder
from web.demo.attack import orders, tapes
from web.demo.attack.books import stolen_parts
from web.demo.attack.forgeries import signed
from web.demo.attack.on_orders import answered
from web.demo.attack.outcome import Attempt, Happened, Ledger, Outcome, Words
from web.demo.attack.papers import Paper, desk_of, judge_all
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed

READABLE = Words(
    "il broker custodisce la chiave di ogni registrazione, perché il titolare la guardi: chi ruba il broker e le sue "
    "chiavi la guarda anche lui. Che nessuno la cambi è promesso, che resti segreta al ladro no",
    "the broker keeps each recording's key, so that the titolare may look at it: who steals the broker with its keys "
    "may look, too. That nobody changes it is claimed, that it stays secret from the thief is not",
)
BROKER_ENDS_IT = Words(
    "la macchina firma ogni pezzo, non quale sia l’ultimo: quello lo scrive il solo broker, e qui nessuna testa "
    "tenuta né firma viene dopo",
    "the host signs each segment, and not which is the last: that the broker alone writes, and here no kept head "
    "and no signature comes after it",
)
PAPERS = (
    Paper("segment_altered", Words(
        "un pezzo di registrazione alterato", "a segment of a recording altered"), tapes.segment_altered),
    Paper("segments_swapped", Words(
        "due pezzi scambiati, di due sessioni", "two segments swapped, of two sessions"), tapes.segments_swapped),
    Paper("segment_missing", Words(
        "l’ultimo pezzo di una registrazione tolto dal pacchetto", "the last segment of a recording left out"),
        tapes.segment_missing),
    Paper("recording_left_out", Words(
        "una registrazione intera tolta dal pacchetto", "a whole recording left out of the bundle"), tapes.left_out),
    Paper("segment_forged", Words(
        "un altro schermo al posto del primo pezzo, con le teste della registrazione e del registro firmate di nuovo; "
        "chi legge ha le sole chiavi",
        "another screen in the first segment's place, the heads of recording and log signed anew; the reader has the "
        "keys alone"), signed(tapes.segment_forged)),
    Paper("never_recorded", Words(
        "come se il broker non avesse mai registrato; chi legge ha le sole chiavi",
        "as if the broker had never recorded; the reader has the keys alone"), signed(tapes.never_recorded)),
    Paper("end_forged", Words(
        "l’ultimo pezzo tagliato, e una fine falsa firmata con la chiave rubata",
        "the last segment cut off, and a false end signed with the stolen key"), signed(tapes.end_forged), "head"),
    Paper("end_forged_shorter", Words(
        "lo stesso, in un registro più corto della testa che chi legge ha tenuto",
        "the same, in a log that is shorter than the head its reader kept"),
        signed(tapes.end_forged_alone), "head"),
    Paper("end_forged_nothing_kept", Words(
        "lo stesso, per chi non ha tenuto nulla dopo quel fatto", "the same, for a reader who kept nothing after it"),
        signed(tapes.end_forged_alone), "keys", BROKER_ENDS_IT),
)  # fmt: skip


async def all_recordings(scene: Scene, ledger: Ledger) -> None:
    await judge_all(scene, ledger, PAPERS)
    what = Words("le chiavi rubate aprono una registrazione", "the stolen keys open a recording")
    tell(ledger, Attempt("recording_opened", what, READABLE), await _opened(scene))


async def unrecorded(scene: Scene) -> Outcome:
    """A request that says so, truly signed by the ADS and activated by the technician."""
    stage = scene.running.stage
    _, session, _ = await scene.approved("exec", supervision="waived")
    frame = orders.rewrite(scene.loot, await scene.order(session), recording=False)
    said = replace(
        Approval.parse(orders.approval_of(frame).statement), request=orders.request_of(frame).digest.hex()
    )
    ads = stage.authenticator("ads", signing=True).assertion(said.digest)
    frame = orders.approved_by(scene.loot, frame, SignedStatement(said.encode(), ads))
    login = stage.authenticator("technician", signing=False)
    activation = login.assertion(orders.grant_of(frame).activation_challenge)
    return await answered(scene.hand, replace(frame, activation=activation.to_value()))


async def _opened(scene: Scene) -> Outcome:
    """With nothing but the stolen folder."""
    desk = await desk_of(scene)
    first = tapes.recordings_of(desk.true)[0]
    async with stolen_parts(scene.stolen) as parts, parts.store.read() as work:
        identity = await recordings.identity(work, scene.loot.tenant, first, parts.keys.wrapping_key())
    if identity is None:
        raise Failed("della registrazione non c’è la chiave")
    kept = await asyncio.to_thread(RecordingFolder(scene.stolen, scene.loot.tenant, first).files)
    files = {f"{rec.folder(first)}/{name}": data for name, data in kept.items()}
    shown = output_of(open_one(files, first, identity).pieces)
    return Happened(f"{first}, {len(shown)} byte, «{shown.decode('utf-8', 'replace').splitlines()[0]} …»")
