"""A host spoken by hand: the broker is the real one, and behind its WebSockets stands nothing that works.

The session is brought into being by the cases, in the store of a broker that does not run yet.
"""

from __future__ import annotations

import argparse
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agent.wire import frames
from agent.wire.channel import AUTHORISATION
from audit.canonical import b64
from audit.keys import SigningKey
from audit.statement_parts import Channel
from broker.api.who import COOKIE
from broker.cases.change_policy import begin_policy
from broker.parts import Parts
from tests.bench import by_hand, load
from tests.broker.world import ACCOUNT, DRAFT, World
from tests.stories.telling import Story, wish
from web.commands import run_broker, serve
from web.commands.run_broker import make_parts
from web.demo.machine import Ports

TIME = "2026-11-10T08:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A customer with one running session that may use a screen. `cookie` is its technician's."""

    tenant: str
    host: str
    identity: SigningKey
    next_n: int
    session: str
    cookie: str
    origin: str


async def parts_at(state: Path, ports: Ports, stack: AsyncExitStack, database: str | None = None) -> Parts:
    """Real parts of the broker that will run on this state and these ports."""
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    told = ["--state", str(state), "--signing-origin", f"http://firma.localhost:{ports.signing}"]
    told += [] if database is None else ["--database", database]
    state.mkdir(parents=True)
    return await make_parts(run_broker.settings_of(parser.parse_args(told), ports.broker, ports.ssh), stack)


async def prepare(state: Path, ports: Ports) -> Prepared:
    async with AsyncExitStack() as stack:
        parts = await parts_at(state, ports, stack)
        world = await World.make(parts)
        story = await Story.begin(world)
        rules = replace(
            DRAFT, accounts=((world.host.id, ACCOUNT),), channels=("terminal", "desktop"), witnesses=0
        )
        await world.titolare.sign(await begin_policy(parts, world.titolare.who, rules))
        await story.agent.obey()
        asked = await story.ask(wish(Channel("desktop", control=True)))
        await story.approve(asked.request, supervision="waived")
        session = (await story.session_of(asked.request)).permit.id
        await story.activate(session)
        await story.agent.obey()
        return Prepared(
            world.tenant, world.host.id, world.agent.identity, story.agent.next_n, session,
            f"{COOKIE}={world.technician.token}", parts.settings.origin,
        )  # fmt: skip


class RawHost:
    """Its control link, answered by a thread, and the channels that it is asked for."""

    def __init__(self, port: int, known: Prepared) -> None:
        self._port = port
        self._known = known
        self._channels: queue.Queue[socket.socket] = queue.Queue()
        self._link = by_hand.dial(port, frames.LINK_PATH)
        self._reader = by_hand.Reader(self._link, framed=True)
        self._greet()
        self._link.settimeout(None)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def channel(self) -> socket.socket:
        """The next one that was asked for, dialled back."""
        return self._channels.get(timeout=load.PATIENCE_S)

    def close(self) -> None:
        self._link.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._link.close()

    def _greet(self) -> None:
        challenge = self._read()
        assert isinstance(challenge, frames.Challenge)
        known = self._known
        hello = frames.Hello(
            tenant=known.tenant, host=known.host, version="bench", boot="bench", time=TIME,
            next_host_n=known.next_n, head_size=0, signature="A" * 86,
        )  # fmt: skip
        signature = b64(known.identity.sign(hello.message(challenge.nonce)))
        self._send(replace(hello, signature=signature))
        assert isinstance(self._read(), frames.Welcome)

    def _read(self) -> frames.Frame:
        opcode, data = self._reader.message()
        if opcode == 8:
            raise ConnectionError(data)
        return frames.decode(data.decode())

    def _send(self, frame: frames.Frame) -> None:
        self._link.sendall(by_hand.frame(frames.encode(frame).encode(), opcode=1))

    def _serve(self) -> None:
        try:
            while True:
                match self._read():
                    case frames.Ping(at):
                        self._send(frames.Pong(at))
                    case frames.OpenChannel() as asked:
                        shown = {"Authorization": f"{AUTHORISATION} {asked.pass_}"}
                        self._channels.put(by_hand.dial(self._port, frames.CHANNEL_PATH, shown))
                    case _:
                        pass
        except (OSError, AssertionError):
            return  # the broker has gone, or this host


@contextmanager
def screen(port: int, known: Prepared, host: RawHost) -> Iterator[tuple[socket.socket, socket.socket]]:
    """(the technician's page, the host's end) of a channel that carries bytes as they are."""
    shown = {"Origin": known.origin, "Cookie": known.cookie}
    with by_hand.dial(port, f"/api/sessions/{known.session}/desktop", shown) as page, host.channel() as far:
        yield page, far
