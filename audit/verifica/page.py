"""The one file of `verifica.html`, put together from the modules, the tables and the sentences of this version."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files

from audit.findings import STEP_OF, STEPS
from audit.one_page import filled, joined
from audit.sentences import FINDINGS, FIRST, NOTES, STATES, WHYS
from audit.verifica import tables

NAME = "verifica.html"


def modules() -> dict[str, str]:
    """Every module of the core by its file name, those made from tables and sentences among them."""
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in files(__package__).joinpath("core").iterdir()
        if path.name.endswith(".js")
    }
    found["format.js"] = _data("FORMAT", tables.read())
    found["sentences.js"] = _data(
        "SENTENCES",
        {
            "findings": FINDINGS, "notes": NOTES, "whys": WHYS, "first": FIRST, "states": STATES,
            "steps": STEPS, "step_of": STEP_OF,
        },
    )  # fmt: skip
    return found


def _data(name: str, value: object) -> str:
    # `<` stands in no sentence, and would end a script element if it did.
    text = json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f"export const {name} = {text};\n"


def core() -> str:
    """All modules as one script."""
    return joined(modules(), "worker.js")


@cache
def page() -> bytes:
    """The page: its script and style named in its policy by their digests, nothing else allowed to run."""
    folder = files(__package__)
    frame, script, style = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.js", "page.css")
    )
    words = modules()["sentences.js"].removeprefix("export ")
    return filled(frame, {"STYLE": style, "SCRIPT": words + script, "CORE": core()})


def digest() -> str:
    """SHA-256 of the page in hex: what the titolare compares."""
    return hashlib.sha256(page()).hexdigest()
