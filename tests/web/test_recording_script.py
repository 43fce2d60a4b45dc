"""The player in a real browser: asks why, draws what was recorded, seeks and finds."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests import hostile
from tests.web import samples as s
from tests.web.screen_tape import PIXEL, recorded
from tests.web.stand_in import Broker

CAST = "\n".join(
    json.dumps(line)
    for line in (
        {"version": 2, "width": 40, "height": 10, "timestamp": 1},
        [0.0, "o", "primo comando\r\n"],
        [1.0, "o", "stampa \u001b[32mfer"],
        [1.5, "o", "ma\u001b[0m qui\r\n"],
        [900.0, "r", "60x12"],
        [901.0, "o", "ultimo comando\r\n"],
    )
)


def opened(stand_in: Broker, cast: str = CAST) -> Page:
    stand_in.answers["/registrazione"] = {"cast": cast}
    page = stand_in.show("recordings.html", s.RECORDINGS)
    page.get_by_label("Perché guarda").first.select_option("control")
    page.get_by_role("button", name="Guarda").click()
    expect(page.locator("#lettore")).to_be_visible()
    return page


def pause(page: Page) -> None:
    """If it still plays: on a busy machine it has come to its end before anybody presses."""
    page.locator("#pausa").evaluate("e => { if (e.textContent === e.dataset.pause) e.click() }")
    expect(page.get_by_role("button", name="Riprendi")).to_be_visible()


def test_it_is_asked_for_with_its_reason(stand_in: Broker) -> None:
    page = opened(stand_in)
    assert stand_in.posts == [("/registrazione", '{"reason":"control"}')]
    expect(page.locator(".xterm-rows")).to_contain_text("primo comando")


def test_without_a_reason_nothing_is_asked_for(stand_in: Broker) -> None:
    page = stand_in.show("recordings.html", s.RECORDINGS)
    page.get_by_role("button", name="Guarda").click()
    expect(page.locator("#lettore")).to_be_hidden()
    assert stand_in.posts == []


def test_seek_forward_and_back(stand_in: Broker) -> None:
    """Back is drawn anew; an hour of nothing is two seconds."""
    page = opened(stand_in)
    rows, slider = page.locator(".xterm-rows"), page.get_by_label("Punto della registrazione")
    pause(page)
    assert float(slider.get_attribute("max") or "0") == 4.5
    slider.fill("4.5")
    expect(rows).to_contain_text("ultimo comando")
    slider.fill("0.5")
    expect(rows).not_to_contain_text("ultimo comando")
    expect(rows).to_contain_text("primo comando")
    page.get_by_role("button", name="Riprendi").click()
    expect(rows).to_contain_text("ultimo comando")


def test_a_text_is_found_across_colours_and_pieces(stand_in: Broker) -> None:
    page = opened(stand_in)
    pause(page)
    page.get_by_label("Punto della registrazione").fill("0")
    page.get_by_label("Cerca un testo").fill("Stampa ferma")
    page.get_by_role("button", name="Successivo").click()
    expect(page.locator(".xterm-rows")).to_contain_text("stampa fer")
    page.get_by_label("Cerca un testo").fill("non scritto")
    page.get_by_role("button", name="Successivo").click()
    expect(page.locator("#lettura")).to_have_text("Non c’è.")


def casts(*rows: list[object]) -> str:
    return "\n".join(map(json.dumps, ({"version": 2, "width": 20, "height": 4, "timestamp": 1}, *rows)))


def search(page: Page, text: str) -> None:
    page.get_by_label("Cerca un testo").fill(text)
    page.get_by_role("button", name="Successivo").click()


REDRAWN = casts(
    [0.0, "o", "nome: \u001b[s"],
    [1.0, "o", "Rosi"],
    [2.0, "o", "\u001b[D\u001b[Dssi"],  # over what stood there: what is read then was never sent in a piece
    [3.0, "o", "\u001b[2J\u001b[Huna riga piu lunga della finestra\r\n"],
    [4.0, "o", "".join(f"riga {n}\r\n" for n in range(40))],  # off the top within one step
    [5.0, "o", "\u001b[?1049h\u001b[Halternativo\u001b[?1049l"],
)


def test_the_rendered_text_is_searched_over_redraws(stand_in: Broker) -> None:
    """What was shown is found, also where no piece of the recording holds it; what was overwritten is found no later."""
    page = opened(stand_in, REDRAWN)
    status, at = page.locator("#lettura"), page.locator("#ora")
    for text, found in (
        ("nome: Rossi", "0:02"),
        ("lunga della finestra", "0:03"),
        ("riga 17", "0:04"),
        ("NOME: ROSI", "0:01"),
    ):
        search(page, text)
        expect(status).to_have_text("Trovato: 1 di 1.")
        expect(at).to_have_text(found)
    search(page, "nome: RosiRossi")
    expect(status).to_have_text("Non c’è.")


def test_the_next_place_follows_and_then_the_first_again(stand_in: Broker) -> None:
    page = opened(stand_in, casts(*([float(n), "o", f"\u001b[2J\u001b[Hpasso {n % 2}"] for n in range(4))))
    status = page.locator("#lettura")
    pause(page)
    page.get_by_label("Punto della registrazione").fill("0")
    for told in ("Trovato: 1 di 2.", "Trovato: 2 di 2.", "Trovato: 1 di 2."):
        search(page, "passo 1")
        expect(status).to_have_text(told)


def test_from_a_fact_to_its_moment(stand_in: Broker) -> None:
    """By keyboard alone. It asks why first; the second of the log is found though a long pause is cut short."""
    stand_in.answers["/registrazione"] = {"cast": CAST}
    page = stand_in.show("recordings.html", s.RECORDINGS)
    page.get_by_role("button", name="Vai a 15:00").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lettura")).to_contain_text("Scelga perché guarda")
    assert stand_in.posts == []
    expect(page.get_by_label("Perché guarda").first).to_be_focused()
    page.keyboard.press("i")  # Incidente di sicurezza
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#ora")).to_have_text("0:03")  # 900 s of the log, 3.5 s of what is played
    page.get_by_label("Punto della registrazione").fill("0")
    page.get_by_role("button", name="Vai a 15:00").click()
    expect(page.locator("#ora")).to_have_text("0:03")
    assert len(stand_in.posts) == 1


def test_what_a_host_drew_is_a_picture_and_no_more(stand_in: Broker) -> None:
    """Played as it was recorded: no title, no link, no other page, and nothing that stops the player."""
    rows = [[0.0, "o", sequence.decode("latin-1")] for sequence in hostile.SEQUENCES]
    sizes = [[0.0, "r", size] for size in ("0x0", "99999x99999", "-1x3", "x", "")]
    last = [
        [0.1, "o", "\u001bc" + "".join(hostile.TURNED) + "\r\n" + hostile.MARKUP[0] + "\r\nancora viva\r\n"]
    ]
    head = {"version": 2, "width": 80, "height": 24, "timestamp": 1, "title": hostile.MARKUP[0]}
    page = opened(stand_in, "\n".join(map(json.dumps, (head, *rows, *sizes, *last))))
    before = page.title()
    expect(page.locator(".xterm-rows")).to_contain_text("ancora viva")
    assert (page.title(), len(page.context.pages), page.evaluate("'hit' in window")) == (before, 1, False)


def test_a_no_is_said(stand_in: Broker) -> None:
    no = {"code": "recording_erased", "it": "Questa registrazione è stata cancellata.", "en": "Erased."}
    stand_in.answers["/registrazione"] = lambda route: route.fulfill(status=410, json=no)
    page = stand_in.show("recordings.html", s.RECORDINGS)
    page.get_by_label("Perché guarda").first.select_option("incident")
    page.get_by_role("button", name="Guarda").click()
    expect(page.locator("#senza-rete")).to_have_text("Questa registrazione è stata cancellata.")
    expect(page.locator("#lettore")).to_be_hidden()


# ----------------------------------------------------------------------------------------- screens


def screen(stand_in: Broker, file: bytes) -> Page:
    stand_in.answers["/registrazione"] = lambda route: route.fulfill(
        body=file, content_type="application/octet-stream"
    )
    page = stand_in.show("recordings.html", s.RECORDINGS)
    page.get_by_label("Perché guarda").first.select_option("control")
    page.get_by_role("button", name="Guarda").click()
    return page


def shows(page: Page, x: int, y: int, expected: str) -> None:
    page.wait_for_function(f"([at, expected]) => ({PIXEL})(at) === expected", arg=[[x, y], expected])


def test_l49_a_screen_is_blurred_until_somebody_says_why(stand_in: Broker) -> None:
    """And blurred again for whoever opens it anew."""
    no = {"code": "not_allowed", "it": "Il permesso è finito.", "en": "The leave has ended."}
    answers = [{"status": 403, "json": no}, {"json": {"clear": True}}]
    stand_in.answers["/registrazione/clear"] = lambda route: route.fulfill(**answers.pop(0))
    page = screen(stand_in, recorded())
    place, asked = page.locator("#schermo"), page.locator("#sfocato")
    expect(place).to_have_class("term-host blurred")
    asked.get_by_role("button").click()
    assert [path for path, _ in stand_in.posts] == ["/registrazione"]  # nothing without a reason
    asked.locator("select").select_option("control")
    asked.get_by_role("button").click()
    expect(page.get_by_text("Il permesso è finito.")).to_be_visible()
    expect(place).to_have_class("term-host blurred")
    asked.get_by_role("button").click()
    expect(place).to_have_class("term-host")
    expect(asked).to_be_hidden()
    assert json.loads(stand_in.posts[-1][1]) == {"reason": "control"}
    page.get_by_role("button", name="Guarda").click()
    expect(place).to_have_class("term-host blurred")


def test_a_screen_is_drawn_at_any_of_its_seconds(stand_in: Broker) -> None:
    page = screen(stand_in, recorded())
    expect(page.locator("#lettore canvas")).to_be_visible()
    pause(page)
    slider = page.get_by_label("Punto della registrazione")
    assert slider.get_attribute("max") == "4", "an hour of nothing is two seconds"
    for at, x, y, expected in (
        ("1.5", 12, 12, "64 48 0 0 255 255"),
        ("1.5", 22, 12, "64 48 0 255 0 255"),
        ("1.5", 1, 0, "64 48 255 0 0 255"),
        ("2", 1, 0, "64 48 255 255 255 255"),
        ("4", 12, 12, "32 16 0 0 0 255"),
        ("0.5", 12, 12, "64 48 255 0 0 255"),
    ):
        slider.fill(at)
        shows(page, x, y, expected)
    expect(page.locator("#cerca")).to_be_hidden()
    page.get_by_label("Velocità").select_option("8")
    page.get_by_role("button", name="Riprendi").click()
    shows(page, 12, 12, "32 16 0 0 0 255")
    assert stand_in.complaints == []


@pytest.mark.parametrize(
    "file",
    [
        b"FBS 002.000\n",
        recorded().replace(b"\x80\xff\0\0", b"\x90\xff\0\0"),
        recorded()[:12] + b"\xff" * 8,
        b"FBS 001.000\n",
    ],
)
def test_a_damaged_one_is_a_sentence(stand_in: Broker, file: bytes) -> None:
    page = screen(stand_in, file)
    expect(page.locator("#senza-rete")).to_have_text("Questa registrazione è danneggiata.")
    assert stand_in.complaints == []


def test_pixels_that_do_not_unfold_are_a_sentence_where_they_come(stand_in: Broker) -> None:
    whole = recorded()
    place = whole.index(b"\x78\x01")  # of the one packed rectangle
    page = screen(stand_in, whole[: place + 4] + b"\xff\xff" + whole[place + 6 :])
    expect(page.locator("#lettore canvas")).to_be_visible()
    expect(page.locator("#senza-rete")).to_have_text("Questa registrazione è danneggiata.")
    shows(page, 40, 40, "64 48 255 0 0 255")


def test_what_the_recordings_end_cut_through_is_left_out(stand_in: Broker) -> None:
    """A crash left the last picture half there."""
    page = screen(stand_in, recorded(whole=False))
    slider = page.get_by_label("Punto della registrazione")
    expect(page.locator("#lettore canvas")).to_be_visible()
    assert slider.get_attribute("max") == "2"
    slider.fill("2")
    shows(page, 1, 0, "64 48 255 255 255 255")
