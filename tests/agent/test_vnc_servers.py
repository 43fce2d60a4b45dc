"""Which VNC server shows a screen: what is installed, for its kind, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.channels.vnc_server import Show, VncServer
from agent.channels.vnc_servers import ON_LINUX, ON_MACOS, TABLES, found, installed
from agent.channels.vnc_windows import ON_WINDOWS

X11, WAYLAND = {"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}
ALL = [pytest.param(one, id=one.program) for table in TABLES.values() for one in table]
FOLDER = Path("/stato/screens/s-1")


@pytest.mark.parametrize(
    ("there", "environment", "wanted", "chosen"),
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
        (("x11vnc",), {}, "see", None),
        ((), X11, "see", None),
    ],
)
def test_the_first_that_can(
    tmp_path: Path,
    there: tuple[str, ...],
    environment: dict[str, str],
    wanted: str,
    chosen: str | None,
) -> None:
    for name in there:
        (tmp_path / name).touch(mode=0o755)
    one = installed(str(tmp_path), environment, control=wanted != "see", clipboard=wanted == "copy")
    assert (None if one is None else one.program) == chosen
    if one is not None:
        assert found(one, str(tmp_path)) == str(tmp_path / one.program)


def told(server: VncServer, *, control: bool, clipboard: bool) -> set[str]:
    return set(server.command(Show(FOLDER, b"abcdefgh", 40123, control, clipboard)))


@pytest.mark.parametrize("server", ON_LINUX, ids=lambda one: one.program)
def test_each_of_linux_listens_on_its_socket_and_is_told_what_was_approved(server: VncServer) -> None:
    seen = told(server, control=False, clipboard=False)
    assert "rfb" in seen
    assert told(server, control=True, clipboard=True) < seen, "less is approved, more is forbidden"
    assert not server.port


@pytest.mark.parametrize("server", ON_MACOS + ON_WINDOWS, ids=lambda one: one.program)
def test_each_of_another_system_has_a_port_of_its_session_and_asks_for_a_secret(server: VncServer) -> None:
    assert server.port
    assert server.secret
    assert server.screen == ""


def test_mac_vnc_listens_on_this_machine_alone_and_looks_where_that_is_all() -> None:
    (server,) = ON_MACOS
    assert server.command(Show(FOLDER, b"abcdefgh", 40123, control=False, clipboard=False)) == (
        "macVNC", "-rfbport", "40123", "-listen", "127.0.0.1", "-rfbportv6", "0", "-rfbauth", "secret",
        "-alwaysshared", "-viewonly",
    )  # fmt: skip
    assert told(server, control=True, clipboard=False) == told(server, control=False, clipboard=False) - {
        "-viewonly"
    }


@pytest.mark.parametrize("server", ALL)
def test_no_secret_is_on_a_command_line(server: VncServer) -> None:
    """Everybody on the machine reads those."""
    assert not any("abcdefgh" in word for word in told(server, control=True, clipboard=True))
