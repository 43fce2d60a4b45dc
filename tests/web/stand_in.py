"""Stands in for the broker before a real browser: pages from their views, answers from a table."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, WebSocketRoute

from audit import player
from tests.web import samples as s
from tests.web.browser import PATIENT_MS
from web import views as v
from web.templating import HEADERS, STATIC, Templates

ORIGIN = "http://localhost:8700"
PLAYER = Path(player.__file__).parent / "static"  # `web.mount` serves both
TEMPLATES = Templates()
HTML = {"content-type": "text/html; charset=utf-8"}
Answer = Callable[[Route], None]


def static_path(path: str) -> Path:
    """The file that `web.mount` serves there."""
    name = path.removeprefix("/static/")
    return next(one / name for one in (STATIC, PLAYER) if (one / name).exists())


class Broker:
    """Answers the page's origin; what it was sent stands in `posts`, what the page complained of in `complaints`."""

    def __init__(self, browser: Browser) -> None:
        self.page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.set_default_timeout(PATIENT_MS)
        self.pages: dict[str, str] = {}
        self.answers: dict[str, Any] = {}
        self.posts: list[tuple[str, Any]] = []
        self.complaints: list[str] = []
        self.fetched = 0  # how often the page has asked for itself again
        self.page.on("pageerror", lambda wrong: self.complaints.append(str(wrong)))
        self.page.on("console", lambda said: self._heard(said.text))
        self.page.route("**/*", self._answer)

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.complaints.append(text)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/api/login/rest":  # awake, unless a test says otherwise
            answer = self.answers.get(path, {"person": "p-1", "left_s": 900})
            answer(route) if callable(answer) else route.fulfill(json=answer)
            return
        if route.request.method == "POST" and path != "/api/login/act":
            self.posts.append((path, route.request.post_data))
        if path in self.answers:
            found = self.answers[path]
            if callable(found):
                found(route)
            else:
                route.fulfill(json=found)
        elif path in self.pages:
            self.fetched += route.request.resource_type == "fetch"
            route.fulfill(body=self.pages[path], headers=HEADERS | HTML)
        elif path.startswith("/static/"):
            file = static_path(path)
            route.fulfill(
                body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "font/woff2"
            )
        else:
            route.fulfill(status=404, body="")

    def make(self, template: str, view: Any, shell: v.Shell = s.SHELL) -> None:
        """What the page is from now on, for whoever asks."""
        self.pages["/pagina"] = TEMPLATES.page(template, view, shell)

    def show(self, template: str, view: Any, shell: v.Shell = s.SHELL) -> Page:
        self.make(template, view, shell)
        self.page.goto(f"{ORIGIN}/pagina")
        return self.page

    def stop_clock(self, at: str = "2026-11-12T11:00:00Z") -> None:
        """The next page's time stands still: it passes as the test moves it on, however slow the machine."""
        began = datetime.fromisoformat(at)
        self.page.clock.install(time=began - timedelta(seconds=1))
        self.page.clock.pause_at(began)

    def follow(self, selector: str) -> Callable[[], list[str]]:
        """What an element has said from now on, as it changed; empty while it is hidden. For what is shown
        for a moment only, which who asks from time to time may miss."""
        self.page.evaluate(
            """selector => {
              const found = document.querySelector(selector);
              const said = (window.followed ??= {})[selector] = [];
              const look = () => said.push(found.hidden ? "" : found.textContent);
              new MutationObserver(look).observe(found, { attributes: true, childList: true, subtree: true });
            }""",
            selector,
        )
        return lambda: list(self.page.evaluate("selector => window.followed[selector]", selector))

    def log_out(self) -> None:
        """From now on the page leads to the door. (A redirect the stand-in gave would go to the network.)"""
        self.page.evaluate("window.fetch = async () => ({ ok: true, redirected: true })")
        self.pages["/pagina"] = "<title>porta</title>"

    def arrive(self, path: str = "/arrivo") -> None:
        """A page to be led to."""
        self.answers[path] = lambda route: route.fulfill(body="<title>arrivo</title>", headers=HEADERS | HTML)

    def wait_for(self, done: Callable[[], bool], what: str) -> None:
        """Until something this stand-in sees has happened."""
        for _ in range(PATIENT_MS // 50):
            if done():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never: {what}")


class Line:
    """One WebSocket of the page: what it sent, and a way to send to it. What it asks of the line itself is apart."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.heard: list[bytes | str] = []
        self.asked: list[dict[str, Any]] = []

    def opened(self, socket: WebSocketRoute) -> None:
        def hear(data: bytes | str) -> None:
            if isinstance(data, str) and "echo" in json.loads(data):
                self.asked.append(json.loads(data))
            else:
                self.heard.append(data)

        socket.on_message(hear)
        self.sockets.append(socket)

    def send(self, data: bytes | dict[str, Any]) -> None:
        self.sockets[-1].send(data if isinstance(data, bytes) else json.dumps(data))

    @property
    def frames(self) -> list[bytes]:
        return [one for one in self.heard if isinstance(one, bytes)]

    def texts(self) -> Iterator[dict[str, Any]]:
        yield from (json.loads(one) for one in self.heard if isinstance(one, str))


def events(*messages: tuple[str, object]) -> Answer:
    """A stream that says this and ends; the browser asks again in a minute."""
    body = "retry: 60000\n\n" + "".join(
        f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in messages
    )
    return lambda route: route.fulfill(body=body, headers={"content-type": "text/event-stream"})
