"""The live view in a real browser: spliced onto its history, several channels, cut lines, refusals."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

from playwright.sync_api import Page, WebSocketRoute, expect

from tests import hostile
from tests.web import samples as s
from tests.web.stand_in import Broker, Line, events


def piece(channel: str, offset: int, data: bytes, gap: int = 0) -> bytes:
    """As broker/api/watch_ws.py sends it."""
    return struct.pack(">BBQ", len(channel), gap, offset) + channel.encode() + data


def view(stand_in: Broker, line: Line, lang: str = "it") -> Page:
    stand_in.page.route_web_socket("**/vista*", line.opened)
    page = stand_in.show("live.html", s.LIVE, replace(s.LETTER, lang=lang))  # type: ignore[arg-type]
    stand_in.wait_for(lambda: bool(line.sockets), "a socket")
    page.locator(".plain-lines summary").click()
    return page


def test_view_resumes_where_it_stopped(stand_in: Broker) -> None:
    """U-12: after a cut the history comes again and is drawn once; meanwhile the page says that it stands still."""
    line = Line()
    page = view(stand_in, line)
    line.send(piece("c-1", 0, b"prima riga\r\n"))
    expect(page.locator("#righe")).to_contain_text("prima riga")
    alarm, frozen = stand_in.follow("#allarme"), stand_in.follow("#fermo")
    line.sockets[0].close(code=1011)
    stand_in.wait_for(lambda: any(alarm()) and any("Fermo alle" in one for one in frozen()), "the alarm")
    stand_in.wait_for(lambda: len(line.sockets) == 2, "a second socket")
    line.send(piece("c-1", 0, b"prima riga\r\n"))
    line.send(piece("c-1", 6, b"riga\r\nseconda riga\r\n"))
    expect(page.locator("#righe")).to_have_text("prima riga\nseconda riga\n")
    expect(page.locator("#allarme")).to_be_hidden()


def test_lines_of_a_command_without_a_terminal_begin_at_the_left(stand_in: Broker) -> None:
    """Where there is a terminal, its window is told, and its lines stay as it ends them."""
    line = Line()
    page = view(stand_in, line)
    line.send(piece("c-1", 0, b"prima riga\nseconda riga\n"))
    expect(page.locator("#righe")).to_have_text("prima riga\nseconda riga\n")
    line.send(piece("c-2", 0, b""))
    line.send({"size": "c-2", "cols": 40, "rows": 10})
    line.send(piece("c-2", 0, b"sopra\nsotto"))
    expect(page.locator("#righe")).to_have_text("sopra\n     sotto")


def test_a_watcher_types_nothing(stand_in: Broker) -> None:
    """His keys go nowhere: nothing is sent on the socket."""
    line = Line()
    page = view(stand_in, line)
    line.send(piece("c-1", 0, b"$ "))
    keys = page.locator(".xterm-helper-textarea")
    keys.wait_for(state="attached")
    keys.focus()
    page.keyboard.type("rm")
    line.send(piece("c-1", 2, b"dopo\r\n"))
    expect(page.locator("#righe")).to_contain_text("dopo")  # whatever was typed is through by now
    assert line.heard == []


def test_what_a_host_draws_is_a_picture_and_no_more(stand_in: Broker) -> None:
    """What asks a terminal for answers, a title, a link or the clipboard gets none of them from whoever watches."""
    line = Line()
    page = view(stand_in, line)
    before = page.title()
    drawn = b"".join(hostile.SEQUENCES) + b"\x1bc" + "".join(hostile.TURNED).encode() + b"\r\nancora viva\r\n"
    line.send(piece("c-1", 0, b" "))
    line.send(
        {"size": "c-1", "cols": 10_000, "rows": 10_000}
    )  # the technician's window, as large as the wire takes
    line.send(piece("c-1", 1, drawn))
    expect(page.locator("#righe")).to_contain_text("ancora viva")
    assert (page.title(), line.frames, len(page.context.pages)) == (before, [], 1)
    assert page.locator("#righe a, #righe script, #righe img").count() == 0


def test_a_line_that_says_nothing_is_opened_anew(stand_in: Broker) -> None:
    """A cut in the middle closes no socket; a beat keeps a quiet line, its absence ends it."""
    line = Line()
    stand_in.stop_clock()
    page = view(stand_in, line)
    line.send(piece("c-1", 0, b"$ "))
    expect(page.locator(".xterm-helper-textarea")).to_be_attached()
    page.clock.fast_forward(39_000)
    line.send({"beat": True})
    line.send({"size": "c-1", "cols": 40, "rows": 10})
    expect(page.locator(".xterm-rows > div")).to_have_count(10)  # so the beat before it was heard
    page.clock.fast_forward(39_000)
    assert page.locator("#allarme").is_hidden()
    page.clock.fast_forward(2000)
    expect(page.locator("#allarme")).to_be_visible()
    page.clock.fast_forward(3000)
    stand_in.wait_for(lambda: len(line.sockets) == 2, "a second socket")


def test_view_of_several_channels_and_the_end(stand_in: Broker) -> None:
    """The newest channel is looked at, the others are one press away; what was lost and the end are said."""
    line = Line()
    page = view(stand_in, line)
    line.send(piece("c-1", 0, b"canale uno\r\n"))
    line.send(piece("c-2", 500, b"canale due\r\n", gap=1))
    line.send({"shut": "c-1"})
    expect(page.locator("#righe")).to_contain_text("canale due")
    expect(page.locator("#righe")).to_contain_text("una parte non è più disponibile")
    page.locator("#canali button").first.click()
    expect(page.locator("#righe")).to_contain_text("canale uno")
    expect(page.locator("#canali button").first).to_have_text("Canale 1, chiuso")
    line.send({"shut": "c-1"})  # as after a reconnection
    line.send({"ended": True})
    line.sockets[0].close(code=1000)
    expect(page.locator("#fermo")).to_have_text("La vista è finita.")
    expect(page.locator("#canali button").first).to_have_text("Canale 1, chiuso")
    assert page.locator("#allarme").is_hidden()


def test_a_new_channel_takes_no_chosen_view_away(stand_in: Broker) -> None:
    """Who chose a channel keeps it while it runs; one that has shut gives way to the next."""
    line = Line()
    page = view(stand_in, line)
    line.send(piece("c-1", 0, b"uno\r\n"))
    line.send(piece("c-2", 0, b"due\r\n"))
    expect(page.locator("#righe")).to_contain_text("due")
    page.locator("#canali button").first.click()
    line.send(piece("c-3", 0, b"tre\r\n"))
    expect(page.locator("#canali button")).to_have_count(3)
    expect(page.locator("#righe")).to_contain_text("uno")
    line.send({"shut": "c-1"})
    line.send(piece("c-4", 0, b"quattro\r\n"))
    expect(page.locator("#righe")).to_contain_text("quattro")


def test_what_still_runs_is_looked_at(stand_in: Broker) -> None:
    """Who comes late finds the channel that runs before him, not the last that has shut."""
    line = Line()
    page = view(stand_in, line)
    for number, text in enumerate((b"vivo", b"chiuso uno", b"chiuso due")):
        line.send(piece(f"c-{number}", 0, text))
    line.send({"shut": "c-1"})
    line.send({"shut": "c-2"})
    expect(page.locator("#righe")).to_contain_text("vivo")
    expect(page.locator("#canali button").first).to_have_attribute("aria-pressed", "true")


def test_what_was_drawn_unseen_has_its_letters_close(stand_in: Broker) -> None:
    """A terminal measures its letters where it stands: also one that is not looked at."""
    channels = [f"c-{number}" for number in range(6)]

    def opened(socket: WebSocketRoute) -> None:  # all at once, as for somebody who comes late
        for one in channels:
            socket.send(piece(one, 0, b"lettere vicine\r\n" * 20))
        for one in channels:
            socket.send(json.dumps({"size": one, "cols": 110, "rows": 27}))
        for one in channels[1:]:
            socket.send(json.dumps({"shut": one}))

    stand_in.page.set_viewport_size({"width": 360, "height": 760})
    stand_in.page.route_web_socket("**/vista*", opened)
    page = stand_in.show("live.html", s.LIVE, s.LETTER)
    expect(page.locator("#canali button")).to_have_count(len(channels))
    for number in range(len(channels)):
        page.locator("#canali button").nth(number).click()
        row = page.locator(".watch-channel").nth(number).locator(".xterm-rows span", has_text="lettere").first
        expect(row).to_be_visible()
        spacing = row.evaluate("e => parseFloat(getComputedStyle(e).letterSpacing) || 0")
        assert abs(spacing) < 2, f"channel {number}: {spacing} px between letters"


def test_old_shut_channels_are_forgotten(stand_in: Broker) -> None:
    """Hundreds of single commands leave no hundreds of terminals; what is forgotten doesn't come back."""
    line = Line()
    page = view(stand_in, line)
    for number in range(20):
        line.send(piece(f"c-{number}", 0, b"x\r\n"))
        line.send({"shut": f"c-{number}"})
    line.send(piece("c-0", 0, b"x\r\n"))
    line.send(piece("c-last", 0, b"ultimo\r\n"))
    expect(page.locator("#righe")).to_contain_text("ultimo")
    expect(page.locator("#canali button")).to_have_count(16)
    expect(page.locator("#vista .xterm")).to_have_count(16)
    expect(page.locator("#canali button").last).to_have_text("Canale 21")


def test_a_refused_view_says_why(stand_in: Broker) -> None:
    line = Line()
    stand_in.stop_clock()
    page = view(stand_in, line, lang="en")
    refused = {"refused": "not_allowed", "it": "Non può guardare.", "en": "You may not watch."}
    line.send(refused)
    line.sockets[0].close(code=4403)
    expect(page.locator("#fermo")).to_have_text("You may not watch.")
    page.clock.fast_forward(60_000)
    assert page.locator("#allarme").is_hidden()
    assert len(line.sockets) == 1


def test_a_log_in_that_has_run_out_leads_to_the_door(stand_in: Broker) -> None:
    """The socket is refused without a word; the page asks for itself, and is led away."""
    line = Line()
    stand_in.answers["/eventi"] = events()
    stand_in.page.route_web_socket("**/vista*", line.opened)
    page = stand_in.show("live.html", s.LIVE, replace(s.LETTER, live="/eventi"))
    stand_in.wait_for(lambda: bool(line.sockets), "a socket")
    stand_in.log_out()
    line.sockets[0].close(code=1001)
    expect(page).to_have_title("porta")


def test_a_recorded_session_shows_how_much_is_sealed(stand_in: Broker) -> None:
    line = Line()
    stand_in.page.route_web_socket("**/vista*", line.opened)
    page = stand_in.show("live.html", replace(s.LIVE, recorded=True), s.LETTER)
    stand_in.wait_for(lambda: bool(line.sockets), "a socket")
    expect(page.locator("#sigillati")).to_have_text("Segmenti registrati e firmati: 0")
    line.send({"recorded": "c-1", "segments": 3})
    line.send({"recorded": "c-2", "segments": 1})
    line.send({"recorded": "c-1", "segments": 4})
    expect(page.locator("#sigillati")).to_have_text("Segmenti registrati e firmati: 5")


def test_what_was_covered_is_counted_as_it_comes(stand_in: Broker) -> None:
    line = Line()
    page = view(stand_in, line)
    line.send({"masked": 3})
    expect(page.locator("#coperte")).to_have_text(
        "Solo visione. Parti riservate coperte prima di arrivare qui: 3"
    )


def test_u12_how_far_behind_the_view_is(stand_in: Broker) -> None:
    """Never less than what it is: both lines together, rounded up; longer while an answer is awaited; of a cut line
    nothing."""
    line = Line()
    stand_in.stop_clock()
    page = view(stand_in, line)
    said = page.locator("#ritardo")
    stand_in.wait_for(lambda: line.asked == [{"echo": 1}], "the question")
    line.send({"echo": 1, "host_ms": None})  # the host was not asked yet
    page.clock.run_for(2500)
    stand_in.wait_for(lambda: len(line.asked) == 2, "another")
    expect(said).to_have_text("")
    line.send({"echo": 1, "host_ms": 10})  # of a question that is over
    page.clock.run_for(310)
    line.send({"echo": 2, "host_ms": 255})
    expect(said).to_have_text("ritardo fino a 0,6 s")
    page.clock.run_for(7000)  # asked meanwhile, and not answered yet
    stand_in.wait_for(lambda: len(line.asked) == 3, "a third")
    page.clock.run_for(5000)
    assert (
        5.0
        <= float(said.inner_text().removeprefix("ritardo fino a ").removesuffix(" s").replace(",", "."))
        <= 9.0
    )
    line.sockets[0].close(code=1011)
    expect(said).to_have_text("")
