"""The person at the desk: told on a real terminal, asked, and obeyed with no broker anywhere."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import pwd
import socket
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from agent import desk, people
from agent.desk import DeskSaysNo, Notice, plain
from agent.wire.channel import Exit
from audit.canonical import b64
from tests.agent.session_kit import SALT, SECOND, TEXTS, admitted, eventually, house

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


def notice(**texts: object) -> Notice:
    at = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
    return Notice.read("s-1", TEXTS | texts, at, at + timedelta(minutes=87))


# ----------------------------------------------------------------------------------------- wording


def test_words_say_who_why_until_when_and_approved_by_whom() -> None:
    text = notice().wording(ask=False, zone=ROME)
    assert text == (
        "\nVerbale: Tecnico 2 di Fornitore Alfa si collega a questo computer per: "
        "la stampante del banco non stampa i conti.\n"
        "Autorizzato da ADS fino alle 12:47. Nessuna registrazione.\n"
        "Interrompi: verbale-agent interrupt s-1\n"
    )
    assert len(notice().wording(ask=True, zone=ROME).split()) <= 60
    assert notice().wording_ended(datetime(2026, 11, 22, 11, 4, tzinfo=UTC), 2640, ROME) == (
        "\nVerbale: collegamento terminato alle 12:04. Durata 44 min.\n"
    )
    assert "Durata 9 s" in notice().wording_ended(datetime(2026, 11, 22, 11, 4, tzinfo=UTC), 9, ROME)
    assert "non è cominciato" in notice().wording_ended(datetime(2026, 11, 22, 11, 4, tzinfo=UTC), None, ROME)


def test_words_without_texts_and_over_midnight() -> None:
    at = datetime(2026, 11, 22, 22, 20, tzinfo=UTC)
    text = Notice.read("s-1", "nothing", at, at + timedelta(hours=2)).wording(ask=True, zone=ROME)
    assert (
        "Un tecnico chiede di collegarsi a questo computer.\nAutorizzato fino alle 23/11/2026 01:20." in text
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x1b[2Jb\x07", "a [2Jb"),
        ("pay \u202egnp.exe\u2066 now\u200b", "pay gnp.exe now"),
        ("one\ntwo\r\u2028three\u0085four", "one two three four"),
        ("x" * 500, "x" * 159 + "…"),
        ({"a": 1}, ""),
        ("  perché  €  日本 ", "perché € 日本"),
    ],
)
def test_strangers_texts_carry_no_controls(text: object, clean: str) -> None:
    assert plain(text) == clean


# ----------------------------------------------------------------------------------------- telling


async def test_desk_is_told_on_its_terminals_and_in_a_file(tmp_path: Path, screen: tuple[int, str]) -> None:
    master, path = screen
    async with house(
        tmp_path, terminals=lambda: [path, "/dev/null-of-no-kind", str(tmp_path)], zone=ROME
    ) as h:
        session = await h.begin()
        assert h.broker.body("session.started")["desk"] == "told"
        assert "Tecnico 2 di Fornitore Alfa si collega" in shown(master)
        file = json.loads((tmp_path / "desk" / f"{session}.json").read_text())
        assert file["state"] == "live"
        assert file["incident"] == TEXTS["incident_text"]
        await h.sessions.stop(session, "closed_by_technician")
        await h.broker.until("session.ended")
        assert "collegamento terminato alle" in shown(master)
        assert not (tmp_path / "desk" / f"{session}.json").exists()


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
        said = await asyncio.to_thread(desk.request_answer, tmp_path, found.grant.session, allow=True)
        assert said == "Collegamento consentito."
        assert (await h.broker.until("session.started"))["desk"] == "consented"
        with pytest.raises(DeskSaysNo):
            await asyncio.to_thread(desk.request_answer, tmp_path, found.grant.session, allow=True)


async def test_no_at_the_desk(tmp_path: Path, screen: tuple[int, str]) -> None:
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        found = admitted(desk="consent", begin=datetime.now(UTC))
        await h.sessions.open(found, SALT)
        await asked(h, screen[0])
        await asyncio.to_thread(desk.request_answer, tmp_path, found.grant.session, allow=False)
        assert (await h.broker.until("session.refused"))["reason"] == "desk_denied"
        await eventually(lambda: not h.sessions.live())


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
        "import json, socket\n"
        "line = socket.socket(socket.AF_UNIX)\n"
        "line.connect('desk.sock')\n"
        f"line.sendall(json.dumps({{'op': 'allow', 'session': '{SECOND}'}}).encode() + b'\\n')\n"
        "print(line.recv(999).decode())\n"
    )
    async with house(tmp_path, terminals=lambda: [screen[1]]) as h:
        session = await h.begin()
        shown(screen[0])
        await h.sessions.open(admitted(session=SECOND, desk="consent", begin=datetime.now(UTC)), SALT)
        await asked(h, screen[0])
        detached = f"cd {tmp_path} && (setsid python3 ask.py > said &) ; sleep 1; cat said"
        line = await h.channel(session, "exec", command=detached, command_salt=b64(bytes(32)))
        await line.read_to_end()
        assert "Da dentro una sessione" in json.loads(line.out)["text"]
        assert line.exit == Exit(status=0)
        assert h.broker.kinds().count("session.started") == 1


# ------------------------------------------------------------------------------------- interrupting


async def test_interrupt_needs_no_broker(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(offline="continue")
        line = await h.channel(session, "exec", command="trap '' TERM HUP; echo up; sleep 300")
        await line.read_until(b"up")
        h.sessions.link_lost()
        h.broker.unreachable = True
        assert await asyncio.to_thread(desk.request_status, tmp_path) == [session]
        said = await asyncio.to_thread(desk.request_interrupt, tmp_path, session)
        assert said == "Collegamento interrotto. Nessuno è più collegato a questo computer."
        assert h.broker.body("session.ended")["reason"] == "stopped_by_desk"
        assert await asyncio.to_thread(desk.request_status, tmp_path) == []


async def test_interrupt_of_all(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        await h.sessions.open(admitted(session=SECOND, begin=datetime.now(UTC)), SALT)
        said = await asyncio.to_thread(desk.request_interrupt, tmp_path)
        assert said == "2 collegamenti interrotti. Nessuno è più collegato a questo computer."
        said = await asyncio.to_thread(desk.request_interrupt, tmp_path)
        assert said == "Nessuna sessione è in corso su questo computer."
        with pytest.raises(DeskSaysNo, match="non è in corso"):
            await asyncio.to_thread(desk.request_interrupt, tmp_path, "s-\x1b[2J")


async def test_interrupt_of_one_leaves_the_other(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        await h.sessions.open(admitted(session=SECOND, begin=datetime.now(UTC)), SALT)
        said = await asyncio.to_thread(desk.request_interrupt, tmp_path, session)
        assert said == "Collegamento interrotto. Una sessione è in corso su questo computer."
        assert h.sessions.live() == [SECOND]


def test_no_agent_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeskSaysNo, match="non è in funzione"):
        desk.request_interrupt(tmp_path)


@pytest.mark.parametrize(
    "words", [b"\n", b"{}\n", b'{"op": 3}\n', b'{"op": "allow"}\n', b"x" * 5000, b'["op"]\n', b"\xff\n"]
)
async def test_orders_of_no_form(tmp_path: Path, words: bytes) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        reader, writer = await asyncio.open_unix_connection(os.path.relpath(tmp_path / "desk.sock"))
        writer.write(words)
        assert json.loads(await reader.readline()) == {"ok": False, "text": "Questo ordine non si capisce."}
        writer.close()
        assert h.sessions.live()


async def test_a_caller_who_says_nothing_holds_nobody_up(tmp_path: Path) -> None:
    async with house(tmp_path):
        lines = [socket.socket(socket.AF_UNIX) for _ in range(20)]
        for line in lines:
            line.connect(os.path.relpath(tmp_path / "desk.sock"))
        assert await asyncio.to_thread(desk.request_status, tmp_path) == []
        for line in lines:
            line.close()


async def test_a_stranger_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that is not logged in (a service of this machine, say) gives no orders."""
    monkeypatch.setattr(
        desk, "_caller", lambda _peer: desk.Caller(os.getpid(), pwd.getpwnam("nobody").pw_uid)
    )
    async with house(tmp_path) as h:
        await h.begin()
        with pytest.raises(DeskSaysNo, match="chi ha fatto accesso"):
            await asyncio.to_thread(desk.request_interrupt, tmp_path)
        assert h.sessions.live()


async def test_socket_is_open_to_local_people_and_gone_afterwards(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    async with house(deep):
        assert (deep / "desk.sock").stat().st_mode & 0o777 == 0o666
        assert await asyncio.to_thread(desk.request_status, deep) == []
    assert not (deep / "desk.sock").exists()


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
