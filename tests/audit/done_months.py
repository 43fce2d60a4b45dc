"""Frozen bundles about what is done in sessions, and about who plays what was recorded of them.

One month is closed and its report lists everything; the others are open, each the same bytes whenever it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from audit import instant
from audit.channel_records import ClipboardCopied, ToolStarted
from audit.person_records import RecordRead
from audit.record import Actor
from audit.recording_records import PlaybackAllowed, PlaybackAsked
from audit.statement_parts import Channel
from tests.audit import all_doings
from tests.audit.all_doings import CHANNELS, DIGEST, RDP, TOOL, begun, file, opens
from tests.audit.recorded import CHANNEL, Recorded, frozen, recorded_session
from tests.audit.world import ADS, TITOLARE, World

FILES, FORWARD, SCREEN, _ = CHANNELS
BOSS, AIDE = Actor(TITOLARE, "titolare"), Actor(ADS, "ads")


def _files(**changes: object) -> Callable[[], World]:
    def made() -> World:
        w, session = begun((FILES,))
        opens(w, session, "c-1", "files")
        file(w, session, 1, **changes)
        return w

    return made


def _other_text() -> World:
    w, session = begun((FILES,))
    opens(w, session, "c-1", "files")
    file(w, session, 1, file=DIGEST)
    return w


def _other_port() -> World:
    w, session = begun((FORWARD,))
    opens(w, session, "c-1", "forward", port=RDP.id, number=22)
    return w


def _used_screen() -> World:
    """It was to be seen."""
    w, session = begun((Channel("desktop"),))
    opens(w, session, "c-1", "desktop", "browser", control=True)
    return w


def _clipboard() -> World:
    w, session = begun((Channel("desktop", control=True),))
    opens(w, session, "c-1", "desktop", "browser", control=True)
    w.told(ClipboardCopied("c-1", "from_host", 12, DIGEST, ""), session=session)
    return w


def _other_tool() -> World:
    w, session = begun((SCREEN,))
    w.told(ToolStarted(TOOL.id, DIGEST, "not_seen", ""), session=session)
    return w


def _played(*acts: Callable[[World, str], tuple[Actor, object]]) -> Callable[[], World]:
    """Once the session is over, and its recording is kept."""

    def made() -> World:
        sessions: list[str] = []

        def close(one: Recorded) -> None:
            one.close()
            sessions.append(one.session)

        w = recorded_session({"tsa": True}, act=close, seal=frozen)
        for act in acts:
            w.wait(minutes=1)
            by, record = act(w, sessions[0])
            w.append(record, actor=by)  # type: ignore[arg-type]
        return w

    return made


def _allow(w: World, session: str) -> tuple[Actor, object]:
    until = instant.to_text(instant.whole_ms(w.now + timedelta(hours=24)))
    return BOSS, PlaybackAllowed("v-1", session, ADS, "incident", until)


def _play(_w: World, _session: str) -> tuple[Actor, object]:
    return AIDE, RecordRead(ADS, "recording", "::1", CHANNEL, "incident", "v-1")


def _ask(_w: World, session: str) -> tuple[Actor, object]:
    """Not his to ask for."""
    return AIDE, PlaybackAsked("v-1", session, "incident")


DONE_MONTHS: dict[str, tuple[Callable[[], World], str | None, str | None]] = {
    "doings": (all_doings.month, None, None),
    "file-direction": (_files(direction="to_host"), "UNAPPROVED", "channel_not_granted"),
    "file-text": (_other_text, "ALTERED", "file_text_differs"),
    "file-count": (_files(agrees=False), "DISPUTED", "file_count_differs"),
    "port": (_other_port, "UNAPPROVED", "channel_not_granted"),
    "screen": (_used_screen, "UNAPPROVED", "channel_not_granted"),
    "clipboard": (_clipboard, "UNAPPROVED", "channel_not_granted"),
    "tool": (_other_tool, "UNAPPROVED", "channel_not_granted"),
    "played": (_played(_allow, _play), None, None),
    "playback-order": (_played(_ask), "RECORDING", "playback_order"),
    "played-without-leave": (_played(_play), "RECORDING", "played_without_leave"),
}
