"""The one file of `schermi.html`, which plays the FBS files of `verbale-verify open` offline."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from audit.one_page import filled, joined

NAME = "schermi.html"


@cache
def page() -> bytes:
    folder = files(__package__)
    frame, script, style = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.js", "page.css")
    )
    modules = {
        one.name: one.read_text(encoding="utf-8") for one in folder.joinpath("static", "js").iterdir()
    } | {"page.js": script}
    return filled(frame, {"STYLE": style, "SCRIPT": joined(modules, "page.js")})
