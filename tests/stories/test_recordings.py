"""Recorded sessions: approved as such, kept before the log tells of them, and ended where they cannot be."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select

from agent.channels.recorder import Recorder
from agent.task_group import TaskGroup
from agent.wire import frames
from agent.wire.channel import Exit, Tag, pack, pack_echo, pack_exit, pack_segment
from audit import bundle
from audit import recording as rec
from audit.canonical import unb64
from audit.commitment import Opening
from audit.recording_rules import Ground, RecordingRules
from audit.recording_segment import check_plain, output_of, unseal
from audit.recording_stream import MaskedStream, Seen
from audit.verify import verify
from broker.cases.change_policy import begin_policy
from broker.cases.close_recordings import close_recordings
from broker.cases.close_session import close_session
from broker.cases.erase import erase_due
from broker.cases.export_trust import tenant_trust
from broker.cases.file_paper import PaperDraft, file_paper
from broker.cases.gather_bundle import gather, packed
from broker.cases.join_session import join_session
from broker.cases.open_channel import open_channel
from broker.domain.refusal import Refused, Why
from broker.domain.session import Ended
from broker.jobs import recordings as minute
from broker.live.pipe import Pipe
from broker.live.recorder import RecordingLost
from broker.store import erasures, estate, recordings, tables
from broker.store.recording_folder import FOLDER, RecordingFolder
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import EXEC, GEST, Story, wish
from tests.stories.test_erasure import decided, hunted

RULES = RecordingRules(
    "all", Ground("agreement", "Accordo 12/2026", "2026-09-01"), Ground("no_employees", "Dichiarazione 3", "2026-09-02")
)  # fmt: skip


async def assess(story: Story) -> None:
    """The impact assessment that recording asks for is on file (L-39)."""
    dated = f"{story.clock.now():%Y-%m-%d}"
    paper = PaperDraft("dpia", "DPIA 1", dated)
    await file_paper(story.parts, story.world.titolare.who, story.world.tenant, paper)


async def demand_recording(story: Story, rules: RecordingRules | None = RULES, **more: Any) -> None:
    if rules is not None:
        await assess(story)
    draft = replace(DRAFT, accounts=((story.world.host.id, ACCOUNT),), recording=rules, witnesses=0, **more)
    await story.world.titolare.sign(await begin_policy(story.parts, story.world.titolare.who, draft))
    await story.agent.obey()


@dataclass
class Host:
    """The agent's end of one recorded channel: what it said, in messages the broker reads one by one."""

    story: Story
    session: str
    messages: list[bytes] = field(default_factory=list)
    closed: bool = False
    said: list[Seen] = field(default_factory=list)

    async def send(self, message: bytes) -> None:
        pass

    async def receive(self) -> bytes | None:
        return self.messages.pop(0) if self.messages else None

    async def close(self) -> None:
        self.closed = True

    def sign(self, seen: Seen) -> bytes:
        self.said.append(seen)
        agent = self.story.agent
        return seen.sign(agent.world.agent.recorder, agent.pins.enrolment.log_origin, agent.world.host.id)

    async def open(self, command: str = "uptime") -> Pipe:
        """The technician asks for a command; the host dials back."""
        world, parts = self.story.world, self.story.parts
        joined = await join_session(
            parts, self.session, via="ssh", kind="exec", terminal="192.0.2.5",
            ssh_fingerprint=world.technician.ssh_fingerprint, command=command,
        )  # fmt: skip
        self.channel = joined.channel
        arrived = Pipe(self)
        took = self.story.agent.link.send  # type: ignore[union-attr]

        async def dial(text: str) -> None:
            await took(text)
            frame = frames.decode(text)
            if isinstance(frame, frames.OpenChannel):
                self.params = frame.params
                parts.hub.arrive(frame.pass_, arrived)

        self.story.agent.link.send = dial  # type: ignore[union-attr]
        pipe = await open_channel(parts, joined, "exec", {"cols": 80, "rows": 24})
        self.story.agent.link.send = took  # type: ignore[union-attr]
        opening = Opening.from_value({"salt": joined.params["command_salt"], "data": {"command": command}})
        note = self.story.agent.note
        await note("channel.opened", self.session, channel=joined.channel, kind="exec", via="ssh")
        await note("command.executed", self.session, channel=joined.channel, command=opening.commitment)
        self.recorder = Recorder(
            MaskedStream(joined.channel, unb64(self.params["recording_salt"])), self.sign
        )
        return pipe

    async def say(self, *output: bytes) -> None:
        for data in output:
            self.messages.append(pack(Tag.DATA, data))
            await self.recorder.feed(data, 0.0)

    def cut(self) -> None:
        self.messages.append(pack_segment(self.recorder.cut(), last=False))

    async def leave(self) -> None:
        rest = await self.recorder.end()
        if rest is not None:
            self.messages.append(pack_segment(rest, last=True))
        self.messages.append(pack_exit(Exit(status=0)))


async def read_all(pipe: Pipe) -> bytes:
    out = b""
    while (message := await pipe.read()) is not None:
        out += message[1]
    pipe.finish()
    await pipe.end_recording()
    return out


async def recorded(story: Story) -> Host:
    """A session with one recorded command of two segments."""
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"$ ", b"password=hunter2hunter2\r\n")
    host.cut()
    await minute.tick(story.parts)
    for on, said in ((False, b"typed\r\n"), (True, b"up 3 days\r\n")):
        host.messages.append(pack_echo(on=on))
        host.recorder.echo(on=on)
        await host.say(said)
    await host.leave()
    host.out = await read_all(pipe)  # type: ignore[attr-defined]
    return host


async def end(story: Story, session: str) -> None:
    await close_session(
        story.parts, story.world.technician.who, session, outcome="solved", activities=[GEST], note="Fatto."
    )
    await story.agent.obey()


async def whole_bundle(story: Story) -> bytes:
    async with story.parts.store.read() as work:
        found = await gather(story.parts, work, story.world.tenant)
    return packed(found, story.parts.keys.wrapping_key())


async def verdict(story: Story) -> Any:
    trust = await tenant_trust(story.parts, story.world.tenant)
    return verify(await whole_bundle(story), trust=trust).verdict


async def test_a_recorded_session_from_the_request_to_the_bundle(story: Story) -> None:
    """The technician sees what the host said, the recording is masked, and the verifier has nothing to say."""
    await demand_recording(story)
    host = await recorded(story)
    assert host.out == b"$ password=hunter2hunter2\r\ntyped\r\nup 3 days\r\n"  # type: ignore[attr-defined]
    await end(story, host.session)
    inside = [leaf.record.KIND for leaf in await story.leaves() if leaf.session == host.session]
    assert inside.index("recording.opened") < inside.index("channel.opened")
    found = await verdict(story)
    assert found.sound, found.findings
    assert next(s.state for s in found.steps if s.n == 12) == "ok"
    closed = (await story.last("recording.closed")).record
    assert (closed.outcome, closed.segments) == ("complete", 2)
    assert closed.masked >= 2
    async with story.parts.store.read() as work:
        identity = await recordings.identity(
            work, story.world.tenant, host.channel, story.parts.keys.wrapping_key()
        )
    assert identity is not None
    files = bundle.unpack(await whole_bundle(story))
    leaves = rec.parse_all(rec.unpack_entries(files[rec.entries_name(host.channel)]), host.channel)
    kept = b""
    for leaf in leaves:
        plain = unseal(identity, files[rec.segment_name(host.channel, leaf.n)])
        kept += output_of(check_plain(plain, host.channel, leaf.n, digest=leaf.plain, output=leaf.output))
    assert b"hunter2" not in kept
    assert b"typed" not in kept
    assert b"up 3 days" in kept
    everything = b"".join(p.read_bytes() for p in story.parts.settings.state.rglob("*") if p.is_file())
    assert b"up 3 days" not in everything


async def test_a_session_that_nobody_has_recorded_is_not(story: Story) -> None:
    session = await story.running(asked=wish(EXEC))
    assert (await story.session(session)).permit.request
    assert not (story.parts.settings.state / FOLDER).exists()


async def test_the_log_hears_of_it_every_minute(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await minute.tick(story.parts)
    assert await story.kinds("recording.checkpoint") == []  # nothing is there yet
    await host.say(b"one\r\n")
    host.cut()
    await host.say(b"two\r\n")
    assert await pipe.read() == (Tag.DATA, b"one\r\n")
    assert await pipe.read() == (Tag.DATA, b"two\r\n")
    await minute.tick(story.parts)
    await minute.tick(story.parts)
    told = (await story.last("recording.checkpoint")).record
    assert (len(await story.kinds("recording.checkpoint")), told.segments) == (1, 1)
    await host.leave()
    await read_all(pipe)
    await end(story, session)
    assert (await verdict(story)).sound


async def test_a_channel_that_breaks_off_is_closed_as_cut(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"half a ")
    await read_all(pipe)
    assert (await story.last("recording.closed")).record.outcome == "cut"
    await end(story, session)
    assert (await verdict(story)).sound


async def test_after_a_crash_the_next_broker_closes_it_as_aborted(story: Story) -> None:
    """At most the segment under way is lost, whatever the crash left on the disk."""
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"one\r\n")
    host.cut()
    await host.say(b"lost\r\n")
    await pipe.read()
    await pipe.read()
    assert await close_recordings(story.parts, story.world.tenant) == 0  # it is this broker's own
    folder = story.parts.settings.state / FOLDER / story.world.tenant / host.channel
    (folder / "1.age").write_bytes(b"half a segme")
    with (folder / "entries").open("ab") as entries:
        entries.write(b"\0")
    story.parts.recordings.__init__()  # type: ignore[misc]
    assert await close_recordings(story.parts, story.world.tenant) == 1
    assert await close_recordings(story.parts, story.world.tenant) == 0
    closed = (await story.last("recording.closed")).record
    assert (closed.outcome, closed.segments) == ("aborted", 1)
    await end(story, session)
    found = await verdict(story)
    assert found.sound, found.findings
    assert "recording_broken" in {n.code for n in found.notes}


@pytest.mark.parametrize("how", ["disk", "signature", "silent"])
async def test_what_cannot_be_kept_does_not_go_on(
    story: Story, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a host that signs nonsense, a host that ends no segment: the session ends, with its record."""
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"one\r\n")
    match how:
        case "disk":
            monkeypatch.setattr(RecordingFolder, "add", _full)
            host.cut()
        case "signature":
            host.recorder.cut()
            host.messages.append(pack_segment(b"nonsense", last=False))
        case _:
            assert await pipe.read() is not None
            story.clock.advance(seconds=101)
            await host.say(b"two\r\n")
    with pytest.raises(RecordingLost):
        await read_all(pipe)
    pipe.finish()
    await pipe.end_recording()
    ordered = (await story.last("session.stop_ordered")).record
    assert (ordered.reason, ordered.by) == ("recording_lost", "broker")
    await story.agent.obey()
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert found.reason == "recording_lost"
    assert (await story.last("recording.closed")).record.outcome == "cut"
    assert (await verdict(story)).sound


def _full(*_: Any) -> None:
    raise OSError(28, "No space left on device")


async def test_a_host_that_ends_no_segment_and_says_no_more_loses_its_session_too(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"one\r\n")
    await pipe.read()
    story.clock.advance(seconds=101)
    await minute.tick(story.parts)
    assert (await story.last("session.stop_ordered")).record.reason == "recording_lost"
    await minute.tick(story.parts)
    assert len(await story.kinds("session.stop_ordered")) == 1


async def test_nothing_starts_where_nothing_can_be_kept(story: Story) -> None:
    await demand_recording(story)
    session = await story.granted(asked=wish(EXEC))
    (story.parts.settings.state / FOLDER).write_bytes(b"in the way")
    with pytest.raises(Refused) as no:
        await story.activate(session)
    assert no.value.why is Why.RECORDING_UNAVAILABLE
    assert await story.kinds("session.opened") == []


async def test_a_channel_that_cannot_be_recorded_does_not_open_and_the_session_ends(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    folder = story.parts.settings.state / FOLDER
    folder.rmdir()
    folder.write_bytes(b"in the way")
    with pytest.raises(Refused) as no:
        await Host(story, session).open()
    assert no.value.why is Why.RECORDING_UNAVAILABLE
    assert (await story.last("session.stop_ordered")).record.reason == "recording_lost"


async def test_host_and_broker_disagree_and_the_verifier_says_so(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"one\r\n")
    host.messages.append(pack(Tag.DATA, b"slipped in\r\n"))
    await host.leave()
    await read_all(pipe)
    await end(story, session)
    assert {f.code for f in (await verdict(story)).findings} == {"segment_disputed"}


async def test_the_host_says_no_and_an_empty_recording_is_closed(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    joined = await join_session(
        story.parts, session, via="ssh", kind="exec", terminal="192.0.2.5",
        ssh_fingerprint=story.world.technician.ssh_fingerprint, command="uptime",
    )  # fmt: skip
    await story.agent.cut()
    with pytest.raises(Refused):
        await open_channel(story.parts, joined, "exec", {})
    closed = (await story.last("recording.closed")).record
    assert (closed.segments, closed.root) == (0, hashlib.sha256().hexdigest())
    assert (await verdict(story)).sound


async def test_who_watches_is_told_how_much_is_sealed(story: Story) -> None:
    from broker.live.audience import Place

    await demand_recording(story)
    host = await recorded(story)
    audience = story.parts.hub.audience(host.session)
    place = Place()
    assert audience.kept(place) == [(host.channel, 2)]
    assert audience.kept(place) == []


async def test_an_erased_recording_is_in_no_file(story: Story) -> None:
    """The titolare's order takes the segments, their key and salt; leaves and head stay, and the verifier is content."""
    await demand_recording(story)
    host = await recorded(story)
    await end(story, host.session)
    request = (await story.session(host.session)).permit.request
    folder = story.parts.settings.state / FOLDER / story.world.tenant / host.channel
    async with story.parts.store.read() as work:
        rows = await work.run(select(tables.recordings))
    wanted = [
        bytes(rows[0].identity)[:48],
        bytes(rows[0].salt),
        *(p.read_bytes()[-64:] for p in folder.glob("*.age")),
    ]
    assert len(wanted) == 4
    assert hunted(story, wanted)
    await decided(story, request)
    assert hunted(story, wanted) == []
    assert sorted(p.name for p in folder.iterdir()) == ["entries", "head"]
    found = await verdict(story)
    assert found.sound, found.findings
    async with story.parts.store.read() as work:
        [kept] = await recordings.every(work, story.world.tenant)
    assert kept.erased


async def test_a_run_that_was_stopped_between_segments_and_key_is_taken_up(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await demand_recording(story)
    host = await recorded(story)
    await end(story, host.session)
    request = (await story.session(host.session)).permit.request
    with monkeypatch.context() as patch:
        patch.setattr(RecordingFolder, "erase", _pulled)
        with pytest.raises(OSError, match="pulled"):
            await decided(story, request)
    async with story.parts.store.read() as work:
        place = await estate.tenant(work, story.world.tenant)
    assert place is not None
    await erase_due(story.parts, place)
    folder = story.parts.settings.state / FOLDER / story.world.tenant / host.channel
    assert not list(folder.glob("*.age"))
    assert (await verdict(story)).sound


def _pulled(_folder: RecordingFolder) -> None:
    raise OSError("the disk was pulled")


async def test_at_the_end_of_its_term_it_goes_by_itself(story: Story) -> None:
    await demand_recording(story)
    host = await recorded(story)
    await end(story, host.session)
    story.clock.advance(days=185)
    async with story.parts.store.read() as work:
        place = await estate.tenant(work, story.world.tenant)
    assert place is not None
    opened = await story.last("recording.opened")
    gone = await erase_due(story.parts, place)
    assert opened.n in gone.refs
    assert (await story.last("erasure.executed")).record.reason == "term"


async def test_one_under_way_is_not_erased(story: Story) -> None:
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    await host.open()
    async with story.parts.store.read() as work:
        texts = await erasures.texts(work, story.world.tenant)
    assert (await story.last("recording.opened")).n not in {t.n for t in texts}


async def test_a_technician_who_does_not_read_loses_nothing(story: Story) -> None:
    """His terminal is full for ten minutes: what the host says waits, and nobody calls that silence."""
    await demand_recording(story)
    session = await story.running(asked=wish(EXEC))
    host = Host(story, session)
    pipe = await host.open()
    await host.say(b"one\r\n")
    await pipe.read()
    pipe.pause()
    async with TaskGroup() as group:
        reading = group.create_task(pipe.read())
        await asyncio.sleep(0)
        story.clock.advance(minutes=10)
        await minute.tick(story.parts)
        await host.say(b"two\r\n")
        pipe.resume()
        assert await reading == (Tag.DATA, b"two\r\n")
    await host.leave()
    await read_all(pipe)
    assert await story.kinds("session.stop_ordered") == []
    assert (await story.last("recording.closed")).record.outcome == "complete"
