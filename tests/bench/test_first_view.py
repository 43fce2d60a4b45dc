"""How soon a page shows something on a slow telephone that was never here: the deployed broker, a throttled browser.

The profile is that of Lighthouse's mobile audits: 150 ms for each answer, 1.6 Mbit/s down, 750 kbit/s up, and a
processor four times slower than this one. The peer is the same page as bare HTML: what no page of these words can
come below. Pages of the broker are not compressed (BREACH), scripts and sheets are.
"""

from __future__ import annotations

import asyncio
import random
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.bench import load
from tests.bench.conftest import Stack
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.web.browser import chromium

ROUNDS = 7
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}  # bytes a second
SLOWER = 4
LIMIT_S = 1.0
PHONE = ViewportSize(width=390, height=844)
PAINT = """() => new Promise((done) => {
  const paints = () => performance.getEntriesByName("first-contentful-paint");
  const look = () => paints().length ? done(paints()[0].startTime) : setTimeout(look, 20);
  look();
})"""


@dataclass(frozen=True)
class View:
    name: str
    path: str
    person: str | None


@contextmanager
def bare(html: bytes) -> Iterator[str]:
    """Nothing but this text, by a server that does nothing else."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(head % len(html) + html)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def only_words(html: str) -> bytes:
    """Without what a page loads: scripts, sheets, fonts, pictures."""
    return re.sub(r"<(?:script|link)\b[^>]*>(?:</script>)?", "", html).encode()


def first_paint_s(context: BrowserContext, address: str) -> float:
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", SLOW)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    took = float(page.evaluate(PAINT)) / 1000
    page.close()
    return took


async def _cookie(stack: Stack, person: str) -> str:
    async with stack.running.stage.logged_in(person) as one:
        return one.cookie


async def _asked(stack: Stack) -> str:
    async with stack.running.stage.logged_in("technician") as technician:
        said = await technician.post(
            "/api/requests", host=stack.running.stage.host, incident_text="La stampa esce bianca.",
            reason="Guardo la coda di stampa.", channels=[{"kind": "terminal"}],
            activities=[{"code": "GEST", "type": "ASS"}], longest_s=3600,
        )  # fmt: skip
    return str(said["request"])


def test_first_view_on_a_slow_telephone(stack: Stack, chance: random.Random, figures: list[Figure]) -> None:
    request = asyncio.run(_asked(stack))
    views = (
        View("log-in", "/entra", None),
        View("queue", "/coda", "technician"),
        View("request to sign", f"/richieste/{request}/approva", "ads"),
        View("month", "/titolare", "titolare"),
        View("owner’s page", "/gestione", "owner"),
    )
    cookies = {one.person: asyncio.run(_cookie(stack, one.person)) for one in views if one.person}
    with chromium() as browser:
        for one in views:
            cookie = cookies.get(one.person or "", "")
            ours, alone = taken(browser, stack.running.stage.origin, one.path, cookie, chance)
            assert len(ours) == len(alone) == ROUNDS
            figures.append(
                Figure(
                    f"first view on a slow telephone: {one.name}", "s", Summary.of(ours),
                    Peer("the same words alone", Summary.of(alone)), (Bar("at most", LIMIT_S, "value"),),
                )
            )  # fmt: skip


def taken(
    browser: Browser, origin: str, path: str, cookie: str, chance: random.Random
) -> tuple[list[float], list[float]]:
    """Seconds to the first paint of the page and of its words alone, by turns, each in a browser that knows nothing."""
    html = httpx.get(origin + path, headers={"Cookie": cookie} if cookie else {}).raise_for_status().text
    name, _, value = cookie.partition("=")
    took: dict[bool, list[float]] = {True: [], False: []}
    with bare(only_words(html)) as alone:
        for ours in load.shuffled((True, False), ROUNDS, chance):
            context = browser.new_context(viewport=PHONE)
            if cookie:
                context.add_cookies([{"name": name, "value": value, "url": origin}])
            took[ours].append(first_paint_s(context, origin + path if ours else alone))
            context.close()
    return took[True], took[False]
