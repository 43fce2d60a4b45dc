"""What the agent does with each frame of its link: judge, keep on disk, hand to the sessions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from agent import bars, paper_desk, setback
from agent.admitted import Admitted, HostIdentity, Refusal, Seen
from agent.order import OpenOrder, grant_digest
from agent.paper_wait import PaperWait
from agent.pins_store import Enrolled, HostKeys, SeenStore, save_enrolled
from agent.refusal import No
from agent.report import Reporter
from agent.signed_orders import read_check_in, read_objection, read_stop
from agent.wire import frames
from agent.wire.refusals import Sentence
from agent.witness import Witness
from audit import instant, pins
from audit.canonical import Value, b64, encode, unb64
from audit.check_in import CheckIn
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.policy import Policy
from audit.signed import SignedStatement
from audit.signed_stop import SignedStop

HEARTBEAT_EVERY = timedelta(hours=24)
TELL_DESK_EVERY = timedelta(hours=24)
HEARTBEAT_AT_LINK_UP = timedelta(hours=20)  # a host that is on for an hour a day still gives a daily sign


class SessionsSeam(Protocol):
    """What of `agent.sessions.Sessions` the link's side calls."""

    async def open(self, admitted: Admitted, salt: bytes) -> None: ...

    async def channel(self, order: frames.OpenChannel) -> None: ...

    async def close_channel(self, session: str, channel: str) -> None: ...

    async def stop(self, session: str, reason: str) -> None: ...

    def grant_of(self, session: str) -> Grant | None: ...

    def check_in(self, check_in: CheckIn, key: str) -> None: ...

    def answer(self, session: str, n: int, signature: bytes) -> None: ...

    def pause(self, session: str, by: str) -> None: ...

    def resume(self, session: str, by: str) -> None: ...

    def stop_signed(self, stop: SignedStop) -> None: ...

    def bar(self, barred: bars.Bars) -> None: ...

    def announce(self, text: Sentence) -> None: ...

    def link_lost(self) -> None: ...

    def link_back(self) -> None: ...

    def served(self) -> int: ...


class Service:
    """The owner of the link (agent.outbound.Owner). `spawn` runs what takes long; `send` and
    `break_off` are the link's."""

    def __init__(
        self,
        *,
        state_dir: Path,
        enrolled: Enrolled,
        keys: HostKeys,
        me: HostIdentity,
        boot: str,
        version: str,
        witness: Witness,
        seen: SeenStore,
        reporter: Reporter,
        sessions: SessionsSeam,
        now: Callable[[], datetime],
        boot_s: Callable[[], float],
        send: Callable[[frames.Frame], bool],
        break_off: Callable[[int, str], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        log: Callable[[str], None],
    ) -> None:
        self._state_dir = state_dir
        self._enrolled = enrolled
        self._keys = keys
        self._me = me
        self._boot = boot
        self._version = version
        self._witness = witness
        self._seen = seen
        self._reporter = reporter
        self._sessions = sessions
        self._now = now
        self._send = send
        self._break_off = break_off
        self._spawn = spawn
        self._log = log
        self.revoked = False
        self._paper = PaperWait(state_dir, boot, now, boot_s)
        self._told_desk: datetime | None = None  # of the set that waits
        self._bars = bars.NOTHING_BARRED
        self.bar()
        self.paper_tick()

    # ------------------------------------------------------------------------------ the link's life

    def hello(self, nonce: str) -> frames.Hello:
        unsigned = frames.Hello(
            tenant=self._me.tenant,
            host=self._me.host,
            version=self._version,
            boot=self._boot,
            time=instant.to_text(self._now()),
            next_host_n=self._reporter.next_host_n,
            head_size=self._witness.size,
            signature="",
            head=self._witness.note,
        )
        return replace(unsigned, signature=b64(self._keys.identity.sign(unsigned.message(nonce))))

    def link_up(self, welcome: frames.Welcome) -> None:
        if not self._reporter.link_up(welcome.acked):
            self._break_off(
                frames.CLOSE_BREACH,
                "the broker holds notes this state never wrote; if the state was restored, enrol again",
            )
            return
        self._log(f"link up; {self._reporter.waiting} notes waiting")
        if welcome.acked < self._reporter.acked <= self._witness.lost(self._enrolled.pins):
            self._reporter.pass_over_lost()
        else:
            self._note_setback(welcome.acked)
        self.paper_tick()
        self._pins_held()
        self.heartbeat_if_due(HEARTBEAT_AT_LINK_UP)
        self._sessions.link_back()

    def _note_setback(self, acked: int) -> None:
        held = self._reporter.acked
        found = setback.Setback(acked + 1, held) if acked < held else None
        setback.keep(self._state_dir, found)
        if found is not None:
            self._log(
                f"the broker was set back: it lacks notes {found.first} to {found.last}, which it "
                "acknowledged; nothing is told to it until the customer has signed a recovery"
            )

    def link_lost(self) -> None:
        self._sessions.link_lost()

    def note(self, message: str) -> None:
        self._log(message)

    def revoke(self, reason: str) -> None:
        """Revoked at the host: say so once, and admit nothing from here on."""
        self.revoked = True
        told = self._state_dir / "revoked.told"
        if not told.exists():
            self._reporter.list_sessions()
            self._reporter.report("host.revoked", None, {"reason": reason})
            told.touch(mode=0o600)

    def bar(self) -> None:
        """Obey what was revoked at this host since: end what rests on it, and say each once."""
        self._bars = bars.read(self._state_dir)
        self._sessions.bar(self._bars)
        told = bars.read(self._state_dir, bars.TOLD_FILE)
        for what, digest in self._bars.without(told):
            self._reporter.report("host.barred", None, {"what": what, "digest": digest})
        if self._bars != told:
            bars.keep(self._state_dir, self._bars, bars.TOLD_FILE)
        waits = self._paper.waiting
        if (
            waits is not None
            and self._bars.of(waits.signed)
            and self._paper.object(waits.signed.digest.hex())
        ):
            self._log("the set by the key on paper was stopped here: the passkey that signed it was revoked")
            self._sessions.announce(paper_desk.stopped_here())

    def heartbeat_if_due(self, every: timedelta = HEARTBEAT_EVERY) -> None:
        """One signed sign of life a day, also from an idle host."""
        if self.revoked:
            return  # its last word was said
        self._reporter.list_if_due()
        stamp = self._state_dir / "heartbeat"
        now = self._now()
        try:
            last = instant.parse(stamp.read_text("ascii"))
        except (OSError, ValueError):
            last = None  # never, or unreadable: one too many does no harm
        if last is not None and last <= now < last + every:
            return
        body: dict[str, Value] = {"witnessed": self._witness.size, "sessions": self._sessions.served()}
        self._reporter.report("host.heartbeat", None, body)
        stamp.write_text(instant.to_text(now), "ascii")

    # -------------------------------------------------------------------------------------- frames

    def frame(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Ack(host_n):
                if not self._reporter.acknowledged(host_n):
                    self._break_off(frames.CLOSE_BREACH, "an acknowledgement of a note that was never sent")
            case frames.Head():
                self._take_head(frame)
            case frames.Pins():
                self._take_pins(frame)
            case frames.Open():
                self._take_open(frame)
            case frames.OpenChannel():
                self._take_channel(frame)
            case frames.CloseChannel(session, channel):
                self._spawn(self._sessions.close_channel(session, channel))
            case frames.Stop(session, reason, _):
                self._spawn(self._sessions.stop(session, reason))
            case frames.Pause(session, by):
                self._sessions.pause(session, by)
            case frames.Resume(session, by):
                self._sessions.resume(session, by)
            case frames.SignedStop(session, signed):
                self._take_signed(session, signed, frame.TYPE, self.stop_signed)
            case frames.CheckIn(session, signed):
                self._take_signed(session, signed, frame.TYPE, self._check_in)
            case frames.ListSessions():
                self._list_sessions()
            case frames.Answer(session, n, signature):
                self._sessions.answer(session, n, unb64(signature))
            case _:
                raise AssertionError(f"the link let {frame.TYPE} through")

    def _list_sessions(self) -> None:
        """Asked for at a month's end. Its last list a revoked host has made already."""
        if not self.revoked and not self._reporter.is_full:
            self._reporter.list_sessions()

    def _take_head(self, frame: frames.Head) -> None:
        acked = self._reporter.acked
        answer = self._witness.take(self._enrolled.pins, frame, self._me.host, self._now(), acked=acked)
        if isinstance(answer, frames.HeadRefused):
            self._log(f"head refused: {answer.reason}")
        elif frame.recovered is not None:
            self._log("the customer signed for a loss: going on in the next log")
            setback.keep(self._state_dir, None)
            self._reporter.pass_over_lost()
        self._send(answer)

    def _take_pins(self, frame: frames.Pins) -> None:
        """Only successors signed by the pinned set; kept on disk before they count."""
        try:
            advanced = pins.catch_up(
                self._enrolled.pins,
                [self._not_barred(value) for value in frame.approvers],
                [self._not_barred(value) for value in frame.policies],
                self._witness.no_earlier(self._now()),
            )
        except (BadSignature, Malformed) as wrong:
            self._log(f"pins refused: {wrong}")
        else:
            self._advance(advanced)
            self._hear_paper(frame)
        self._pins_held()

    def _advance(self, advanced: pins.Pins) -> None:
        if advanced != self._enrolled.pins:
            enrolled = replace(self._enrolled, pins=advanced)
            save_enrolled(self._state_dir, enrolled)
            self._enrolled = enrolled

    def _hear_paper(self, frame: frames.Pins) -> None:
        """Objections first; then the set that the key on paper signed, if it is the next one here."""
        try:
            for value in frame.objections or ():
                self._hear_objection(SignedStatement.from_value(value))
            signed = pins.announced(
                self._enrolled.pins, [self._not_barred(value) for value in frame.approvers]
            )
            if signed is not None:
                pins.after_paper(self._enrolled.pins, signed, self._witness.no_earlier(self._now()))
                if self._paper.see(signed):
                    self._log("a set by the key on paper waits from now on")
                    self._told_desk = None
        except (BadSignature, Malformed) as wrong:
            self._log(f"a set by the key on paper was refused: {wrong}")
        self.paper_tick()

    def _hear_objection(self, signed: SignedStatement) -> None:
        try:
            found = read_objection(
                self._enrolled.pins, signed, self._witness.no_earlier(self._now()), self._bars
            )
        except No as said:
            self._log(f"objection refused: {said.code}: {said.why}")
            return
        if self._paper.object(found.announced):
            self._log("the set by the key on paper was objected to")
            self._sessions.announce(paper_desk.stopped())

    def paper_tick(self) -> None:
        """Take the set that the key on paper signed once it has waited; tell the desk each day until then."""
        signed = self._paper.due()
        held = self._paper.waiting
        if held is None:
            return
        now = self._now()
        if signed is None:
            if self._told_desk is None or not self._told_desk <= now < self._told_desk + TELL_DESK_EVERY:
                self._told_desk = now
                self._sessions.announce(paper_desk.waiting(held.waited))
            return
        try:
            self._advance(pins.after_paper(self._enrolled.pins, signed, self._witness.no_earlier(now)))
            self._sessions.announce(paper_desk.taken())
        except (BadSignature, Malformed) as wrong:
            self._log(f"the set by the key on paper no longer fits: {wrong}")
        self._paper.over()

    def _not_barred(self, value: frames.Json) -> SignedStatement:
        signed = SignedStatement.from_value(value)
        if self._bars.of(signed) and not pins.holds(self._enrolled.pins, signed):
            raise BadSignature("the passkey that signed was revoked at this host")
        return signed

    @property
    def rules(self) -> Policy:
        """The customer's rules in force here."""
        return self._enrolled.pins.policy

    def _pins_held(self) -> None:
        held = self._enrolled.pins
        self._send(frames.PinsHeld(held.approvers.number, held.policy.number))

    def _take_channel(self, frame: frames.OpenChannel) -> None:
        if self._reporter.is_full:
            self._send(frames.ChannelRefused(frame.session, frame.channel, "notes_waiting"))
            return
        self._spawn(self._sessions.channel(frame))

    def _take_signed(
        self, session: str, signed: frames.Json, what: str, obey: Callable[[SignedStatement], str]
    ) -> None:
        """What somebody of the customer signed; a no goes back to whoever brought it."""
        try:
            of = obey(SignedStatement.from_value(signed))
            if of != session:
                raise No("envelope_invalid", "frame and statement name different sessions")
        except No as said:
            self._log(f"{what} of {session} refused: {said.code}: {said.why}")
            self._send(frames.OrderRefused(session, what, said.code))
        except Malformed as wrong:
            self._log(f"{what} of {session} refused: {wrong}")
            self._send(frames.OrderRefused(session, what, "envelope_invalid"))

    def _grant(self, session: str) -> Grant:
        grant = self._sessions.grant_of(session)
        if grant is None:
            raise No("session_ended", "no such session lives here")
        return grant

    def stop_signed(self, signed: SignedStatement) -> str:
        """End the session that an approver's signed stop names: its id; `No` or `Malformed` if it does not count."""
        grant = self._grant(SignedStop.parse(signed.statement).session)
        at = self._witness.no_earlier(self._now())
        stop = read_stop(self._enrolled.pins, signed, grant, at, self._bars)
        self._sessions.stop_signed(stop)
        return stop.session

    def _check_in(self, signed: SignedStatement) -> str:
        grant = self._grant(CheckIn.parse(signed.statement).session)
        at = self._witness.no_earlier(self._now())
        found = read_check_in(self._enrolled.pins, signed, grant, at, self._bars, runs=True)
        self._sessions.check_in(found, bars.fingerprint(signed.credential))
        return found.session

    def _take_open(self, frame: frames.Open) -> None:
        if self._reporter.is_full:
            # Not even a signed no: it would be one more note on the heap.
            self._log(f"order to open passed over: {self._reporter.waiting} notes wait to be acknowledged")
            return
        from agent.policy import decide  # with every kind of record: an agent at rest carries none

        try:
            order = OpenOrder.read(frame)
        except Malformed as wrong:
            self._refuse(frame.session, Refusal("envelope_invalid", str(wrong), _cited(frame)))
            return
        if self.revoked:
            why = "the host was revoked by somebody at it"
            self._refuse(frame.session, Refusal("host_revoked", why, grant_digest(order.grant.data)))
            return
        if not self._witness.holds(self._enrolled.pins, frame.head):
            self._take_head(frame.head)
        held = self._witness
        followed = held.log_vkey(self._enrolled.pins)
        seen = Seen(self._seen.marks, held.head, held.floor, held.forked, followed, self._bars)
        now = self._now()
        answer = decide(self._enrolled.pins, self._me, order, seen, now)
        if isinstance(answer, Refusal):
            self._refuse(frame.session, answer)
            return
        self._seen.add(answer.marks, answer.grant.not_after, now)
        self._spawn(self._sessions.open(answer, order.salt))

    def _refuse(self, session: str, refusal: Refusal) -> None:
        self._log(f"session refused: {refusal.code}: {refusal.why}")
        self._reporter.report("session.refused", session, {"grant": refusal.grant, "reason": refusal.code})


def _cited(frame: frames.Open) -> str:
    """What the note names where the order's grant cannot be read: the digest of what came instead."""
    try:
        return grant_digest(encode(frame.grant, max_bytes=frames.MAX_FRAME_BYTES))
    except Malformed:
        return grant_digest(b"")
