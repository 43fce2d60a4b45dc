"""The person at the desk: told on a real terminal, asked, and obeyed with no broker anywhere."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import pwd
import shlex
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from agent import desk_call, people
from agent.desk_call import DeskSaysNo
from agent.events import Left
from agent.main import main
from agent.refusal import No
from agent.sweep import Dead
from agent.vigil import Pace
from agent.wire.channel import Exit
from audit.canonical import b64
from audit.signed import SignedStatement
from tests.agent.session_kit import PATIENCE_S, SALT, SECOND, TEXTS, admitted, eventually, house
from tests.audit.people import SIGNED_STOP
from tests.audit.people import signed as people_signed

pytestmark = pytest.mark.usefixtures("patient")
ROME = timezone(timedelta(hours=1))


@pytest.fixture
def screen() -> Iterator[tuple[int, str]]:
    """A terminal somebody sits at: what is written there, and its path."""
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def shown(master: int) -> str:
    try:
        return os.read(master, 65536).decode().replace("\r", "")
    except BlockingIOError:
        return ""


async def said(master: int, words: str) -> None:
    """Wait until they stand there: the file of a state may be written a moment earlier."""
    seen: list[str] = []

    def there() -> bool:
        seen.append(shown(master))
        return words in "".join(seen)

    await eventually(there)


# ----------------------------------------------------------------------------------------- telling


async def test_desk_is_told_on_its_terminals_and_in_a_file(tmp_path: Path, screen: tuple[int, str]) -> None:
    master, path = screen
    async with house(
        tmp_path, terminals=lambda: [path, "/dev/null-of-no-kind", str(tmp_path)], zone=ROME
    ) as h:
        session = await h.begin()
        assert h.broker.body("session.started")["desk"] == "told"
        told = shown(master)
        assert "Tecnico 2 di Fornitore Alfa si collega" in told
        assert "Autorizzato da Anna Bianchi (ADS) fino alle" in told
        file = json.loads((tmp_path / "desk" / f"{session}.json").read_text())
        assert file["state"] == "live"
        assert file["incident"] == TEXTS["incident_text"]
        assert file["approved_by"] == ["Anna Bianchi (ADS)"]
        await h.sessions.stop(session, "closed_by_technician")
        await h.broker.until("session.ended")
        assert "collegamento terminato alle" in shown(master)
        assert not (tmp_path / "desk" / f"{session}.json").exists()


async def test_the_command_it_names_reaches_this_very_agent(
    tmp_path: Path, screen: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed as it stands there, by somebody who is not root and whose own state folder is another."""
    folder = tmp_path / "a folder"
    folder.mkdir(mode=0o711)
    async with house(folder, terminals=lambda: [screen[1]]) as h:
        session = await h.begin()
        [line] = [line for line in shown(screen[0]).splitlines() if line.startswith("Interrompi: ")]
        words = shlex.split(line.removeprefix("Interrompi: verbale-agent "))
        assert words == ["interrupt", session, "--state", str(folder)]
        assert await asyncio.to_thread(main, words) == 0
        assert h.broker.body("session.ended")["reason"] == "stopped_by_desk"
    monkeypatch.setattr("agent.desk.SYSTEM_STATE", folder)
    async with house(folder, terminals=lambda: [screen[1]]) as h:
        session = await h.begin(session=f"{session}-again")
        assert f"Interrompi: verbale-agent interrupt {session}\n" in shown(screen[0])


async def test_windows_may_read_the_file_whatever_umask_the_agent_has(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        async with house(tmp_path) as h:
            session = await h.begin()
            assert (tmp_path / "desk").stat().st_mode & 0o777 == 0o755
            assert (tmp_path / "desk" / f"{session}.json").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(old)


async def test_a_sessions_own_terminal_is_nobodys_desk(tmp_path: Path) -> None:
    """The technician's shell is a terminal too; what is told to the desk is not told to him."""
    seen: list[str] = []
    async with house(tmp_path, terminals=lambda: seen) as h:
        session = await h.begin()
        line = await h.channel(session, "terminal")
        line.type(b"tty; echo re''ady\n")
        await line.read_until(b"ready")
        own = h.sessions._own_terminals()
        assert len(own) == 1
        assert own <= set(people.terminals())
        seen += own
        await h.sessions.open(admitted(session=SECOND, begin=datetime.now(UTC)), SALT)
        await eventually(lambda: h.broker.kinds().count("session.started") == 2)
        assert h.broker.reports[-1][2]["desk"] == "nobody"
        line.type(b"echo q''uiet\n")
        await line.read_until(b"quiet")
        assert b"Verbale" not in line.out


async def test_nobody_at_the_desk_is_said_so(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        assert h.broker.body("session.started")["desk"] == "nobody"


# ------------------------------------------------------------------------------------------ asking


async def asked(h: object, master: int) -> None:
    await eventually(lambda: "Consenti collegamento" in shown(master))


async def test_yes_at_the_desk(tmp_path: Path, screen: tuple[int, str]) -> None:
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        found = admitted(desk="consent", begin=datetime.now(UTC))
        await h.sessions.open(found, SALT)
        await asked(h, screen[0])
        said = await asyncio.to_thread(desk_call.request_answer, [tmp_path], found.grant.session, allow=True)
        assert said == "Collegamento consentito."
        assert (await h.broker.until("session.started"))["desk"] == "consented"
        with pytest.raises(DeskSaysNo):
            await asyncio.to_thread(desk_call.request_answer, [tmp_path], found.grant.session, allow=True)


async def test_no_at_the_desk(tmp_path: Path, screen: tuple[int, str]) -> None:
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        found = admitted(desk="consent", begin=datetime.now(UTC))
        await h.sessions.open(found, SALT)
        await asked(h, screen[0])
        await asyncio.to_thread(desk_call.request_answer, [tmp_path], found.grant.session, allow=False)
        assert (await h.broker.until("session.refused"))["reason"] == "desk_denied"
        await eventually(lambda: not h.sessions.live())


@pytest.mark.parametrize("allow", [True, False])
async def test_one_answer_for_whoever_asks(tmp_path: Path, screen: tuple[int, str], allow: bool) -> None:  # noqa: FBT001
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        await h.sessions.open(admitted(desk="consent", begin=datetime.now(UTC)), SALT)
        assert h.sessions.desk.answer_all(allow=allow) == []
        await asked(h, screen[0])
        assert [reply.ok for reply in h.sessions.desk.answer_all(allow=allow)] == [True]
        await h.broker.until("session.started" if allow else "session.refused")


@pytest.mark.parametrize("trouble", ["nobody", "timeout", "file"])
async def test_everything_but_a_clear_yes_is_no(
    tmp_path: Path, screen: tuple[int, str], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """R18: nobody there, no answer, and a desk that fails."""
    monkeypatch.setattr("agent.perform.DESK_LIMIT_S", 0.3)
    if trouble == "file":
        (tmp_path / "desk").write_text("in the way")
    async with house(tmp_path, terminals=lambda: [] if trouble == "nobody" else [screen[1]]) as h:
        await h.sessions.open(admitted(desk="consent", begin=datetime.now(UTC)), SALT)
        assert (await h.broker.until("session.refused"))["reason"] == "desk_denied"
        assert "session.started" not in h.broker.kinds()


async def test_a_technician_cannot_say_yes_to_himself(tmp_path: Path, screen: tuple[int, str]) -> None:
    """Two sessions: from inside the first, the second is not allowed in."""
    script = tmp_path / "ask.py"
    script.write_text(
        "import contextlib, json, socket\n"
        "line = socket.socket(socket.AF_UNIX)\n"
        "line.connect('desk.sock')\n"
        "with contextlib.suppress(BrokenPipeError):\n"
        f"    line.sendall(json.dumps({{'op': 'allow', 'session': '{SECOND}'}}).encode() + b'\\n')\n"
        "print(line.recv(999).decode())\n"
    )
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        session = await h.begin()
        shown(screen[0])
        await h.sessions.open(admitted(session=SECOND, desk="consent", begin=datetime.now(UTC)), SALT)
        await asked(h, screen[0])
        wait = "until test -s said; do sleep 0.1; done"
        detached = f"cd {tmp_path} && (setsid python3 ask.py > said &) ; {wait}; cat said"
        line = await h.channel(session, "exec", command=detached, command_salt=b64(bytes(32)))
        await line.read_to_end()
        assert "Da dentro una sessione" in json.loads(line.out)["text"]
        assert line.exit == Exit(status=0)
        assert h.broker.kinds().count("session.started") == 1


# ------------------------------------------------------------------------------------- interrupting


async def test_interrupt_needs_no_broker(tmp_path: Path) -> None:
    """L-44."""
    async with house(tmp_path) as h:
        session = await h.begin(offline="continue")
        line = await h.channel(session, "exec", command="trap '' TERM HUP; echo up; sleep 300")
        await line.read_until(b"up")
        h.sessions.link_lost()
        h.broker.unreachable = True
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path]) == [session]
        said = await asyncio.to_thread(desk_call.request_interrupt, [tmp_path], session)
        assert said == "Collegamento interrotto. Nessuno è più collegato a questo computer."
        assert h.broker.body("session.ended")["reason"] == "stopped_by_desk"
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path]) == []


async def test_interrupt_of_all(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        await h.sessions.open(admitted(session=SECOND, begin=datetime.now(UTC)), SALT)
        said = await asyncio.to_thread(desk_call.request_interrupt, [tmp_path])
        assert said == "2 collegamenti interrotti. Nessuno è più collegato a questo computer."
        said = await asyncio.to_thread(desk_call.request_interrupt, [tmp_path])
        assert said == "Nessuna sessione è in corso su questo computer."
        with pytest.raises(DeskSaysNo, match="non è in corso"):
            await asyncio.to_thread(desk_call.request_interrupt, [tmp_path], "s-\x1b[2J")


@pytest.mark.parametrize(
    ("left", "words"), [("some", "non si è potuto chiudere"), ("unknown", "Non è certo")]
)
async def test_what_may_live_on_is_not_called_dead(
    tmp_path: Path, screen: tuple[int, str], monkeypatch: pytest.MonkeyPatch, left: Left, words: str
) -> None:
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        session = await h.begin()
        warden = h.sessions._live[session].warden
        monkeypatch.setattr(warden, "end", lambda _grace_s: warden._settle(Dead(frozenset(), left)))
        if left == "some":
            with pytest.raises(DeskSaysNo, match=words):
                await asyncio.to_thread(desk_call.request_interrupt, [tmp_path], session)
        else:
            said = await asyncio.to_thread(desk_call.request_interrupt, [tmp_path], session)
            assert words in said
            assert "Nessuno è più collegato" not in said
        assert h.broker.body("session.ended")["left"] == left
        assert words in shown(screen[0])
        monkeypatch.undo()
        warden.end()
        await asyncio.to_thread(warden._process.wait, PATIENCE_S)


async def test_an_interrupt_that_takes_longer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.sessions.INTERRUPT_LIMIT_S", 0.1)
    async with house(tmp_path) as h:
        session = await h.begin()
        warden = h.sessions._live[session].warden
        with monkeypatch.context() as deaf:
            deaf.setattr(warden, "end", lambda _grace_s: None)
            with pytest.raises(DeskSaysNo, match="non è ancora chiuso"):
                await asyncio.to_thread(desk_call.request_interrupt, [tmp_path], session)
        warden.end()


async def test_interrupt_of_one_leaves_the_other(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        await h.sessions.open(admitted(session=SECOND, begin=datetime.now(UTC)), SALT)
        said = await asyncio.to_thread(desk_call.request_interrupt, [tmp_path], session)
        assert said == "Collegamento interrotto. Una sessione è in corso su questo computer."
        assert h.sessions.live() == [SECOND]


# ------------------------------------------------------------------------------------------- people


def test_utmp_is_read(tmp_path: Path) -> None:
    def entry(kind: int, line: str, user: str) -> bytes:
        return struct.pack("<hxxi32s4s32s308x", kind, 7, line.encode(), b"", user.encode())

    me = pwd.getpwuid(os.getuid()).pw_name
    utmp = tmp_path / "utmp"
    utmp.write_bytes(entry(7, "tty9", me) + entry(8, "tty8", "gone") + entry(7, ":0", "anna") + b"half")
    assert people.logins(utmp) == [people.Login(me, "tty9"), people.Login("anna", ":0")]
    assert "/dev/tty9" in people.terminals(utmp)
    assert "/dev/:0" not in people.terminals(utmp)
    assert people.is_logged_in(os.getuid(), utmp)
    assert not people.is_logged_in(2**31 - 7, utmp)
    assert people.logins(tmp_path / "none") == []


def test_owner_of_a_terminal_is_logged_in(tmp_path: Path, screen: tuple[int, str]) -> None:
    assert people.is_logged_in(os.stat(screen[1]).st_uid, tmp_path / "none")
    assert not people.is_logged_in(pwd.getpwnam("nobody").pw_uid, tmp_path / "none")


# ------------------------------------------------------------------------------------- a signed stop


async def test_a_signed_stop_is_given_to_the_machine_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file goes to whoever judges it, and his no is said in words."""
    taken: list[SignedStatement] = []

    def judge(signed: SignedStatement) -> str:
        taken.append(signed)
        if len(taken) > 1:
            raise No("stop_differs", "of another grant")
        return "s-0123456789"

    file, state = tmp_path / "fine.json", tmp_path / "state"
    state.mkdir(mode=0o711)
    signed = people_signed(SIGNED_STOP)
    file.write_bytes(signed.encode())
    async with house(state) as h:
        command = ["stop", str(file), "--state", str(state)]
        assert await asyncio.to_thread(main, command) == 1
        assert "già finita" in capsys.readouterr().err
        h.sessions.judge_stop = judge
        assert await asyncio.to_thread(main, command) == 0
        assert "s-0123456789 si chiude" in capsys.readouterr().out
        assert taken == [signed]
        assert await asyncio.to_thread(main, command) == 1
        assert "di un’altra sessione" in capsys.readouterr().err
        file.write_text("{}")
        assert await asyncio.to_thread(main, command) == 1
        assert "non è un ordine di fine firmato" in capsys.readouterr().err
        assert await asyncio.to_thread(main, ["stop", str(tmp_path), "--state", str(state)]) == 2
        assert "non si può leggere" in capsys.readouterr().err


async def test_the_desk_is_told_of_a_pause(tmp_path: Path, screen: tuple[int, str]) -> None:
    master, path = screen
    async with house(tmp_path, terminals=lambda: [path], zone=ROME, pace=Pace(6.0)) as h:
        session = await h.begin(watched=True)
        shown(master)
        await h.broker.until("session.paused")
        await eventually(lambda: "paused" in (tmp_path / "desk" / f"{session}.json").read_text())
        await said(master, "è in pausa dalle")
        h.answer(session)
        await h.broker.until("session.resumed")
        await eventually(lambda: '"live"' in (tmp_path / "desk" / f"{session}.json").read_text())
        await said(master, "riprende alle")
