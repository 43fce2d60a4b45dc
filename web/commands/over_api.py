"""`verbale NOUN VERB`: the broker's documented API by hand, as the person whom `verbale login` let in.

Options are the fields that the broker's own description names. Text may be `-`: it is then read from standard
input. Ends with 0 when it was done, 1 when it was not and a sentence says why, 2 on misuse.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from broker.api.operations import NOUNS, OPERATIONS, Operation
from web.commands import told
from web.commands.broker_call import Answer, Call, Unanswered, caller, said
from web.commands.login import HOUSE, Login, add_login, enter, kept

DESCRIPTION = "/api/openapi.json"
OLDER = "Questo broker non ha «{words}»: è di un’altra versione."
PROVE = "Questo atto chiede di farsi riconoscere di nuovo: prenda un codice nuovo e scriva «verbale login»."
NAME_A_FILE = "Dica dove scrivere il file: --out FILE."
Asking = Callable[[Login], Call]


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: text, whole, yes, many, value (JSON) or pairs (NAME=TEXT)."""

    name: str
    place: str  # path | query | body
    kind: str
    needed: bool
    choices: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        return f"--{self.name.replace('_', '-')}"


def to_broker(login: Login) -> Call:
    return caller(login.origin, login.token)


def main(argv: Sequence[str], asking: Asking = to_broker) -> int:
    """`argv` begins with the noun."""
    noun, *rest = argv
    verbs = {one.words.split()[1]: one for one in OPERATIONS if one.words.split()[0] == noun}
    if not rest or rest[0] not in verbs:
        return _list_verbs(noun, verbs, rest)
    operation = verbs[rest[0]]
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_login(first)
    before, _ = first.parse_known_args(rest[1:])
    try:
        login = kept(before.login)
        call = asking(login)
        fields = _page_fields(operation) if operation.page else _fields(_description(call), operation)
        return _proved(operation, fields, login, call, rest[1:], before.login, asking)
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1


class ProofNeeded(Unanswered):
    """The act matters, and he showed some time ago who he is."""


def _proved(
    operation: Operation,
    fields: list[Field],
    login: Login,
    call: Call,
    rest: list[str],
    file: Path,
    asking: Asking,
) -> int:
    """A person at a terminal is asked for a fresh code, and what he typed goes on; a program is told to."""
    try:
        return _run(operation, fields, login, call, rest)
    except ProofNeeded as no:
        if not sys.stdin.isatty():
            raise
        sys.stderr.write(f"{no}\n")
        login = enter(file)
        return _run(operation, fields, login, asking(login), rest)


def _list_verbs(noun: str, verbs: dict[str, Operation], rest: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"verbale {noun}", description=f"{NOUNS[noun].capitalize()}.")
    named = parser.add_subparsers(required=True, metavar="VERB")
    for verb, one in verbs.items():
        named.add_parser(verb, help=one.does)
    parser.parse_args(rest)
    return 2


def _run(operation: Operation, fields: list[Field], login: Login, call: Call, rest: list[str]) -> int:
    args = _parser(operation, fields, login).parse_args(rest)
    given = {one: value for one in fields if (value := getattr(args, one.name)) is not None}
    path = operation.page or operation.path
    for one, value in given.items():
        if one.place == "path":
            path = path.replace(
                "{" + one.name + "}", quote(str(value), safe="/" if one.name == "path" else "")
            )
    if operation.page:
        address = f"{login.origin}{path}"
        print(json.dumps({"page": address}) if args.json else f"Si fa nel browser: {address}")
        return 0
    query = [(one.name, _in_query(value)) for one, value in given.items() if one.place == "query"]
    body = {one.name: value for one, value in given.items() if one.place == "body"}
    has_body = any(one.place == "body" for one in fields)
    answer = call(
        operation.method, path + (f"?{urlencode(query)}" if query else ""), body if has_body else None
    )
    if (
        answer.status == 401
        and isinstance(found := answer.value(), dict)
        and found.get("code") == "proof_needed"
    ):
        raise ProofNeeded(PROVE)
    if answer.status >= 400:
        sys.stderr.write(f"{said(answer)}{_which_field(answer)}\n")
        return 1
    return _show(operation, answer, args, login)


def _show(operation: Operation, answer: Answer, args: argparse.Namespace, login: Login) -> int:
    if operation.file:
        out: Path | None = args.out
        if out is not None:
            out.write_bytes(answer.data)
        elif sys.stdout.isatty():
            raise Unanswered(NAME_A_FILE)
        else:
            sys.stdout.buffer.write(answer.data)
        return 0
    value = answer.value()
    if isinstance(value, dict) and str(value.get("next", "")).startswith("/"):
        value["next"] = login.origin + value["next"]
    if args.json:
        print(json.dumps(value))
    elif value is None:
        print("Fatto.")
    else:
        for line in told.lines(value, aligned=sys.stdout.isatty()):
            print(line)
    return 0


def _which_field(answer: Answer) -> str:
    found = answer.value()
    field = found.get("field") if isinstance(found, dict) else None
    return f" ({field})" if isinstance(field, str) and field.isprintable() else ""


def _in_query(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


# ------------------------------------------------------------------------------- options, from the description


def _description(call: Call) -> dict[str, Any]:
    answer = call("GET", DESCRIPTION, None)
    if answer.status != 200:
        raise Unanswered(said(answer))
    found: dict[str, Any] = answer.value()
    return found


def _page_fields(operation: Operation) -> list[Field]:
    return [Field(name, "path", "text", needed=True) for name in re.findall(r"{(\w+)}", operation.page)]


def _fields(description: dict[str, Any], operation: Operation) -> list[Field]:
    try:
        found = description["paths"][operation.path][operation.method.lower()]
    except (KeyError, TypeError) as wrong:
        raise Unanswered(OLDER.format(words=operation.words)) from wrong
    refer = partial(_whole, description)
    fields = [
        _field(refer, one["name"], one["in"], one["schema"], needed=one.get("required", False))
        for one in found.get("parameters", ())
    ]
    body = found.get("requestBody")
    if body is not None:
        schema = refer(body["content"]["application/json"]["schema"])
        needed = set(schema.get("required", ()))
        taken = {one.name for one in fields}
        for name, one in schema["properties"].items():
            assert name not in taken, name
            fields.append(_field(refer, name, "body", one, needed=name in needed))
    return fields


def _whole(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference means; of one that may be null, the other half."""
    if "$ref" in schema:
        return _whole(description, description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return next(_whole(description, one) for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def _field(
    refer: Callable[[dict[str, Any]], dict[str, Any]],
    name: str,
    place: str,
    schema: dict[str, Any],
    *,
    needed: bool,
) -> Field:
    whole = refer(schema)
    kind = {"integer": "whole", "boolean": "yes", "array": "many", "object": "pairs"}.get(
        whole.get("type", ""), "text"
    )
    if kind == "many" and refer(whole.get("items", {})).get("type") == "object":
        kind = "value"
    if kind == "pairs" and "properties" in whole:
        kind = "value"
    if kind == "whole" and "enum" in whole:
        return Field(name, place, kind, needed, tuple(str(one) for one in whole["enum"]))
    return Field(name, place, kind, needed, tuple(whole.get("enum", ())) if kind == "text" else ())


def _parser(operation: Operation, fields: list[Field], login: Login) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"verbale {operation.words}", description=operation.does, allow_abbrev=False)
    for one in fields:
        own = login.tenant if one.name == "tenant" and login.role not in HOUSE else None
        needed = one.needed and own is None
        common: dict[str, Any] = {"required": needed, "default": own, "dest": one.name}
        shown = "|".join(one.choices) or one.name.upper()
        match one.kind:
            case "yes":
                parser.add_argument(one.option, action=argparse.BooleanOptionalAction, **common)
            case "whole":
                parser.add_argument(one.option, type=int, metavar=shown, **common)
            case "many":
                parser.add_argument(
                    one.option, action="append", metavar=f"{shown}", help="may be given again", **common
                )
            case "value":
                parser.add_argument(one.option, type=_json, metavar="JSON", **common)
            case "pairs":
                parser.add_argument(one.option, type=_pair, action=_Pairs, metavar="NAME=TEXT", **common)
            case _:
                parser.add_argument(
                    one.option, type=_text, choices=one.choices or None, metavar=shown, **common
                )
    parser.add_argument("--json", action="store_true", help="what the broker answered, as it is")
    if operation.file:
        parser.add_argument("--out", type=Path, metavar="FILE", help="where to write the file")
    add_login(parser)
    return parser


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


class _Pairs(argparse.Action):
    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: Any, option: object = None
    ) -> None:
        found = getattr(namespace, self.dest) or {}
        setattr(namespace, self.dest, found | dict([values]))


def _text(text: str) -> str:
    return sys.stdin.read().rstrip("\n") if text == "-" else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"no JSON: {wrong}") from wrong


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("NAME=TEXT")
    return name, value
