"""Which VNC server shows a screen: what is installed, for its kind, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.channels.vnc_servers import SERVERS, installed

X11, WAYLAND = {"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}


@pytest.mark.parametrize(
    ("there", "environment", "wanted", "found"),
    [
        (("x11vnc", "X0tigervnc"), X11, "see", "X0tigervnc"),
        (("x11vnc", "X0tigervnc"), X11, "copy", "x11vnc"),
        (("x11vnc", "X0tigervnc"), X11, "use", "x11vnc"),  # of another keyboard than this host's
        (("X0tigervnc",), X11, "copy", "X0tigervnc"),
        (("x0vncserver",), X11, "see", "x0vncserver"),
        (("wayvnc", "x11vnc"), WAYLAND, "see", "wayvnc"),
        (("wayvnc", "x11vnc"), {**X11, **WAYLAND}, "see", "wayvnc"),
        (("x11vnc",), {**X11, **WAYLAND}, "see", None),
        (("wayvnc",), X11, "see", None),
        ((), X11, "see", None),
    ],
)
def test_the_first_that_can(
    tmp_path: Path,
    there: tuple[str, ...],
    environment: dict[str, str],
    wanted: str,
    found: str | None,
) -> None:
    for name in there:
        (tmp_path / name).touch(mode=0o755)
    chosen = installed(str(tmp_path), environment, control=wanted != "see", clipboard=wanted == "copy")
    assert (None if chosen is None else chosen.program) == found


@pytest.mark.parametrize("server", SERVERS, ids=lambda one: one.program)
def test_each_listens_on_its_socket_and_is_told_what_was_approved(server: object) -> None:
    seen = server.command(control=False, clipboard=False)  # type: ignore[attr-defined]
    used = server.command(control=True, clipboard=True)  # type: ignore[attr-defined]
    assert "rfb" in seen
    assert set(used) < set(seen), "less is approved, more is forbidden"
