"""A page in one file that asks for nothing: modules, style and frame put together, with a policy that names them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([a-z0-9_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:const|class|(?:async )?function\*?) (\w+)", re.MULTILINE)


def joined(sources: Mapping[str, str], last: str) -> str:
    """The module `last` and all it needs as one script, each in a scope of its own behind those it imports."""
    order = list[str]()

    def place(name: str) -> None:
        if name not in order:
            for _, needed in _IMPORT.findall(sources[name]):
                place(needed)
            order.append(name)

    place(last)
    return "".join(_scope(name, sources[name]) for name in order)


def _scope(name: str, source: str) -> str:
    """A module as a function called once, which gives what it exports."""
    exported = ", ".join(_EXPORT.findall(source))
    body = _IMPORT.sub(lambda found: f"const {found[1]} = {_variable(found[2])};\n", source)
    body = body.replace("\nexport ", "\n").removeprefix("export ")
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _variable(name: str) -> str:
    return f"module_{name.removesuffix('.js')}"


def filled(frame: str, parts: Mapping[str, str]) -> bytes:
    """The frame with its ``@PARTS@``; of STYLE and SCRIPT the digests too, nothing else being allowed to run."""
    found = dict(parts) | {f"{name}_DIGEST": _csp_digest(parts[name]) for name in ("STYLE", "SCRIPT")}
    return re.sub(r"@([A-Z_]+)@", lambda name: found[name[1]], frame).encode()


def _csp_digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
