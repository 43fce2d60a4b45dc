"""Keeps the window open while there is something to show: a crash opens it again, and does nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from agent import desk_call
from agent.system.here import seats
from agent.system.seats import Desktop, Window

DONE = 0  # of the window: it had nothing left to show
NO_SCREEN, NOT_NEEDED = QUIET = (3, 4)  # nothing to show it on, or with; another window shows it there
AGAIN_S, LONGEST_AGAIN_S = 0.5, 5.0
NEWS_LIMIT_S = 70.0
NO_AGENT_S = 5.0
Show = Callable[[Path, Desktop], Window]


def is_anything_to_show(state_dir: Path) -> bool:
    return any((state_dir / "desk").glob("*.json"))


class Keeper:
    """Of one agent's folder. `call` is for the agent itself: it waits for nothing."""

    def __init__(
        self,
        state_dir: Path,
        log: Callable[[str], None],
        *,
        found: Callable[[], Sequence[Desktop]] = seats.found,
        show: Show = seats.show,
    ) -> None:
        self._state_dir = state_dir
        self._log = log
        self._found = found
        self._show = show
        self._kept: dict[Desktop, threading.Thread] = {}
        self._turn = threading.Lock()

    def call(self) -> bool:
        """A window on every desktop there is; whether there is one. From any thread."""
        places = self._found()
        with self._turn:
            for place in places:
                there = self._kept.get(place)
                if there is None or not there.is_alive():
                    self._kept[place] = threading.Thread(target=self.keep, args=(place,), daemon=True)
                    self._kept[place].start()
        return bool(places)

    def keep(self, place: Desktop) -> None:
        """Until there is nothing to show, or the window says that it is not needed."""
        again_s = AGAIN_S
        while is_anything_to_show(self._state_dir):
            try:
                code = self._show(self._state_dir, place).wait()
            except OSError as wrong:
                self._log(f"the window at the desk cannot be opened: {wrong}")
                return
            if code in QUIET:
                return
            if code != DONE:
                self._log(f"the window at the desk ended with {code}; it is opened again")
            elif not is_anything_to_show(self._state_dir):
                return
            time.sleep(again_s)
            again_s = min(2 * again_s, LONGEST_AGAIN_S)


def attend(folders: Sequence[Path], place: Desktop, log: Callable[[str], None]) -> None:
    """What log-in starts: waits at the agent's socket, and shows when there is something. Never returns."""
    for folder in folders[1:]:
        threading.Thread(target=_attend, args=(folder, place, log), daemon=True).start()
    _attend(folders[0], place, log)


def _attend(folder: Path, place: Desktop, log: Callable[[str], None]) -> None:
    keeper, known = Keeper(folder, log), ""
    while True:
        news = desk_call.request_news(folder, known, NEWS_LIMIT_S)
        if news is None:
            time.sleep(NO_AGENT_S)
        known = news or ""
        keeper.keep(place)
