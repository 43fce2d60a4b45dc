"""*Sono qui*, messages and keys of the live view in a real browser (U-13, U-15, U-17)."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Route, expect

from tests.web import samples as s
from tests.web.stand_in import Broker, Line, events
from tests.web.test_watch_script import piece
from web import views_session as vs


def test_u15_the_page_counts_down_by_the_servers_time_and_says_aloud_when_it_is_over(
    stand_in: Broker,
) -> None:
    stand_in.stop_clock("2026-11-12T10:49:00Z")
    page = stand_in.show("live.html", s.LIVE, s.LETTER)
    left = page.locator("[data-due]")
    page.clock.run_for(1000)
    expect(left).to_have_text("entro 14 min")
    page.clock.run_for(4 * 60_000)
    expect(left).to_have_text("entro 10 min")
    page.clock.run_for(11 * 60_000)
    expect(left).to_have_text("Confermi ora, o la macchina mette in pausa.")
    expect(page.locator("#senza-rete")).to_have_text("Confermi ora, o la macchina mette in pausa.")
    expect(page.get_by_role("button", name="Sono qui")).to_be_focused()
    stand_in.answers["/sessioni/s-1/presenza"] = {"go": "/sessioni/s-1/diretta"}
    page.keyboard.press("Enter")
    stand_in.wait_for(
        lambda: [path for path, _ in stand_in.posts] == ["/sessioni/s-1/presenza"], "the answer"
    )
    expect(page.locator("#senza-rete")).to_have_text("")


def test_u13_a_message_is_sent_from_where_one_stands_and_a_password_is_told(stand_in: Broker) -> None:
    page = stand_in.show("live.html", s.LIVE, s.LETTER)
    stand_in.answers["/sessioni/s-1/messaggi"] = {"go": "/sessioni/s-1/diretta?coperto=1"}
    field = page.get_by_label("Scriva al tecnico")
    field.fill("La password è Pippo1234")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Sembra una password")
    expect(field).to_have_value("")
    assert page.url.endswith("/pagina")


def test_u13_a_message_that_comes_is_read_aloud_and_takes_nothing_typed_away(stand_in: Broker) -> None:
    shell = replace(s.LETTER, live="/api/events")
    told: list[Route] = []
    stand_in.answers["/api/events"] = told.append  # nothing is said until there is something to fetch
    page = stand_in.show("live.html", s.LIVE, shell)
    page.get_by_label("Scriva al tecnico").fill("a metà")
    more = replace(s.CHAT, lines=(*s.CHAT.lines, vs.Said("Tecnico 1", "11:46", "Fatto.")))
    stand_in.make("live.html", replace(s.LIVE, chat=more), shell)
    stand_in.wait_for(lambda: bool(told), "the stream")
    events(("hello", {"now": "2026-11-12T10:49:00.000Z"}), ("change", {"topic": "session", "id": "s-1"}))(
        told[0]
    )
    expect(page.locator(".msgs li").last).to_contain_text("Fatto.")
    assert page.locator(".msgs").get_attribute("aria-live") == "polite"
    expect(page.get_by_label("Scriva al tecnico")).to_have_value("a metà")


def test_u17_every_command_by_its_key(stand_in: Broker) -> None:
    page = stand_in.show("live.html", s.LIVE, s.LETTER)
    for path in ("pausa", "segnala"):
        stand_in.answers[f"/sessioni/s-1/{path}"] = {"go": "/sessioni/s-1/diretta"}
    page.keyboard.press("p")
    page.keyboard.press("s")
    stand_in.wait_for(lambda: len(stand_in.posts) == 2, "pause and flag")
    assert [path for path, _ in stand_in.posts] == ["/sessioni/s-1/pausa", "/sessioni/s-1/segnala"]
    page.keyboard.press("e")
    expect(page.locator("#estendi")).to_be_visible()
    expect(page.get_by_role("button", name="Continua a guardare")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.locator("#fine")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#fine")).to_be_hidden()
    page.get_by_label("Scriva al tecnico").focus()
    page.keyboard.type("xspe")
    assert len(stand_in.posts) == 2  # in a field they are letters


def test_u17_at_360_pixels_nothing_is_cut_and_the_commands_stay(stand_in: Broker) -> None:
    stand_in.page.set_viewport_size({"width": 360, "height": 740})
    page = stand_in.show("live.html", s.LIVE, s.LETTER)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for name in ("Pausa", "Estendi", "Segnala", "Termina"):
        button = page.locator(".watch-bar .btn", has_text=name)
        expect(button).to_be_in_viewport()
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_u12_last_activity_and_the_pause_that_comes(stand_in: Broker) -> None:
    line = Line()
    stand_in.page.route_web_socket("**/vista*", line.opened)
    stand_in.stop_clock("2026-11-12T10:49:00Z")
    page = stand_in.show("live.html", s.LIVE, s.LETTER)
    stand_in.wait_for(lambda: bool(line.sockets), "a socket")
    active = page.locator("#attivita")
    expect(active).to_have_text("Ancora nessuna attività.")
    line.send({"quiet": 40})
    page.clock.run_for(2000)
    expect(active).to_have_text("Ultima attività 42 s fa.")
    line.send(piece("c-1", 0, b"ecco\r\n"))
    page.clock.run_for(3000)
    expect(active).to_have_text("Ultima attività 3 s fa.")


def test_u16_cells_by_keys_and_the_riskiest_moves_up(stand_in: Broker) -> None:
    lines = {"s-1": Line(), "s-2": Line()}
    for code, line in lines.items():
        stand_in.page.route_web_socket(f"**/sessioni/{code}/vista*", line.opened)
    shell = replace(s.LETTER, live="/api/events")
    told: list[Route] = []
    stand_in.answers["/api/events"] = told.append  # nothing is said yet
    page = stand_in.show("live_grid.html", s.GRID, shell)
    stand_in.wait_for(
        lambda: bool(told) and all(one.sockets for one in lines.values()), "the stream and two sockets"
    )
    lines["s-1"].send(piece("c-1", 0, b"qui lavora\r\n"))
    expect(page.locator("#cella-s-1 .xterm-rows")).to_contain_text("qui lavora")
    page.keyboard.press("j")
    expect(page.locator("#cella-s-2 .cell-open")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#cella-s-1 .cell-open")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#cella-s-2 .cell-open")).to_be_focused()
    worse = replace(s.GRID.cells[1], weight=120, why=("due rifiuti",))
    stand_in.make("live_grid.html", replace(s.GRID, cells=(s.GRID.cells[0], worse)), shell)
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    events(("change", {"topic": "session", "id": "s-1"}))(told[0])
    expect(page.locator(".cell").first).to_have_id("cella-s-1")
    expect(page.locator("#cella-s-1 .xterm-rows")).to_contain_text("qui lavora")  # moved, not made anew
    expect(page.locator("#ordine-detto")).to_have_text("L’ordine è cambiato.")
