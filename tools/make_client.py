"""Makes the typed client's subjects of the API's own description: `python tools/make_client.py`.

    web/client/subjects/<subject>.py   one class each, one method an operation, its answers as TypedDicts
    web/client/client.py               puts them together

A test makes them again and compares.
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from broker import app  # noqa: E402
from broker.api import description  # noqa: E402
from broker.api.operations import OPERATIONS  # noqa: E402
from broker.app import Application  # noqa: E402

FOLDER = ROOT / "web" / "client"
FILES = {one.name for one in OPERATIONS if one.file}
PLAIN = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "null": "None"}
MADE = "Made by tools/make_client.py of the API's description: change that, and make it again."


def described() -> dict[str, Any]:
    made = Application(
        title="Verbale", version="1", description=description.ABOUT, responses=description.RESPONSES
    )
    for router in app.ROUTERS:
        made.include_router(router)
    return made.openapi()


class Shapes:
    """The TypedDicts that one subject needs, in the order in which they may stand."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas
        self.made: dict[str, str] = {}
        self.typing: set[str] = set()

    def of(self, schema: dict[str, Any] | None) -> str:
        """A type as it is written."""
        if not schema:
            self.typing.add("Any")
            return "Any"
        if "$ref" in schema:
            return self._named(schema["$ref"].rsplit("/", 1)[1])
        if "enum" in schema or "const" in schema:
            self.typing.add("Literal")
            words = schema.get("enum", [schema.get("const")])
            return f"Literal[{', '.join(repr(one) for one in words)}]"
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self.of(one) for one in schema["anyOf"]))
        kind = schema.get("type")
        if kind == "array":
            return f"list[{self.of(schema.get('items'))}]"
        if kind == "object":
            more = schema.get("additionalProperties")
            return f"dict[str, {self.of(more if isinstance(more, dict) else None)}]"
        if kind in PLAIN:
            return PLAIN[kind]
        return self.of(None)

    def _named(self, name: str) -> str:
        schema = self.schemas[name]
        if "properties" not in schema:
            return self.of({key: value for key, value in schema.items() if key != "title"})
        called = re.sub(r"^[a-z_]+_(?=[A-Z])", "", name).replace("-", "_")
        if called not in self.made:
            self.made[called] = ""  # it may hold itself
            needed = set(schema.get("required", ()))
            lines, words, above = [], [], "TypedDict"
            for key, value in schema["properties"].items():
                said = self.of(value)
                if key not in needed:
                    self.typing.add("NotRequired")
                    said = f"NotRequired[{said}]"
                if keyword.iskeyword(key):
                    words.append(f"{key!r}: {said}")
                    continue
                lines += [f"    # {line}" for line in textwrap.wrap(value.get("description", ""), 100)]
                lines.append(f"    {key}: {said}")
            self.typing.add("TypedDict")
            text = ""
            if words:  # of the language: no class can be written of them
                above = f"_{called}"
                text = f'{above} = TypedDict("{above}", {{{", ".join(words)}}})\n\n\n'
            if told := schema.get("description", "").replace("\\", "\\\\"):
                lines.insert(
                    0,
                    textwrap.fill(f'"""{told}"""', 104, initial_indent="    ", subsequent_indent="    ")
                    + "\n",
                )
            text += f"class {called}({above}):\n" + "\n".join(lines or ["    pass"])
            del self.made[called]  # behind what it needs
            self.made[called] = text
        return called


def subject(
    noun: str, operations: list[tuple[str, str, dict[str, Any]]], schemas: dict[str, Any], words: str
) -> str:
    shapes = Shapes(schemas)
    methods = [_method(noun, method, path, one, shapes) for method, path, one in operations]
    builtins = ""
    if any("    def list(" in one for one in methods):  # which hides the type inside the class
        methods = [re.sub(r"\blist\[", "builtins.list[", one) for one in methods]
        builtins = "import builtins\n" if any("builtins." in one for one in methods) else ""
    imports = (
        f"{builtins}from typing import {', '.join(sorted(shapes.typing))}\n\n"
        if shapes.typing
        else f"{builtins}\n"
        if builtins
        else ""
    )
    call = (
        "from web.client.call import Calls, File\n"
        if any("-> File:" in one for one in methods)
        else ("from web.client.call import Calls\n")
    )
    return "\n".join(
        [
            f'"""{words} {MADE}"""\n',
            "from __future__ import annotations\n",
            imports + call,
            *(f"\n{text}\n" for text in shapes.made.values()),
            f"\nclass {class_of(noun)}:",
            f'    """{words}"""\n',
            "    def __init__(self, calls: Calls) -> None:",
            "        self._calls = calls\n",
            *methods,
        ]
    )


def _method(noun: str, method: str, path: str, one: dict[str, Any], shapes: Shapes) -> str:
    name = one["operationId"].removeprefix(noun.replace("-", "_") + "_")
    fields: list[tuple[str, str, str, bool]] = [
        (parameter["name"], parameter["in"], shapes.of(parameter["schema"]), parameter.get("required", False))
        for parameter in one.get("parameters", ())
        if parameter["in"] in ("path", "query")
    ]
    body = one.get("requestBody")
    if body is not None:
        schema = body["content"]["application/json"]["schema"]
        whole = shapes.schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
        needed = set(whole.get("required", ()))
        fields += [
            (key, "body", shapes.of(value), key in needed) for key, value in whole["properties"].items()
        ]
    fields.sort(key=lambda field: not field[3])
    given = ", ".join(_argument(field) for field in fields)
    answer = next((said for code, said in one["responses"].items() if code.startswith("2")), {})
    content = answer.get("content", {}).get("application/json")
    file = f"{method.upper()} {path}" in FILES or path.endswith(".ics")
    back = "File" if file else "None" if content is None else shapes.of(content["schema"])
    asked = [repr(method.upper()), repr(path)]
    for word, place in (("at", "path"), ("query", "query"), ("body", "body")):
        found = [f'"{field[0]}": {_safe(field[0])}' for field in fields if field[1] == place]
        if found or (place == "body" and body is not None):
            asked.append(f"{word}={{{', '.join(found)}}}")
    call = f"self._calls.{'file' if file else 'json'}({', '.join(asked)})"
    does = (one["summary"].rstrip(".") + ".").replace('"', "'")
    lines = [
        f"    def {_safe(name)}(self{', *, ' + given if given else ''}) -> {back}:",
        f'        """{does}"""',
    ]
    if back == "None":
        lines.append(f"        {call}")
    elif file or back == "Any":
        lines.append(f"        return {call}")
    else:
        lines += [f"        found: {back} = {call}", "        return found"]
    return "\n".join(lines) + "\n"


def _argument(field: tuple[str, str, str, bool]) -> str:
    name, _, said, needed = field
    if needed:
        return f"{_safe(name)}: {said}"
    return f"{_safe(name)}: {said if said.endswith('None') or said == 'Any' else said + ' | None'} = None"


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def class_of(noun: str) -> str:
    return "".join(part.capitalize() for part in noun.split("-"))


def _client(nouns: list[str]) -> str:
    imports = "\n".join(
        f"from web.client.subjects.{one.replace('-', '_')} import {class_of(one)}" for one in nouns
    )
    made = "\n".join(f"        self.{one.replace('-', '_')} = {class_of(one)}(calls)" for one in nouns)
    return f'''"""The whole client. {MADE}"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from web.client.call import Calls
{imports}


class Client:
    """A person's, by `login` (the cookie that `verbale login` keeps), or a webhook's own, by its `secret`."""

    def __init__(self, origin: str, *, login: str = "", secret: str = "", **more: Any) -> None:
        self._calls = calls = Calls(origin, login=login, secret=secret, **more)
{made}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._calls.close()
'''


def made() -> dict[str, str]:
    """Path below `web/client` to text, of every file."""
    told = described()
    words = {one["name"]: one["description"] for one in told["tags"]}
    by_noun: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for method, path, one in description.each(told):
        if path.startswith("/api/") and path != "/api/events":
            by_noun.setdefault(one["tags"][0], []).append((method, path, one))
    schemas = told["components"]["schemas"]
    found = {
        f"subjects/{noun.replace('-', '_')}.py": subject(noun, ones, schemas, words[noun])
        for noun, ones in sorted(by_noun.items())
    }
    found["subjects/__init__.py"] = ""
    found["client.py"] = _client(sorted(by_noun))
    return {name: _formatted(name, text) for name, text in found.items()}


def _formatted(name: str, text: str) -> str:
    ruff = [str(ROOT / ".venv" / "bin" / "ruff"), "--stdin-filename", str(FOLDER / name), "-"]
    sorted_ = subprocess.run(
        [ruff[0], "check", "--fix-only", "--select", "I", *ruff[1:]], input=text, text=True, capture_output=True,
        check=True, cwd=ROOT,
    ).stdout  # fmt: skip
    return subprocess.run(
        [ruff[0], "format", *ruff[1:]], input=sorted_, text=True, capture_output=True, check=True, cwd=ROOT
    ).stdout


def main() -> None:
    for name, text in made().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
