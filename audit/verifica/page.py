"""The one file of `verifica.html`, put together from the modules, the tables and the sentences of this version."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files

from audit.findings import STEP_OF, STEPS
from audit.sentences import FINDINGS, FIRST, NOTES, STATES, WHYS
from audit.verifica import tables

NAME = "verifica.html"
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([a-z0-9_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:const|class|(?:async )?function\*?) (\w+)", re.MULTILINE)


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
    """All modules as one script, each in a scope of its own behind those it imports."""
    sources, order = modules(), list[str]()

    def place(name: str) -> None:
        if name not in order:
            for _, needed in _IMPORT.findall(sources[name]):
                place(needed)
            order.append(name)

    place("worker.js")
    return "".join(_scope(name, sources[name]) for name in order)


def _scope(name: str, source: str) -> str:
    """A module as a function called once, which gives what it exports."""
    exported = ", ".join(_EXPORT.findall(source))
    body = _IMPORT.sub(lambda found: f"const {found[1]} = {_variable(found[2])};\n", source)
    body = body.replace("\nexport ", "\n").removeprefix("export ")
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _variable(name: str) -> str:
    return f"module_{name.removesuffix('.js')}"


@cache
def page() -> bytes:
    """The page: its script and style named in its policy by their digests, nothing else allowed to run."""
    folder = files(__package__)
    frame, script, style = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.js", "page.css")
    )
    words = modules()["sentences.js"].removeprefix("export ")
    parts = {"STYLE": style, "SCRIPT": words + script, "CORE": core()}
    parts |= {"STYLE_DIGEST": _csp_digest(parts["STYLE"]), "SCRIPT_DIGEST": _csp_digest(parts["SCRIPT"])}
    return re.sub(r"@([A-Z_]+)@", lambda found: parts[found[1]], frame).encode()


def _csp_digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def digest() -> str:
    """SHA-256 of the page in hex: what the titolare compares."""
    return hashlib.sha256(page()).hexdigest()
