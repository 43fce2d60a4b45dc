"""The agent as a process: it runs, reports, survives, is revoked, and stays light."""

from __future__ import annotations

import asyncio
import compileall
import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

import agent
import audit
from agent import daemon, enrol, pins_store, setback
from agent.main import main
from agent.sentences import Failure
from agent.settings import Settings
from agent.spool import waiting_in
from agent.wire import channel, frames
from agent.wire.frames import encode
from audit import checkpoint
from audit.canonical import b64, unb64
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.host_note import HostNote, claimed
from audit.merkle import Tree
from audit.note import VerifierKey, check_cosignature, parse_note
from audit.policy import Tool
from audit.watch import Call
from tests.agent import host
from tests.agent.orders import Log
from tests.agent.relay import PATIENCE_S, Broker, serving
from tests.audit import people

HEAVY = ("fastapi", "starlette", "sqlalchemy", "jinja2", "pydantic", "asyncssh", "uvicorn", "broker", "web")
LATER = (
    "agent.perform", "agent.policy", "audit.records", "agent.channels.terminal", "audit.masking", "agent.witness_http",
)  # fmt: skip


@dataclass
class Place:
    """A state folder, its machine, and the broker it was enrolled with."""

    settings: Settings
    broker: Broker
    root: Path

    @property
    def state(self) -> Path:
        return self.settings.state_dir

    def env(self) -> dict[str, str]:
        return os.environ | {"VERBALE_MACHINE_ID": str(self.settings.machine_id)}

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "agent.main", *args, "--state", str(self.state), "--lang", "en"]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *self.command("run"), env=self.env(), cwd=self.root, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def call(self, *args: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *self.command(*args),
            env=self.env(),
            cwd=self.root,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
        return process.returncode or 0, out.decode()

    async def answer(self) -> None:
        """The watcher's page is open and answers."""
        call = await self.broker.next(frames.Call)
        assert isinstance(call, frames.Call)
        asked = Call(bytes.fromhex(call.check_in), call.n, unb64(call.nonce))
        signature = b64(people.PAGE_KEY.sign(asked.message))
        await self.broker.say(encode(frames.Answer(call.session, call.n, signature)))

    async def note(self) -> HostNote:
        frame = await self.broker.next(frames.NoteFrame)
        assert isinstance(frame, frames.NoteFrame)
        return claimed(frame.note.encode())


@pytest.fixture
async def place(tmp_path: Path, root: Path) -> AsyncIterator[Place]:
    async with enrolled(tmp_path, root) as found:
        yield found


@contextlib.asynccontextmanager
async def enrolled(tmp_path: Path, root: Path, tools: tuple[Tool, ...] = ()) -> AsyncIterator[Place]:
    settings = host.settings(tmp_path / "state")
    keys = pins_store.HostKeys.make(host.CHANCE)
    async with serving(Broker(keys.identity.public)) as broker:
        path = host.written(tmp_path / "h.json", host.file(f"http://127.0.0.1:{broker.port}", tools=tools))
        at = host.now()
        file, held = enrol.read_file(path, at)
        enrol.enrol(
            settings,
            file,
            held,
            is_confirmed=True,
            code=host.CODE,
            user=host.USER,
            at=at,
            chance=host.CHANCE,
            post=lambda *_: (201, {"acked": 0}),
        )
        yield Place(settings, broker, root)


async def test_a_licensed_tool_that_no_session_runs_is_told(tmp_path: Path, root: Path) -> None:
    """A stand-in: somebody started it before the agent ran."""
    name = f"qm{os.getpid()}"
    shutil.copy("/bin/sleep", tmp_path / name)
    tool = await asyncio.create_subprocess_exec(str(tmp_path / name), "300")
    try:
        async with (
            enrolled(tmp_path, root, (Tool("quickhelp", (name,), (name,), 5),)) as place,
            place.running(),
        ):
            frame: frames.Frame | None = None
            while not (isinstance(frame, frames.NoteFrame) and "seen_outside" in frame.note):
                frame = await place.broker.next(frames.NoteFrame)
            told = claimed(frame.note.encode())
            assert (told.kind, told.session) == ("tool.seen_outside_grant", None)
            assert frame.opening is not None
            opening = Opening.from_value(frame.opening)
            assert opening.opens(str(told.body["program"]))
            assert opening.data == {"path": str(tmp_path / name), "publisher": "unknown"}
    finally:
        tool.kill()
        await tool.wait()


async def test_it_runs_reports_cosigns_and_stops(place: Place) -> None:
    async with place.running() as process:
        await place.broker.linked(1)
        assert await place.broker.next(frames.PinsHeld) == frames.PinsHeld(1, 1)
        note = await place.note()
        assert (note.kind, note.host_n) == ("host.heartbeat", 1)
        tree = Tree()
        tree.append(b"leaf")
        head = checkpoint.sign(Checkpoint(people.ORIGIN, 1, tree.root()), people.LOG_KEY)
        await place.broker.say(encode(frames.Head(head.decode(), 0, ())))
        cosigned = await place.broker.next(frames.Cosignature)
        assert isinstance(cosigned, frames.Cosignature)
        keys = pins_store.load_keys(place.state)
        assert keys is not None
        vkey = VerifierKey.witness(f"{people.ORIGIN}/host/{people.HOST}", keys.witness.public)
        check_cosignature(parse_note(head).add(cosigned.line), vkey)
        code, said = await place.call("status")
        assert code == 0
        assert f"pid {process.pid}" in said
        assert "log seen up to: 1" in said
        assert "Keys confirmed by the customer." in said
        code, said = await place.call("run")
        assert (code, "Another agent is already working" in said) == (1, True)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    assert "agent: stopped" in (await place.call("status"))[1]


async def test_kill_9_loses_no_note(place: Place, rounds: int) -> None:
    """The broker acknowledges nothing; whatever the agent wrote comes again after every kill."""
    place.broker.acknowledges = False
    for _ in range(rounds):
        async with place.running() as process:
            assert (await place.note()).host_n == 1
            process.kill()
            await process.wait()
    assert waiting_in(place.state / "spool.log") == 1
    place.broker.acknowledges = True
    async with place.running() as process:
        assert (await place.note()).host_n == 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    assert waiting_in(place.state / "spool.log") == 0
    assert {h.next_host_n for h in place.broker.hellos[1:]} == {2}


async def test_revoked_while_it_runs(place: Place) -> None:
    async with place.running() as process:
        assert (await place.note()).kind == "host.heartbeat"
        code, said = await place.call("revoke")
        assert code == 0
        assert "tells the log, if it reaches it" in said
        listed, note = await place.note(), await place.note()
        assert (listed.kind, listed.host_n, listed.body["sessions"]) == ("sessions.listed", 2, [])
        assert (note.kind, note.host_n, note.body) == ("host.revoked", 3, {"reason": "local"})
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    assert pins_store.load_enrolled(place.state) is None
    code, said = await place.call("run")
    assert code == 2
    assert "revoked here" in said
    assert (await place.call("status"))[0] == 1


async def test_a_key_revoked_while_it_runs_ends_its_session_without_the_broker(place: Place) -> None:
    """The broker takes nothing any more: the session ends all the same, and the log hears of it later."""
    async with place.running() as process:
        await place.note()
        await place.broker.say(encode(order_for(place, Log())))
        assert (await place.note()).kind == "session.started"
        place.broker.acknowledges = False
        code, listed = await place.call("revoke", "--list")
        assert (code, listed.split()[:2]) == (0, ["titolare", "p-1"])
        code, said = await place.call("revoke", "--approver", "p-1")
        assert code == 0
        assert "ends at once what rests on it" in said
        told = [await place.note(), await place.note()]
        assert {note.kind for note in told} == {"host.barred", "session.ended"}
        ended = next(note for note in told if note.kind == "session.ended")
        assert ended.body["reason"] == "revoked_at_host"
        assert "revoked here" in (await place.call("revoke", "--list"))[1]
        process.kill()
        await process.wait()
    place.broker.acknowledges = True
    async with place.running():
        assert [(await place.note()).kind for _ in told] == [note.kind for note in told]


async def test_a_grant_revoked_while_it_stands_still(place: Place) -> None:
    assert (await place.call("revoke", "--grant", "s-none"))[0] == 2
    assert (await place.call("revoke", "--approver", "p-77"))[0] == 2
    digest = "ab" * 32
    code, said = await place.call("revoke", "--grant", digest)
    assert (code, "when it runs again" in said) == (0, True)
    assert digest in (await place.call("revoke", "--list"))[1]
    async with place.running():
        told = [await place.note(), await place.note()]
    barred = next(note for note in told if note.kind == "host.barred")
    assert barred.body == {"what": "grant", "digest": digest}


async def test_revoked_after_a_kill_tells_the_sessions_end_first(place: Place) -> None:
    async with place.running() as process:
        await place.note()
        await place.broker.say(encode(order_for(place, Log())))
        assert (await place.note()).kind == "session.started"
        process.kill()
        await process.wait()
    code, said = await place.call("revoke")
    assert (code, "The log knows." in said) == (0, True)
    ended, listed, revoked = await place.note(), await place.note(), await place.note()
    assert (ended.kind, ended.session, ended.body["reason"]) == (
        "session.ended",
        people.SESSION,
        "agent_restarted",
    )
    assert (listed.kind, listed.host_n) == ("sessions.listed", ended.host_n + 1)
    (line,) = listed.body["sessions"]
    assert line.split(" ")[::3] == [people.SESSION, "agent_restarted"]
    assert (revoked.kind, revoked.host_n) == ("host.revoked", listed.host_n + 1)
    assert not list((place.state / "desk").iterdir())


async def test_only_one_process_numbers_notes(place: Place) -> None:
    """A second farewell, while the first waits for the broker, does not write the same numbers again."""
    pins_store.mark_revoked(place.state, host.now(), "local:test")
    lock = pins_store.StateLock(place.state)
    assert lock.take()
    with pytest.raises(Failure) as no:
        await daemon.farewell(place.settings, host.USER, limit_s=0.1)
    assert no.value.code == "already_running"
    lock.release()
    assert await daemon.farewell(place.settings, host.USER, limit_s=PATIENCE_S)


async def test_revoked_while_it_stands_still(place: Place) -> None:
    code, said = await place.call("revoke")
    assert (code, "The log knows." in said) == (0, True)
    assert [(await place.note()).kind for _ in range(2)] == ["sessions.listed", "host.revoked"]
    assert (await place.call("revoke"))[0] == 0
    assert place.broker.acked == 2, "it is said once"


async def test_a_cloned_disk_refuses(place: Place) -> None:
    place.settings.machine_id.write_text("another\n")
    code, said = await place.call("run")
    assert code == 2
    assert "belongs to another machine" in said
    assert place.broker.hellos == []


async def test_status_says_that_the_log_showed_two_histories(place: Place) -> None:
    (place.state / "fork.note").write_text("x")
    code, said = await place.call("status")
    assert code == 0
    assert "two different histories: no session until" in said


async def test_status_says_that_the_broker_was_set_back(place: Place) -> None:
    setback.keep(place.state, setback.Setback(3, 5))
    code, said = await place.call("status")
    assert code == 0
    assert "The service went back to an earlier state: it lacks notes 3 to 5" in said


async def test_damaged_state_refuses(place: Place) -> None:
    """With the exit code that tells systemd not to try again."""
    for name in ("sessions.json", "spool.log"):
        (place.state / name).write_bytes(b"00000000 {}\n" * 2)
        code, said = await place.call("run")
        assert code == 2
        assert f"The agent's state is damaged ({place.state / name})" in said
        assert "Traceback" not in said
    (place.state / "keys" / "identity.key").unlink()
    assert (await place.call("run"))[0] == 2


@pytest.mark.parametrize(
    ("code", "grouped"),
    [
        (errno.ENOSPC, True),
        (errno.ENOSPC, False),
        (errno.EDQUOT, True),
        (errno.EROFS, True),
        (errno.EIO, True),
    ],
)
def test_a_full_disk_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: int,
    *,
    grouped: bool,
) -> None:
    """Or a quota that is used up, or a disk that has become read-only."""
    full = OSError(code, os.strerror(code), "/var/lib/x/spool.log")

    async def serve(*_: object) -> None:
        raise BaseExceptionGroup("tasks", [ExceptionGroup("more", [full])]) if grouped else full

    monkeypatch.setattr("agent.daemon.serve", serve)
    assert main(["run", "--state", str(tmp_path), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert f"does not let it write /var/lib/x/spool.log ({os.strerror(code)})" in said


@pytest.mark.parametrize("bug", [OSError(errno.EBADF, "bad"), ExceptionGroup("t", [ValueError(), OSError()])])
def test_a_bug_is_no_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bug: Exception) -> None:
    async def serve(*_: object) -> None:
        raise bug

    monkeypatch.setattr("agent.daemon.serve", serve)
    with pytest.raises(type(bug)):
        main(["run", "--state", str(tmp_path)])


def test_a_host_that_is_not_enrolled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "revoke"):
        assert main([command, "--state", str(tmp_path), "--lang", "en"]) == 2
        assert "is not enrolled" in capsys.readouterr().err
    assert main(["interrupt", "--state", str(tmp_path)]) == 1
    assert "L’agente non è in funzione" in capsys.readouterr().err


def test_language_follows_the_locale() -> None:
    def read(**environ: str) -> str:
        return Settings.read(environ, state_dir=None, language=None, is_root=True).language

    assert read() == "it"
    assert read(LANG="it_IT.UTF-8") == "it"
    assert read(LANG="C.UTF-8") == "it"
    assert read(LANG="en_GB.UTF-8") == "en"
    assert read(LANG="en_GB.UTF-8", LC_ALL="it_IT.UTF-8") == "it"


def test_where_the_state_lies(tmp_path: Path) -> None:
    def read(*, is_root: bool, **environ: str) -> Path:
        return Settings.read(environ, state_dir=None, language=None, is_root=is_root).state_dir

    assert read(is_root=True) == Path("/var/lib/verbale-agent")
    assert read(is_root=False, XDG_STATE_HOME=str(tmp_path)) == tmp_path / "verbale-agent"
    assert read(is_root=True, VERBALE_STATE=str(tmp_path)) == tmp_path


def test_where_the_person_at_the_desk_looks_for_an_agent(tmp_path: Path) -> None:
    def read(*, is_root: bool, state_dir: Path | None = None, **environ: str) -> tuple[Path, ...]:
        return Settings.read(environ, state_dir=state_dir, language=None, is_root=is_root).desk_dirs

    system = Path("/var/lib/verbale-agent")
    assert read(is_root=True) == (system,)
    assert read(is_root=False, XDG_STATE_HOME=str(tmp_path)) == (system, tmp_path / "verbale-agent")
    assert read(is_root=False, VERBALE_STATE=str(tmp_path)) == (tmp_path,)
    assert read(is_root=False, state_dir=tmp_path / "x", VERBALE_STATE=str(tmp_path)) == (tmp_path / "x",)


def order_for(place: Place, log: Log) -> frames.Open:
    """A good order for this very host, now."""
    return host.order_for(place.state, log)


async def test_a_whole_session(place: Place) -> None:
    """Order, start, a command over its own socket, stop: each fact a signed note, in order."""
    got: list[tuple[channel.Tag, bytes]] = []
    over = asyncio.Event()

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        assert socket.request.headers["Authorization"] == "Verbale one-use-pass"
        with contextlib.suppress(ConnectionClosed):
            await socket.send(channel.pack(channel.Tag.EOF))
            async for message in socket:
                got.append(channel.unpack(message, "agent"))  # noqa: PERF401 - kept even if the socket breaks
        over.set()

    place.broker.channel = handle
    async with place.running() as process:
        assert (await place.note()).kind == "host.heartbeat"
        await place.broker.say(encode(order_for(place, Log())))
        started = await place.note()
        assert (started.kind, started.session, started.host_n) == ("session.started", people.SESSION, 2)
        await place.answer()
        order = {"command": "echo ciao; echo no >&2; exit 3", "via": "ssh", "terminal": "::1"}
        order["command_salt"] = b64(b"c" * 32)
        await place.broker.say(
            encode(frames.OpenChannel(people.SESSION, "c-00000001", "exec", "one-use-pass", order))
        )
        kinds: list[HostNote] = []
        while not kinds or kinds[-1].kind != "channel.closed":
            kinds.append(await place.note())
        await asyncio.wait_for(over.wait(), PATIENCE_S)
        assert {n.kind for n in kinds} >= {"channel.opened", "command.executed", "channel.closed"}
        assert kinds[-1].body["exit_status"] == 3
        out = b"".join(payload for tag, payload in got if tag == channel.Tag.DATA)
        err = b"".join(payload for tag, payload in got if tag == channel.Tag.STDERR)
        assert (out, err) == (b"ciao\n", b"no\n")
        digest = channel.StreamDigest(b"s" * 32)
        for tag, payload in got:
            if tag in (channel.Tag.DATA, channel.Tag.STDERR):
                digest.add(payload)
        assert (kinds[-1].body["out_bytes"], kinds[-1].body["out_digest"]) == (digest.count_bytes, digest.hex)
        assert got[-1] == (channel.Tag.EXIT, b'{"status":3}')
        await place.broker.say(encode(frames.Stop(people.SESSION, "stopped_by_ads", "p-1")))
        ended = await place.note()
        assert (ended.kind, ended.body["reason"]) == ("session.ended", "stopped_by_ads")
        assert ended.host_n == started.host_n + len(kinds) + 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0


async def test_kill_9_in_mid_session_ends_it_truthfully(place: Place) -> None:
    log = Log()
    async with place.running() as process:
        await place.note()
        order = order_for(place, log)
        await place.broker.say(encode(order))
        assert (await place.note()).kind == "session.started"
        process.kill()
        await process.wait()
    async with place.running():
        ended = await place.note()
        assert (ended.kind, ended.session) == ("session.ended", people.SESSION)
        assert ended.body["reason"] == "agent_restarted"
        await place.broker.linked(2)
        await place.broker.say(encode(order))
        refused = await place.note()
        assert (refused.kind, refused.body["reason"]) == ("session.refused", "replayed")


def test_the_agent_is_light(root: Path) -> None:
    """No web framework, database, templates or SSH in the agent's own process; at rest no channels either."""
    code = f"import sys, agent.main; print([m for m in {(*HEAVY, *LATER)!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


async def test_memory_at_rest(place: Place) -> None:
    """The bar of data-path.md. Compiled, as it is installed: what compiling takes is no rest."""
    for package in (agent, audit):
        compileall.compile_dir(Path(package.__file__).parent, quiet=2)
    async with place.running() as process:
        await place.note()
        status = Path(f"/proc/{process.pid}/status").read_text()
        resident_kib = int(status.split("VmRSS:")[1].split()[0])
        assert resident_kib * 1024 <= 45_000_000


async def test_nothing_listens(place: Place) -> None:
    async with place.running() as process:
        await place.note()
        own = set()
        for one in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                own.add(os.readlink(one))
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                assert fields[3] != "0A" or f"socket:[{fields[9]}]" not in own


def test_the_unit_starts_what_there_is(root: Path) -> None:
    """deploy/verbale-agent.service names the command as it is, and gives up where a restart cannot mend."""
    unit = (root / "deploy" / "verbale-agent.service").read_text()
    assert "ExecStart=/usr/bin/verbale-agent run --state /var/lib/verbale-agent\n" in unit
    assert "RestartPreventExitStatus=2\n" in unit
    assert "Delegate=yes\n" in unit, "else the agent makes no control groups under systemd"
