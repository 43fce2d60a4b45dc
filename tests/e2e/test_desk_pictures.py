"""The pictures of the guide for the person at the desk, of real windows on a real X server, in both languages.

`VERBALE_SCREENS=docs/screens` keeps them there (`make docs`); else they are made, looked at and thrown away.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.window.look import ON_STOP, TEXT
from tests.agent.session_kit import eventually
from tests.e2e.test_desk_window import Screen, _slow_machine, armed, ask, desk, screen

__all__ = ["_slow_machine", "screen"]

KEPT = os.environ.get("VERBALE_SCREENS", "")
TITLES = {
    "it": ("Richiesta di collegamento", "Collegamento in corso", "Collegamento interrotto"),
    "en": ("Request to connect", "Connection under way", "Connection stopped"),
}


@pytest.mark.parametrize("lang", TITLES)
async def test_before_during_and_after(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("VERBALE_LANG", lang)
    folder = Path(KEPT or tmp_path).resolve() / lang
    folder.mkdir(parents=True, exist_ok=True)

    async def picture(name: str, title: str, ink: str) -> None:
        """Once it is drawn: `ink` is the colour of its words."""
        place = screen.place(await screen.window(title))
        await eventually(lambda: screen.photograph(name).count(ink, place) > 300)
        found = screen.photograph(name).png(screen.place(screen.windows(title)[0]))
        (folder / f"desk-{name}-desktop.png").write_bytes(found)

    asked, running, ended = TITLES[lang]
    async with desk(tmp_path, screen) as h:
        await ask(h, watched=True, recording=True)
        await picture("before", asked, TEXT)
        await armed()
        screen.key("Tab")
        screen.key("Return")
        await h.broker.until("session.started")
        await picture("during", running, ON_STOP)
        screen.key("ctrl+alt+i")
        assert (await h.broker.until("session.ended"))["reason"] == "stopped_by_desk"
        await picture("after", ended, TEXT)
        screen.key("Escape")
        await eventually(lambda: not screen.windows(ended))
