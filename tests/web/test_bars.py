"""The bars over a session, with the longest time and long names: no figure breaks, no state is cut off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.web import samples as s
from tests.web.stand_in import Broker
from web import views as v
from web import views_session as vs

LEFT = vs.Left("2026-11-13T11:47:12.000Z", "23:59:59", "alle 12:47 CET di domani")
HOST, CUSTOMER = "SERVER-GESTIONALE-DEL-MAGAZZINO", "Istituto Comprensivo Dimostrativo di Borgo San Lorenzo"
FACTS = (
    ("Stato", v.State("ok", "In corso"), ""),
    ("Supervisione", v.State("ok", "guarda Niccolò Campione"), ""),
    ("Registro", v.State("ok", "tutto scritto"), "10.521 voci"),
    ("Contenuto", v.State("off", "non registrato"), ""),
)
PAGES = [
    ("session.html", replace(s.SESSION, left=LEFT, host=HOST, tenant=CUSTOMER, facts=FACTS)),
    ("live.html", replace(s.LIVE, left=LEFT, title=f"Ettore Modello è su {HOST}")),
]
MEASURED = """() => [...document.querySelectorAll('.ses-left .fig, .watch-left .fig, .ses-facts, .ses-facts dd, .ses-facts dt')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1
    || one.getBoundingClientRect().right > one.parentElement.parentElement.getBoundingClientRect().right + 1
    || (one.matches('.fig') && one.clientHeight > 1.6 * parseFloat(getComputedStyle(one).fontSize)))
  .map((one) => one.textContent.trim())"""


@pytest.mark.parametrize("width", [360, 768, 1100, 1280, 1366, 1440, 1680, 1920])
@pytest.mark.parametrize(("template", "view"), PAGES, ids=["session", "live"])
def test_nothing_of_it_is_cut_or_broken(stand_in: Broker, template: str, view: Any, width: int) -> None:
    stand_in.page.set_viewport_size({"width": width, "height": 900})
    page = stand_in.show(template, view)
    assert page.evaluate(MEASURED) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
