"""The technician's terminal in a real browser: frames, sizes, keys, and how far it is with drawing."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests import hostile
from tests.web import samples as s
from tests.web.stand_in import Broker, Line

MEGABYTE = 1 << 20


def terminal(stand_in: Broker) -> tuple[Page, Line]:
    """Open, its socket up."""
    line = Line()
    stand_in.page.route_web_socket("**/terminale*", line.opened)
    page = stand_in.show("session.html", s.SESSION)
    page.locator(".xterm-helper-textarea").wait_for(state="attached")
    expect(page.locator("#terminale-stato")).to_be_empty()  # no longer opening
    return page, line


def test_terminal_speaks_tagged_frames(stand_in: Broker) -> None:
    """Keys go as DATA; output is drawn, in its colours, and nothing needed an inline style."""
    page, line = terminal(stand_in)
    line.send(b"\x00\x1b[38;2;10;200;30mciao\x1b[0m dal terminale\r\n")
    line.send(b"\x01errore a parte\r\n")
    rows = page.locator(".xterm-rows")
    expect(rows).to_contain_text("ciao dal terminale")
    expect(rows).to_contain_text("errore a parte")
    expect(rows.locator("span", has_text="ciao").first).to_have_css("color", "rgb(10, 200, 30)")
    assert rows.evaluate("e => e.children[0].getBoundingClientRect().height") > 10
    page.locator(".plain-lines summary").click()
    expect(page.locator("#righe")).to_contain_text("ciao dal terminale")
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.type("lsì")

    def typed() -> bytes:
        return b"".join(one[1:] for one in line.frames if one[0] == 0)

    stand_in.wait_for(lambda: typed() == "lsì".encode(), "what was typed")


def test_the_window_is_told(stand_in: Broker) -> None:
    """Its size first, in the address; then whenever it changes."""
    page, line = terminal(stand_in)
    before = int(parse_qs(urlsplit(line.sockets[0].url).query)["cols"][0])
    page.set_viewport_size({"width": 900, "height": 700})

    def columns() -> list[int]:
        return [int.from_bytes(one[1:3], "big") for one in line.frames if one[0] == 2 and len(one) == 5]

    stand_in.wait_for(lambda: bool(columns()) and columns()[-1] != before, "another width")


def test_drawing_is_told_so_that_the_host_can_wait(stand_in: Broker) -> None:
    """Every so often the page says how much of what came it has drawn; in the end it has drawn it all."""
    _, line = terminal(stand_in)
    block = b"\x00" + b"x" * 16_383 + b"\n"
    for _ in range(MEGABYTE // 16_384):
        line.send(block)

    def drawn() -> list[int]:
        return [int(said["drawn"]) for said in line.texts()]

    stand_in.wait_for(lambda: bool(drawn()) and drawn()[-1] > MEGABYTE - 128 * 1024, "nearly all drawn")
    assert drawn() == sorted(drawn())
    assert len(drawn()) <= 8
    assert drawn()[-1] <= MEGABYTE


def test_terminal_says_why_it_closed_and_opens_again(stand_in: Broker) -> None:
    page, line = terminal(stand_in)
    line.send(b'\x05{"status":3}')
    line.sockets[0].close(code=1000)
    expect(page.locator("#terminale-stato")).to_contain_text("Il terminale è chiuso. (3)")
    page.get_by_role("button", name="Riapri il terminale").click()
    stand_in.wait_for(lambda: len(line.sockets) == 2, "a second socket")


def test_a_refusal_is_said_in_the_page_s_language(stand_in: Broker) -> None:
    line = Line()
    stand_in.page.route_web_socket("**/terminale*", line.opened)
    page = stand_in.show("session.html", s.SESSION, replace(s.SHELL, lang="en"))
    stand_in.wait_for(lambda: bool(line.sockets), "a socket")
    line.send({"refused": "session_ended", "it": "La sessione è finita.", "en": "The session has ended."})
    line.sockets[0].close(code=4403)
    expect(page.locator("#terminale-stato")).to_contain_text("The session has ended.")


def test_keys_belong_to_the_terminal(stand_in: Broker) -> None:
    """A single letter pressed in the terminal opens no dialog, and reaches the host; Ctrl+Alt+Esc leaves it."""
    page, line = terminal(stand_in)
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.press("x")
    stand_in.wait_for(lambda: b"\x00x" in line.frames, "the key")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+Alt+Escape")
    expect(page.locator(".xterm-helper-textarea")).not_to_be_focused()


def test_what_a_host_says_reaches_nothing_but_the_screen(stand_in: Broker) -> None:
    """No link to press, no word on the clipboard, no other title: a host's output is a stranger's text."""
    page, line = terminal(stand_in)
    before = page.title()
    dialogs: list[str] = []
    pages: list[object] = []
    page.on("dialog", lambda asked: (dialogs.append(asked.message), asked.dismiss()))
    page.context.on("page", lambda opened: pages.append(opened))  # noqa: PLW0108 - a plain method takes no mark
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('mio')")
    line.send(b"\x00\x1b]0;un altro titolo\x07\x1b]52;c;c3Vv\x07")
    line.send(b"\x00\x1b]8;;https://altrove.example/\x1b\\PREMA QUI\x1b]8;;\x1b\\ e poi\r\n")
    there = page.locator(".xterm-rows")
    expect(there).to_contain_text("PREMA QUI")
    box = page.locator(".xterm-screen").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 8)
    page.mouse.click(box["x"] + 30, box["y"] + 8)
    page.wait_for_timeout(200)
    assert (dialogs, pages, page.title()) == ([], [], before)
    assert page.evaluate("navigator.clipboard.readText()") == "mio"


def test_no_answer_of_the_terminal_is_the_hosts_own_text(stand_in: Broker) -> None:
    """It is asked for its title, colours, settings; what it says goes to the host, and is nothing that came from one."""
    page, line = terminal(stand_in)
    pages: list[object] = []
    page.context.on("page", lambda opened: pages.append(opened))  # noqa: PLW0108 - a plain method takes no mark
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    before = page.title(), page.viewport_size
    for sequence in hostile.SEQUENCES:
        line.send(b"\x00" + sequence + b"\x1b[21t\x1b[20t")
    line.send(b"\x00\x1bc" + "".join(hostile.TURNED).encode() + b"\r\nancora viva\r\n")
    expect(page.locator(".xterm-rows")).to_contain_text("ancora viva")
    assert ((page.title(), page.viewport_size), pages, faults) == (before, [], [])
    typed = b"".join(frame[1:] for frame in line.frames if isinstance(frame, bytes) and frame[:1] == b"\x00")
    for word in (b"titolo", b"altrove", b"c3Vv", b"\r", b"\n"):
        assert word not in typed, typed


def query(line: Line, place: int = -1) -> dict[str, str]:
    return {key: one for key, [one] in parse_qs(urlsplit(line.sockets[place].url).query).items()}


def test_a_short_cut_loses_nothing(stand_in: Broker) -> None:
    """It comes back to the same seat, and says how much of the channel it has."""
    page, line = terminal(stand_in)
    line.send({"seat": "abc", "at": 0})
    line.send(b"\x00prima\r\n")
    expect(page.locator(".xterm-rows")).to_contain_text("prima")
    line.sockets[0].close(code=1012)
    expect(page.locator("#terminale-stato")).to_contain_text("Collegamento interrotto")
    stand_in.wait_for(lambda: len(line.sockets) == 2, "it comes back")
    assert (query(line)["seat"], query(line)["at"]) == ("abc", "7")
    line.send({"seat": "abc", "at": 7})
    line.send(b"\x00dopo\r\n")
    expect(page.locator(".xterm-rows")).to_contain_text("dopo")
    expect(page.locator(".xterm-rows")).to_contain_text("prima")
    line.sockets[1].close(code=1000)
    expect(page.locator("#terminale-stato")).to_contain_text("Il terminale è chiuso.")


def test_a_page_loaded_anew_has_its_terminals_again(stand_in: Broker) -> None:
    page, line = terminal(stand_in)
    line.send({"seat": "uno", "at": 0})
    page.get_by_role("button", name="Altro terminale").click()
    stand_in.wait_for(lambda: len(line.sockets) == 2, "a second terminal")
    assert "seat" not in query(line)
    line.send({"seat": "due", "at": 0})
    page.wait_for_function("Object.values(sessionStorage).some((one) => one.includes('due'))")
    page.reload()
    stand_in.wait_for(lambda: len(line.sockets) == 4, "both again")
    assert [query(line, place).get("seat") for place in (2, 3)] == ["uno", "due"]
    assert "at" not in query(line), "its screen is empty"
    line.send({"seat": "due", "at": 100})
    line.sockets[3].close(code=1001)
    stand_in.wait_for(lambda: len(line.sockets) == 5, "it comes back")
    assert query(line)["at"] == "100"


def test_a_seat_that_is_no_more_makes_room_for_another(stand_in: Broker) -> None:
    page, line = terminal(stand_in)
    line.send({"seat": "uno", "at": 0})
    page.wait_for_function("Object.values(sessionStorage).some((one) => one.includes('uno'))")
    page.reload()
    stand_in.wait_for(lambda: len(line.sockets) == 2, "the seat is asked for")
    line.send({"lost": True})
    line.sockets[1].close(code=1000)
    stand_in.wait_for(lambda: len(line.sockets) == 3, "a terminal of its own")
    assert "seat" not in query(line)


def test_a_terminal_is_shown_and_closed_by_its_button(stand_in: Broker) -> None:
    page, line = terminal(stand_in)
    line.send({"seat": "uno", "at": 0})
    page.get_by_role("button", name="Altro terminale").click()
    stand_in.wait_for(lambda: len(line.sockets) == 2, "a second terminal")
    line.send({"seat": "due", "at": 0})
    line.send(b"\x00secondo\r\n")
    expect(page.locator(".term-pane:visible .xterm-rows")).to_contain_text("secondo")
    page.get_by_role("button", name="Terminale 1").click()
    line.sockets[0].send(b"\x00primo\r\n")
    expect(page.locator(".term-pane:visible .xterm-rows")).to_contain_text("primo")
    page.get_by_role("button", name="Terminale 2").click()
    page.get_by_role("button", name="Chiudi questo terminale").click()
    stand_in.wait_for(lambda: {"leave": True} in list(line.texts()), "it leaves for good")
