"""The window's calls to the agent, each on a thread of its own so that the window never freezes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent import desk_call
from agent.desk_call import DeskSaysNo
from agent.language import Language

T = TypeVar("T")


class Calls:
    """`due` runs what came back, on the caller's own thread; call it often."""

    def __init__(self, state_dir: Path, language: Language) -> None:
        self._folders = [state_dir]
        self._language = language
        self._back: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def due(self) -> None:
        while not self._back.empty():
            self._back.get()()

    def aside(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """`work` on a thread, `then` with its answer in `due`. Daemonic: a dead agent holds no window open."""

        def run() -> None:
            answer = work()
            self._back.put(lambda: then(answer))

        threading.Thread(target=run, daemon=True).start()

    def interrupt(self, session: str | None, then: Callable[[str], None]) -> None:
        self.aside(
            lambda: self._said(
                lambda: desk_call.request_interrupt(self._folders, session, language=self._language)
            ),
            then,
        )

    def answer(self, session: str, *, allow: bool, then: Callable[[str], None]) -> None:
        self.aside(
            lambda: self._said(
                lambda: desk_call.request_answer(self._folders, session, allow=allow, language=self._language)
            ),
            then,
        )

    def shown(self, session: str, then: Callable[[bool], None]) -> None:
        self.aside(lambda: self._done({"op": "shown", "session": session}), then)

    def ended(self, session: str, then: Callable[[str], None]) -> None:
        """How it ended; empty where the agent does not know any more, or is gone."""
        self.aside(lambda: self._text({"op": "ended", "session": session}), then)

    def report(self, session: str, text: str, then: Callable[[str], None]) -> None:
        self.aside(
            lambda: self._said(
                lambda: desk_call.request_report(self._folders, session, text, language=self._language)
            ),
            then,
        )

    def explain(self, session: str, text: str, then: Callable[[str], None]) -> None:
        self.aside(
            lambda: self._said(
                lambda: desk_call.request_explain(self._folders, session, text, language=self._language)
            ),
            then,
        )

    def information(self, session: str, then: Callable[[str], None]) -> None:
        self.aside(
            lambda: self._said(
                lambda: desk_call.request_information(self._folders, session, language=self._language)
            ),
            then,
        )

    def is_there(self, then: Callable[[bool], None]) -> None:
        self.aside(lambda: self._done({"op": "status"}), then)

    def _said(self, call: Callable[[], str]) -> str:
        try:
            return call()
        except DeskSaysNo as no:
            return str(no)

    def _done(self, order: dict[str, str]) -> bool:
        try:
            desk_call.request(self._folders, order)
        except DeskSaysNo:
            return False
        return True

    def _text(self, order: dict[str, str]) -> str:
        try:
            return str(desk_call.request(self._folders, order, self._language)["text"])
        except DeskSaysNo:
            return ""
