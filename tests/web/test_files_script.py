"""The files' panel against a host whose names attack and never end; what it does with an honest one is in tests/e2e."""

from __future__ import annotations

import struct
from dataclasses import replace

from playwright.sync_api import Page, WebSocketRoute, expect

from agent.wire.sftp import Op, packet, string
from tests import hostile
from tests.web import samples as s
from tests.web.stand_in import Broker

DATA = b"\x00"
FILE = struct.pack(">IQI", 0x01 | 0x04, 2**64 - 1, 0o100644)  # of a size that no file has


class Host:
    """Answers as a server of SFTP, with these names again and again, `turns` times."""

    def __init__(self, names: list[bytes], turns: int) -> None:
        self.names, self.turns = names, turns

    def opened(self, socket: WebSocketRoute) -> None:
        def hear(data: bytes | str) -> None:
            assert isinstance(data, bytes)
            socket.send(DATA + self.answer(data[5], data[6:10]))

        socket.on_message(hear)

    def answer(self, op: int, number: bytes) -> bytes:
        match op:
            case Op.INIT:
                return packet(Op.VERSION, struct.pack(">I", 3))
            case Op.REALPATH:
                return packet(Op.NAME, number, struct.pack(">I", 1), string(b"/srv"), string(b""), FILE)
            case Op.OPENDIR:
                return packet(Op.HANDLE, number, string(b"h"))
            case Op.READDIR if self.turns:
                self.turns -= 1
                rows = [string(name) + string(name) + FILE for name in self.names]
                return packet(Op.NAME, number, struct.pack(">I", len(rows)), *rows)
            case Op.READDIR:
                return packet(Op.STATUS, number, struct.pack(">I", 1), string(b""), string(b""))
            case _:
                return packet(Op.STATUS, number, bytes(4), string(b""), string(b""))


def listed(stand_in: Broker, host: Host) -> Page:
    stand_in.page.route_web_socket("**/file*", host.opened)
    page = stand_in.show("session.html", replace(s.SESSION, files=s.FILES, socket=""))
    page.get_by_role("button", name="Mostra i file").click()
    return page


def test_names_are_texts_and_nothing_hides_in_one(stand_in: Broker) -> None:
    names = [text.encode() for text in hostile.TEXTS] + [b"\xff\xfe\x80", b"n" * 255]
    page = listed(stand_in, Host(names, 1))
    expect(page.locator("[data-part=righe] tr")).to_have_count(len(names) + 1)
    rows = page.locator("[data-part=righe]")
    assert hostile.unseen(rows.inner_text()) == []
    assert rows.locator("img, script, svg, a").count() == 0
    assert page.evaluate("'hit' in window") is False
    expect(rows).to_contain_text("fattura\ufffdgnp.exe")


def test_a_folder_without_an_end_ends(stand_in: Broker) -> None:
    page = listed(stand_in, Host([b"x%d" % n for n in range(3000)], 1_000_000))
    expect(page.locator("[data-part=stato]")).to_have_text(
        "Sono elencati i primi 10.000 nomi di questa cartella."
    )
    expect(page.locator("[data-part=righe] tr")).to_have_count(10_001)
