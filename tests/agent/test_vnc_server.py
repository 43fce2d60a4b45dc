"""A row of the table of VNC servers: what it is told and what it reads."""

from __future__ import annotations

from pathlib import Path

from agent.channels.vnc_secret import to_file
from agent.channels.vnc_server import Show, VncServer

FOLDER = Path("/stato/screens/s-1")
SERVER = VncServer("vedi", "DISPLAY", ("-p", "{port}", "-c", "{folder}/x"), seen=("-v",), deaf=("-d",))


def show(*, control: bool = False, clipboard: bool = False) -> Show:
    return Show(FOLDER, b"abcdefgh", 40123, control, clipboard)


def test_it_is_told_port_folder_and_what_was_not_approved() -> None:
    told = ("vedi", "-p", "40123", "-c", f"{FOLDER}/x")
    assert SERVER.command(show()) == (*told, "-v", "-d")
    assert SERVER.command(show(control=True)) == (*told, "-d")
    assert SERVER.command(show(control=True, clipboard=True)) == told


def test_it_reads_its_secret_from_a_file_and_none_where_it_asks_for_none() -> None:
    assert SERVER.reads(show()) == {"secret": to_file(b"abcdefgh")}
    assert VncServer("vedi", "DISPLAY", (), secret=False).reads(show()) == {}
