"""Two moments people wait for: approved until it works, *Termina* until it is over."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from agent.wire.channel import Tag, pack
from audit.canonical import unb64
from audit.statements import PARSERS
from tests.bench import load
from tests.bench.conftest import Stack, open_session
from tests.bench.peers import OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary
from web.demo.client import Browser, payload
from web.demo.headless import ask

STROKES = 40
STROKE_ROUNDS = 10
ROUNDS = 7
STOP_S = 2.0  # the issue's: "ends shell and children on the host within 2 s"
# A shell with a child, a grandchild with its parent, and one that left for a session of its own.
FAMILY = (
    "echo $$; sleep 600 & echo $!; (sleep 601 & echo $!; wait) & echo $!; "
    "setsid sleep 602 & echo $!; sleep 0.2; echo end; wait"
)
MEMBERS = 5


@dataclass(slots=True)
class Moments:
    approve: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    stop: list[float] = field(default_factory=list)
    request: list[float] = field(default_factory=list)


def test_approve_to_first_byte_and_stop_to_dead(
    stack: Stack, openssh: OpenSsh, figures: list[Figure]
) -> None:
    """From the approval's POST to the first byte of an `ssh`; from *Termina*'s POST to the last death."""
    moments = Moments()
    asyncio.run(_rounds(stack, openssh, moments))
    figures.append(
        Figure(
            "approval to first byte of ssh",
            "ms",
            Summary.of(moments.approve),
            Peer("next ssh, same session", Summary.of(moments.again)),
        )
    )
    figures.append(
        Figure(
            "Termina to shell and children dead",
            "ms",
            Summary.of(moments.stop),
            Peer("a GET of the broker", Summary.of(moments.request)),
            (Bar("at most", 1000 * STOP_S, "value"),),
        )
    )
    assert min(moments.stop) > 0


async def _rounds(stack: Stack, openssh: OpenSsh, moments: Moments) -> None:
    stage = stack.running.stage
    async with stage.logged_in("technician") as technician, stage.logged_in("ads") as ads:
        await _round(stack, openssh, technician, ads, Moments())
        for _ in range(ROUNDS):
            await _round(stack, openssh, technician, ads, moments)


async def _round(stack: Stack, openssh: OpenSsh, technician: Browser, ads: Browser, moments: Moments) -> None:
    request = await ask(technician, stack.running.stage.host, "Una misura.", ("terminal", "exec"))
    signed = await _signed(ads, request)
    began = time.perf_counter()
    await ads.post("/api/signing/finish", **signed)
    session = str((await technician.get(f"/api/requests/{request}"))["session"])
    await technician.activate(session)
    while (await technician.get(f"/api/requests/{request}"))["phase"] != "active":
        continue  # each look is a round trip; a page is told by an event
    through = openssh.through(session)
    load.first_byte_s(through)
    moments.approve.append(1000 * (time.perf_counter() - began))
    moments.again.append(1000 * load.first_byte_s(through))
    began = time.perf_counter()
    await ads.get(f"/api/requests/{request}")
    moments.request.append(1000 * (time.perf_counter() - began))
    with load.family(through, FAMILY) as pids, load.watched(pids) as handles:
        assert len(handles) == MEMBERS
        async with asyncio.TaskGroup() as group:
            began = time.perf_counter()
            group.create_task(ads.post(f"/api/sessions/{session}/stop"))
            dying = group.create_task(asyncio.to_thread(load.all_dead_at, handles))
        moments.stop.append(1000 * (dying.result() - began))


async def _signed(ads: Browser, request: str) -> dict[str, Any]:
    """What the approver's browser brings back from the signing page, not sent yet."""
    begun = await ads.post(
        f"/api/requests/{request}/approval/begin", supervision="waived", demo_software=True
    )
    asked = payload(begun["url"])
    statement = unb64(asked["statement"], max_bytes=64 * 1024)
    said = ads._signing.assertion(PARSERS[json.loads(statement)["type"]](statement).digest)
    return {"state": asked["state"], "assertion": said.to_value()}


def test_browser_keystroke(
    stack: Stack, openssh: OpenSsh, chance: random.Random, figures: list[Figure]
) -> None:
    """The same keystroke as by `ssh`, by the socket that the dashboard's terminal speaks."""
    samples: dict[str, list[float]] = {"Verbale": [], "ProxyJump": []}
    with asyncio.run(_browser_terminal(stack)) as page, load.Keyboard(openssh.jumping()) as board:
        page.send(pack(Tag.DATA, b"exec cat >/dev/null\n"))
        _quiet(page)
        _strokes(page, STROKES, chance)
        board.type_s(STROKES, chance)
        for name in load.shuffled(list(samples), STROKE_ROUNDS, chance):
            typed = _strokes(page, STROKES, chance) if name == "Verbale" else board.type_s(STROKES, chance)
            samples[name] += [1000 * s for s in typed]
    for share, name in ((0.5, "keystroke by browser, p50"), (0.99, "keystroke by browser, p99")):
        peer = Peer("ProxyJump", Summary.of(samples["ProxyJump"], share))
        figures.append(Figure(name, "ms", Summary.of(samples["Verbale"], share), peer))
    assert len(samples["Verbale"]) == STROKES * STROKE_ROUNDS


async def _browser_terminal(stack: Stack) -> ClientConnection:
    session = await open_session(stack.running)
    async with stack.running.stage.logged_in("technician") as technician:
        origin = technician.origin
        return connect(
            f"{origin.replace('http', 'ws', 1)}/api/sessions/{session}/terminal",
            additional_headers={"Cookie": technician.cookie},
            origin=Origin(origin),
            compression=None,
        )


def _quiet(page: ClientConnection) -> None:
    """Until the shell's greeting and the command's echo are through."""
    try:
        while True:
            page.recv(timeout=1)
    except TimeoutError:
        return


def _strokes(page: ClientConnection, count: int, chance: random.Random) -> list[float]:
    taken = []
    for typed in range(count):
        time.sleep(chance.uniform(0.002, 0.006))
        began = time.perf_counter()
        page.send(pack(Tag.DATA, b"x"))
        echo = page.recv(timeout=load.PATIENCE_S)
        taken.append(time.perf_counter() - began)
        assert echo == pack(Tag.DATA, b"x"), (typed, echo)
    page.send(pack(Tag.DATA, b"\n"))  # a terminal's line buffer ends at 4,096
    got = b""
    while not got.endswith(b"\n"):
        got += page.recv(timeout=load.PATIENCE_S)[1:]
    return taken
