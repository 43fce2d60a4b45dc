"""Live: what the thief tries on sessions that the customer did sign, against the real agent that runs them."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from agent.wire.frames import ChannelRefused as NotServed
from agent.wire.frames import Frame, OpenChannel, SignedStop
from audit.canonical import b64, unb64
from audit.signed import SignedStatement
from web.demo.attack.local import agent_command
from web.demo.attack.on_recordings import unrecorded
from web.demo.attack.orders import grant_of
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed

SHORT_S = 6
QUIET_S = 2.0
CAME = "broker_not_reached"  # it would have served the channel: only its pass was invented here

SEAT = Words(
    "una sessione firmata e aperta: dentro macchina, canali e orario il ladro siede al posto del tecnico. Di un "
    "comando «exec» resta scritto il testo con la firma della macchina, dei tasti in un terminale no; ciò che appare è "
    "registrato",
    "a session signed and open: within host, channels and hours the thief sits in the technician's seat. An exec "
    "command stays on record under the host's signature, keys in a terminal do not; what appears is recorded",
)
INVENTED = Words(
    "la pagina di firma mostra tutta la richiesta, ma non sa se ciò che racconta è vero: chi la firma la apre",
    "the signing page shows all of the request, and cannot know whether its story is true: who signs it opens it",
)
LEFT = Words(
    "chi sta nella sessione può tutto ciò che può l’utente firmato: se è amministratore, anche lasciare ciò che non "
    "ha più bisogno di sessioni",
    "who sits in the session may do all that the signed account may: as an administrator also leave what needs no "
    "session any more",
)
HARVESTED = Words(
    "l’ha firmata il cliente; l’accesso carpito al tecnico mette il ladro al suo posto, non altrove né più a lungo",
    "the customer signed it; the login harvested from the technician puts the thief in his seat, nowhere else and "
    "no longer",
)
WITHHELD = Words(
    "chi non guarda e non porta l’ordine alla macchina ferma la sessione solo se il broker lo inoltra; l’orario "
    "firmato resta il limite. Chi guarda chiude la pagina",
    "who neither watches nor takes the order to the host stops the session only if the broker passes it on; the "
    "signed hours remain the limit. Who watches closes the page",
)


async def all_sessions(scene: Scene, ledger: Ledger) -> None:
    plays: tuple[tuple[str, Words, Words | None, Callable[[Scene], Awaitable[Outcome]]], ...] = (
        ("channel_not_granted", Words(
            "in una sessione aperta, un canale che nessuno ha autorizzato",
            "in an open session, a channel that nobody approved"), None, _channel_not_granted),
        ("prolonged", Words(
            f"una sessione di {SHORT_S} secondi che il broker non lascia finire",
            f"a session of {SHORT_S} seconds that the broker does not let end"), None, _prolonged),
        ("stop_withheld", Words(
            "fine firmata dall’ADS e trattenuta dal broker, poi portata alla macchina: «verbale-agent stop FILE»",
            "a stop signed by the ADS and withheld by the broker, then taken to the host"), None, _stop_withheld),
        ("stop_withheld_alone", Words(
            "la stessa, e nessuno guarda né va alla macchina", "the same, and nobody watches or goes to the host"),
            WITHHELD, _stop_withheld_alone),
        ("typed", Words(
            "tasti battuti dal ladro in una sessione aperta", "keys typed by the thief into an open session"),
            SEAT, _typed),
        ("left_behind", Words(
            "un file lasciato sulla macchina, a sessione finita", "a file left on the host, the session being over"),
            LEFT, _left_behind),
        ("login_harvested", Words(
            "pagina bugiarda per il tecnico: crede di entrare, e la sua passkey avvia la sessione autorizzata",
            "lying page for the technician: he thinks he logs in, and his passkey starts the approved session"),
            HARVESTED, _login_harvested),
        ("request_invented", Words(
            "una richiesta inventata dal ladro in nome del tecnico, che l’ADS firma",
            "a request that the thief invented in the technician's name, and the ADS signs"),
            INVENTED, _request_invented),
        ("channel_unrecorded", Words(
            "in una sessione da registrare, un comando che il broker non registra",
            "in a session to be recorded, a command that the broker does not record"), None, _channel_unrecorded),
        ("unrecorded", Words(
            "una richiesta «senza registrazione» contro le regole del titolare, che l’ADS firma davvero",
            "a request “not recorded” against the titolare's rules, which the ADS truly signs"), None, unrecorded),
    )  # fmt: skip
    for name, what, limit, play in plays:
        tell(ledger, Attempt(name, what, limit), await play(scene))


async def _channel_not_granted(scene: Scene) -> Outcome:
    _, session, _ = await scene.opened("exec", supervision="waived")
    found = await asked(scene, session, "terminal")
    await scene.ended(session)
    return found


async def asked(scene: Scene, session: str, kind: str = "exec", *, recorded: bool = True) -> Outcome:
    """A channel ordered straight from the host, round the broker's own rules: refused, or begun."""
    since, name = await scene.hand.mark(), f"c-{secrets.token_hex(5)}"
    params: dict[str, object] = {"via": "ssh", "terminal": "127.0.0.1"}
    params |= (
        {"command": "true", "command_salt": b64(secrets.token_bytes(32))}
        if kind == "exec"
        else {"term": "xterm", "cols": 80, "rows": 24}
    )
    if recorded:
        params["recording_salt"] = b64(secrets.token_bytes(32))
    await scene.hand.send(OpenChannel(session, name, kind, b64(secrets.token_bytes(32)), params))

    def refused(frame: Frame) -> bool:
        return isinstance(frame, NotServed) and frame.session == session

    found = await scene.hand.heard(since, refused)
    if not isinstance(found, NotServed):
        raise Failed("l’agente non ha risposto sul canale")
    if found.reason == CAME:
        return Happened(f"channel {kind}")
    return Refused(AGENT, found.reason)


async def _channel_unrecorded(scene: Scene) -> Outcome:
    _, session, _ = await scene.opened("exec", supervision="waived")
    found = await asked(scene, session, recorded=False)
    await scene.ended(session)
    return found


async def _prolonged(scene: Scene) -> Outcome:
    """Nothing of the end comes from the broker: the host counts by itself, and serves nothing afterwards."""
    since = await scene.hand.mark()
    _, session, _ = await scene.opened("exec", supervision="waived", longest_s=SHORT_S)
    note = await scene.hand.note(since, "session.ended", session=session, seconds=SHORT_S + 30.0)
    if note is None:
        return Happened(f"{session} continua / goes on")
    after = await asked(scene, session)
    if not isinstance(after, Refused):
        return after
    return Refused(AGENT, f"session.ended {note.body['reason']}, {after.code}")


async def _signed_stop(scene: Scene, session: str) -> SignedStatement:
    """The ADS signs the end; the broker keeps it from the host."""
    await scene.hand.hold("signed_stop", "stop")
    since = await scene.hand.mark()
    await scene.ads.sign_stop(session)
    found = await scene.hand.heard(since, lambda frame: isinstance(frame, SignedStop))
    if not isinstance(found, SignedStop):
        raise Failed("la fine firmata non è arrivata al broker")
    return SignedStatement.from_value(found.signed)


async def _stop_withheld(scene: Scene) -> Outcome:
    _, session, _ = await scene.opened("exec", supervision="waived")
    signed = await _signed_stop(scene, session)
    since = await scene.hand.mark()
    if await scene.hand.note(since, "session.ended", session=session, seconds=QUIET_S) is not None:
        raise Failed("la fine non è stata trattenuta")
    file = scene.folder / "fine-firmata.json"
    file.write_bytes(signed.encode())
    await agent_command(scene.running.agent_state, "stop", str(file))
    note = await scene.hand.note(since, "session.ended", session=session)
    if note is None:
        return Happened(f"{session} continua / goes on")
    return Refused(AGENT, f"session.ended {note.body['reason']}")


async def _stop_withheld_alone(scene: Scene) -> Outcome:
    _, session, _ = await scene.opened("exec", supervision="waived")
    await _signed_stop(scene, session)
    since = await scene.hand.mark()
    note = await scene.hand.note(since, "session.ended", session=session, seconds=QUIET_S)
    await scene.hand.hold()
    if note is not None:
        return Refused(AGENT, f"session.ended {note.body['reason']}")
    await agent_command(scene.running.agent_state, "interrupt", session)
    return Happened(f"{session} aperta dopo {QUIET_S:.0f} s / still open")


async def _typed(scene: Scene) -> Outcome:
    _, session, _ = await scene.opened("exec", supervision="waived")
    found = await typed(scene, session)
    await scene.ended(session)
    return found


async def _left_behind(scene: Scene) -> Outcome:
    """What was put on the host is still there when the session is over."""
    _, session, _ = await scene.opened("exec", supervision="waived")
    await typed(scene, session)
    await scene.ended(session)
    left = _marker(scene, session)
    return Happened(f"{left.name} resta / stays") if left.exists() else Refused(AGENT, "session.ended")


async def typed(scene: Scene, session: str) -> Outcome:
    """A command that leaves a file on the host, and what the host's own note says of it."""
    marker = _marker(scene, session)
    since = await scene.hand.mark()
    said = await scene.hand.type(session, await _ssh_key(scene), f"touch {marker}; id -un")
    if said.said is None or not marker.exists():
        raise Failed(f"il ladro non è entrato nella sessione aperta: {said.refused}")
    noted = await scene.hand.note(since, "command.executed", session=session)
    how = "command.executed" if noted is not None else "non registrato / not recorded"
    return Happened(f"«{said.said.strip()}», {marker.name}, {how}")


def _marker(scene: Scene, session: str) -> Path:
    return scene.folder / f"{session}.rubato"


async def _ssh_key(scene: Scene) -> str:
    """Whose name the broker puts on it: the fingerprint in the grant, which is no secret."""
    assert scene.loot.earlier is not None
    return grant_of(scene.loot.earlier).technician.ssh_keys[0]


async def _request_invented(scene: Scene) -> Outcome:
    """Whoever has the broker has the technician's log-in there: he asks as if he were he."""
    story = "Aggiornamento di sicurezza urgente, chiesto dal produttore."
    _, session, _ = await scene.opened("exec", supervision="waived", text=story)
    found = await typed(scene, session)
    await scene.ended(session)
    return found


async def _login_harvested(scene: Scene) -> Outcome:
    """The challenge of a log-in page is the thief's to choose: here it is that of the grant."""
    await scene.hand.hold()
    _, session, _ = await scene.approved("exec", supervision="waived")
    await scene.technician.take(session)
    begun = await scene.technician.post(f"/api/sessions/{session}/activation/begin")
    login = scene.running.stage.authenticator("technician", signing=False)
    answer = login.authentication(unb64(begun["options"]["challenge"]))
    since = await scene.hand.mark()
    await scene.technician.post(f"/api/sessions/{session}/activation/finish", answer=answer)
    note = await scene.hand.note(since, "session.started", "session.refused", session=session)
    if note is None or note.kind == "session.refused":
        return Refused(AGENT, "none" if note is None else str(note.body["reason"]))
    found = await typed(scene, session)
    await scene.ended(session)
    return found
