"""The titolare's own browser keeps the head it saw last, and computes whether today's log still holds it whole."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.keys import SigningKey
from audit.merkle import Tree
from audit.note import VerifierKey
from audit.tiles import WIDTH, Tile
from tests.web import samples as s
from tests.web.browser import axe
from tests.web.stand_in import Broker

ORIGIN = "verbale.example/t-1/2026"
TITOLARE = replace(s.TITOLARE, log="t-1/2026")
KEY, OTHER = SigningKey(b"k" * 32), SigningKey(b"o" * 32)


class Log:
    """A published log of so many leaves; from leaf `forked` on it tells another story."""

    def __init__(self, size: int, forked: int | None = None, key: SigningKey = KEY) -> None:
        self.tree = Tree()
        for n in range(size):
            self.tree.append(b"%d%s" % (n, b"x" if forked is not None and n >= forked else b""))
        self.key = key

    def file(self, path: str) -> bytes:
        size = self.tree.size
        if path == "checkpoint":
            return checkpoint.sign(Checkpoint(ORIGIN, size, self.tree.root()), self.key)
        if path == "log.vkey":
            return f"{VerifierKey.log(ORIGIN, self.key.public).text}\n".encode()
        tile = Tile.parse(path)
        first = tile.index * WIDTH
        return b"".join(self.tree.read(8 * tile.level, first + n) for n in range(tile.width))


def published(stand_in: Broker, log: Log) -> None:
    def give(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/api/log/t-1/2026/")
        route.fulfill(body=log.file(path), content_type="application/octet-stream")

    stand_in.page.unroute("**/api/log/**")
    stand_in.page.route("**/api/log/**", give)


def looked(stand_in: Broker, log: Log) -> Page:
    published(stand_in, log)
    return stand_in.show("titolare.html", TITOLARE, s.TITOLARE_SHELL)


def verdict(page: Page, word: str) -> None:
    expect(page.locator("#testa")).to_have_attribute("data-verdict", word)
    expect(page.locator(f"#testa [data-when={word}]")).to_be_visible()


@pytest.mark.parametrize(("old", "new"), [(1, 2), (7, 8), (8, 300), (255, 257), (300, 70_001)])
def test_a_log_that_grew_holds_what_was_kept(stand_in: Broker, old: int, new: int) -> None:
    verdict(looked(stand_in, Log(old)), "first")
    page = looked(stand_in, Log(new))
    verdict(page, "sound")
    assert old != 7 or axe(page) == []
    expect(page.locator("#testa")).to_contain_text(f"Voci allora e adesso: {old}, {new}.")


@pytest.mark.parametrize(("lang", "day"), [("it", "03/11/2026"), ("en", "3 Nov 2026")])
def test_the_day_is_written_as_the_pages_write_it(stand_in: Broker, lang: str, day: str) -> None:
    published(stand_in, Log(7))
    shell = replace(s.TITOLARE_SHELL, lang=lang, now="2026-11-03T10:00:00.000Z")
    stand_in.show("titolare.html", TITOLARE, shell)
    verdict(stand_in.page, "first")
    page = stand_in.show("titolare.html", TITOLARE, shell)
    verdict(page, "sound")
    expect(page.locator("#testa")).to_contain_text(f"{day} 11:00:0")


def test_a_rewritten_or_shortened_log_is_told_and_what_was_kept_stays(stand_in: Broker) -> None:
    page = looked(stand_in, Log(40))
    verdict(page, "first")
    for wrong in (Log(40, forked=12), Log(90, forked=39), Log(39)):
        page = looked(stand_in, wrong)
        verdict(page, "rewritten")
        expect(page.get_by_role("alert").filter(has_text="Non firmi nulla")).to_contain_text(
            f"{ORIGIN}\n40\n"
        )
    verdict(looked(stand_in, Log(90)), "sound")


def test_another_key_signs_no_head(stand_in: Broker) -> None:
    """The key is kept with the head: a server that gives another for the same log is not believed."""
    verdict(looked(stand_in, Log(4)), "first")
    verdict(looked(stand_in, Log(5, key=OTHER)), "forged")


def test_what_cannot_be_read_is_no_verdict(stand_in: Broker) -> None:
    stand_in.page.route("**/api/log/**", lambda route: route.fulfill(status=503, body=""))
    verdict(stand_in.show("titolare.html", TITOLARE, s.TITOLARE_SHELL), "away")


# --------------------------------------------------------------------------- a signed report's own head


def month(stand_in: Broker, log: Log, size: int, root: bytes) -> Page:
    published(stand_in, log)
    view = replace(s.MONTH, size=size, root=b64encode(root).decode(), log="t-1/2026")
    return stand_in.show("month.html", view, s.TITOLARE_SHELL)


def told(page: Page, word: str) -> None:
    place = page.locator("#mese-nel-registro")
    expect(place.locator(f"[data-when={word}]")).to_be_visible()
    expect(place.locator("[data-when]:visible")).to_have_count(1)


@pytest.mark.parametrize(("then", "now"), [(1, 1), (7, 300), (256, 257)])
def test_a_month_that_todays_log_holds(stand_in: Broker, then: int, now: int) -> None:
    """Each signed report carries its verdict, computed in his own browser against the published log."""
    page = month(stand_in, Log(now), then, Log(then).tree.root())
    told(page, "sound")
    assert then != 7 or axe(page) == []


def test_a_month_that_was_told_otherwise_afterwards(stand_in: Broker) -> None:
    """One record of it changed, a log cut short, a head by another key, nothing to read."""
    then = Log(40)
    for wrong in (Log(90, forked=12), Log(39)):
        page = month(stand_in, wrong, 40, then.tree.root())
        told(page, "rewritten")
        expect(page.get_by_role("alert").filter(has_text="Non firmi nulla")).to_be_visible()
    verdict(looked(stand_in, Log(90)), "first")  # the key is kept with the head
    told(month(stand_in, Log(90, key=OTHER), 40, then.tree.root()), "forged")
    page = month(stand_in, Log(90), 40, then.tree.root())
    told(page, "sound")
    stand_in.page.unroute("**/api/log/**")
    stand_in.page.route("**/api/log/**", lambda route: route.abort())
    page.reload()
    told(page, "away")
