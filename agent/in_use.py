"""Which channels of a session are open now, for whoever sits at the desk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from agent.notice import MAX_LINE, plain
from audit import channel_words
from audit.channel_words import Pair
from audit.folders import FolderLine
from audit.statement_parts import Channel

LINGER_S = (
    2.0  # a page behind a port opens and closes one connection after the other: no flicker, no busy disk
)
_OWN = frozenset({"terminal", "exec"})  # of these nobody's terminal is told each time


class InUse:
    """`tell` gets the words of all that is open when that changes; `first` those of a port, the screen, files or
    a tool, once in the session; in Italian and in English. `folders`: those of the grant, all of which a channel for files reaches."""

    def __init__(
        self,
        folders: tuple[FolderLine, ...],
        tell: Callable[[tuple[Pair, ...]], None],
        first: Callable[[Pair], None],
    ) -> None:
        self._folders = folders
        self._tell = tell
        self._first = first
        self._open: dict[str, Channel] = {}
        self._said: tuple[Pair, ...] = ()
        self._known: set[Pair] = set()
        self._later: asyncio.TimerHandle | None = None

    def begins(self, channel: str, line: Channel) -> None:
        """`line`: of the grant."""
        self._open[channel] = line
        word = self._word(line, 1)
        if line.kind not in _OWN and word not in self._known:
            self._known.add(word)
            self._first(word)
        self._say()

    def ends(self, channel: str) -> None:
        if self._open.pop(channel, None) is not None and self._later is None:
            self._later = asyncio.get_running_loop().call_later(LINGER_S, self._say)

    def over(self) -> None:
        """Nothing more is told of this session."""
        if self._later is not None:
            self._later.cancel()

    def _word(self, line: Channel, count: int) -> Pair:
        if line.kind == "files":
            italian, english = channel_words.files_in_use(self._folders)
        else:
            italian, english = channel_words.in_use(line, count)
        return plain(italian, MAX_LINE), plain(english, MAX_LINE)

    def _say(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        words = tuple(
            sorted({self._word(line, count) for line, count in Counter(self._open.values()).items()})
        )
        if words != self._said:
            self._said = words
            self._tell(words)
