"""An agent in memory: the real link machine, the real decision, real signed notes; no process, no host.

The demo's month has such hosts, and so have the tests' stories.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from agent.admitted import Admitted, HostIdentity, Refusal, Seen
from agent.order import OpenOrder
from agent.policy import decide
from agent.signed_orders import read_check_in, read_stop
from agent.wire import frames
from agent.wire.link import Link
from agent.witness import Witness
from audit import instant
from audit.canonical import b64
from audit.commitment import Opening
from audit.errors import BadSignature
from audit.host_note import HostNote
from audit.pins import Pins, catch_up, check_chain
from audit.session_list import Told
from audit.signed import EnrolmentFile, SignedStatement
from broker.cases.enrolment_file import enrolment_file
from broker.cases.link_up import link_down, link_up
from broker.cases.take_cosignature import take_cosignature
from broker.cases.take_report import take_report
from broker.domain.estate import EnrolledHost
from broker.domain.people import Who
from broker.live.hub import AgentLink
from broker.parts import Parts
from web.demo.seed.someone import AgentKeys


@dataclass
class MemoryAgent:
    """`frames` is what the broker sent and nobody looked at yet; `spool` what it has not acknowledged."""

    parts: Parts
    host: EnrolledHost
    keys: AgentKeys
    pins: Pins
    next_n: int
    witness: Witness
    seen: Seen = field(default_factory=Seen)
    inbox: list[frames.Frame] = field(default_factory=list)
    spool: list[bytes] = field(default_factory=list)
    admitted: dict[str, Admitted] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    started: dict[str, datetime] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)  # channels, by session
    refusals: list[Refusal] = field(default_factory=list)
    pins_refused: list[str] = field(default_factory=list)
    link: AgentLink | None = None
    told: Told = field(default_factory=Told)
    first_n: int = 1  # of its next list
    since: str = ""

    @classmethod
    async def begin(
        cls, parts: Parts, titolare: Who, host: EnrolledHost, keys: AgentKeys, folder: Path
    ) -> Self:
        """On a host that was enrolled with these keys. `folder` is for the head it holds."""
        named = await enrolment_file(parts, titolare, host.id)
        pins = check_chain(EnrolmentFile.parse(named.data), parts.clock.now())
        assert host.enrolled is not None
        since = instant.to_text(host.enrolled)
        return cls(parts, host, keys, pins, 1, Witness(folder, keys.witness), since=since)

    @property
    def head_size(self) -> int:
        return self.witness.size

    async def dial(self) -> None:
        nonce = b64(b"n" * 32)
        link = Link("broker", 0.0, nonce=nonce)
        hello = frames.Hello(
            self.host.tenant, self.host.id, "0.1", "boot-1",
            instant.to_text(self.parts.clock.now()), self.next_n, self.head_size, b64(b"s" * 64),
            head=self.witness.note,
        )  # fmt: skip
        signature = self.keys.identity.sign(hello.message(nonce))
        hello = replace(hello, signature=b64(signature))
        link.receive(frames.encode(hello), 0.0)
        up = await link_up(self.parts, hello, nonce, terminal="192.0.2.77")
        link.send(frames.Welcome(instant.to_text(self.parts.clock.now()), up.acked))
        link.to_send()
        self.link = AgentLink(
            up.host.tenant, up.host.id, link, self._take, self.head_size, self.parts.clock.now(),
            log=None if hello.head is None else hello.head.partition("\n")[0],
        )  # fmt: skip
        self.parts.hub.add(self.link)
        await self.deliver()

    def heard(self) -> None:
        """It answers a ping."""
        assert self.link is not None
        self.link.last_seen = self.parts.clock.now()

    async def cut(self) -> None:
        assert self.link is not None
        self.parts.hub.remove(self.link)
        await link_down(self.parts, self.link.host, self.link.tenant, self.link.last_seen)
        self.link = None

    async def _take(self, text: str) -> None:
        self.inbox.append(frames.decode(text))

    # ---- notes

    async def note(self, kind: str, session: str | None = None, /, **body: Any) -> None:
        """Sign a fact; it reaches the broker now, or when the link is back."""
        if session is not None:
            if kind == "channel.opened":
                self.opened[session] = self.opened.get(session, 0) + 1
            now = instant.to_text(self.parts.clock.now())
            self.told.hear(kind, session, now, str(body.get("reason", "")))
        told = HostNote(
            self.host.tenant, self.host.id, self.next_n, self.parts.clock.now(), kind, session, body
        )
        self.spool.append(told.sign(self.keys.identity, self.pins.enrolment.log_origin))
        self.next_n += 1
        await self.deliver()

    async def list_sessions(self) -> None:
        lines = [line.text for line in self.told.lines.values()]
        self.told.listed()
        first_n, since = self.first_n, self.since
        self.first_n, self.since = self.next_n + 1, instant.to_text(self.parts.clock.now())
        await self.note("sessions.listed", first_n=first_n, since=since, sessions=lines)

    async def deliver(self) -> None:
        while self.link is not None and self.spool:
            await take_report(self.parts, self.host, self.spool[0])
            self.spool.pop(0)

    # ---- what the broker orders

    async def obey(self, *, answer: bool = True) -> None:
        """Act on everything that came; `answer` False: it admits, and its answer gets lost for now."""
        while self.inbox:
            frame = self.inbox.pop(0)
            match frame:
                case frames.Open():
                    await self._open(frame, answer=answer)
                case frames.Stop(session, reason, _):
                    if session in self.admitted:
                        await self.end(session, reason)
                case frames.Pins():
                    self._pins(frame)
                case frames.Pause(session, by):
                    await self.pause(session, reason="paused_by_watcher", by=by)
                case frames.Resume(session, by):
                    await self.resume(session, by=by)
                case frames.SignedStop(session, signed):
                    await self._stop_signed(session, SignedStatement.from_value(signed))
                case frames.CheckIn(session, signed):
                    await self._check_in(session, SignedStatement.from_value(signed))
                case frames.Head():
                    await self._cosign(frame)
                case frames.ListSessions():
                    await self.list_sessions()
                case _:
                    pass

    def _pins(self, frame: frames.Pins) -> None:
        """What waits for three days the stories let it adopt themselves; until then what its new keys signed is
        refused, and the pins stay as they were."""
        sets = [SignedStatement.from_value(one) for one in frame.approvers]
        rules = [SignedStatement.from_value(one) for one in frame.policies]
        try:
            self.pins = catch_up(self.pins, sets, rules, self.parts.clock.now())
        except BadSignature as wrong:  # as the agent does: it says so, and goes on
            self.pins_refused.append(str(wrong))

    async def _open(self, frame: frames.Open, *, answer: bool) -> None:
        me = HostIdentity(self.host.tenant, self.host.id, self.keys.identity.public.text)
        if not self.witness.holds(self.pins, frame.head):
            # The cosignature of this head gets lost: the next one is given to the broker.
            self.witness.take(self.pins, frame.head, self.host.id, self.parts.clock.now())
        seen = replace(self.seen, head=self.witness.head, log=self.witness.log_vkey(self.pins))
        found = decide(self.pins, me, OpenOrder.read(frame), seen, self.parts.clock.now())
        if isinstance(found, Refusal):
            self.refusals.append(found)
            await self.note("session.refused", frame.session, grant=found.grant, reason=found.code)
            return
        self.seen = Seen(self.seen.marks | found.marks)
        self.admitted[frame.session] = found
        if answer:
            await self.start(frame.session)

    async def _stop_signed(self, session: str, signed: SignedStatement) -> None:
        found = self.admitted.get(session)
        if found is not None:
            stop = read_stop(self.pins, signed, found.grant, self.parts.clock.now())
            await self.end(session, "stopped_by_ads", order=stop.digest.hex())

    async def _check_in(self, session: str, signed: SignedStatement) -> None:
        found = self.admitted.get(session)
        if found is not None:
            at = self.parts.clock.now()
            taken = read_check_in(self.pins, signed, found.grant, at, runs=True)
            self.admitted[session] = replace(found, check_in=taken)

    async def pause(self, session: str, reason: str = "supervision_lost", **more: str) -> None:
        self.paused.add(session)
        await self.note("session.paused", session, reason=reason, **more)

    async def resume(self, session: str, **more: str) -> None:
        self.paused.discard(session)
        taken = self.admitted[session].check_in
        assert taken is not None
        await self.note("session.resumed", session, seconds=60, statement=taken.digest.hex(), **more)

    async def start(self, session: str) -> None:
        self.started[session] = self.parts.clock.now()
        found = self.admitted[session]
        await self.note(
            "session.started", session,
            grant=found.grant.digest.hex(), account=found.grant.account.name,
            ends=instant.to_text(found.ends), desk="told",
        )  # fmt: skip

    async def end(self, session: str, reason: str, seconds: int | None = None, **more: Any) -> None:
        """`seconds` None: as long as it ran."""
        self.admitted.pop(session)
        self.paused.discard(session)
        began, at = self.started.get(session), self.parts.clock.now()
        ran = 0 if began is None else int((at - began).total_seconds())
        said = {"reason": reason, "seconds": ran if seconds is None else seconds}
        await self.note("session.ended", session, **said, channels=self.opened.get(session, 0), **more)

    async def run_command(self, session: str, channel: str, opening: Opening, out: tuple[int, str]) -> None:
        await self.note("channel.opened", session, channel=channel, kind="exec", via="ssh")
        await self.note("command.executed", session, channel=channel, command=opening.commitment)
        await self.note(
            "channel.closed", session,
            channel=channel, kind="exec", in_bytes=0, out_bytes=out[0], out_digest=out[1], exit_status=0,
        )  # fmt: skip

    async def _cosign(self, frame: frames.Head) -> None:
        found = self.witness.take(self.pins, frame, self.host.id, self.parts.clock.now())
        assert isinstance(found, frames.Cosignature), found
        assert await take_cosignature(self.parts, self.host, found.size, found.line.rstrip("\n"))
