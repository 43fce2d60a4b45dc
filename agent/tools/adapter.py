"""What is known of each licensed tool: data files that come with the agent, never from the broker.

Which one counts for a tool is the customer's word (`adapter` in his signed rules); what it says, this
agent's. A pattern may hold bounded repeats alone, so that no line of a hostile log takes long.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from audit.policy import Tool

Says = Literal["began", "ended", "whole"]  # `whole`: one line tells both, once the connection is over
GENERIC = "generic"
NAMES = ("anydesk", GENERIC, "iperius", "rustdesk", "supremo", "teamviewer")
SYSTEM = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")

# Not linear, or not bounded: a repeat without an end, a look around, a group said again.
_UNSAFE = re.compile(r"(?<!\\)\*|(?<![\\}])\+|\{\d+,\}|\(\?(?!:|P<)|\\[1-9]")


class NoAdapter(LookupError):
    """The rules name an adapter that this agent has not, or one that has nothing for this system."""


@dataclass(frozen=True, slots=True)
class LineForm:
    says: Says
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class LogPlace:
    """One log, wherever of `paths` it is (`~` is the account's home), and what its lines say."""

    paths: tuple[str, ...]
    lines: tuple[LineForm, ...]


@dataclass(frozen=True, slots=True)
class Adapter:
    """One tool on one system. `publisher` as the tool's maker is known; empty where nobody in particular."""

    name: str
    title: str
    publisher: str
    start: tuple[str, ...]
    processes: tuple[str, ...]
    logs: tuple[LogPlace, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A tool of the rules, as this host runs it."""

    start: tuple[str, ...]
    watch: tuple[str, ...]
    adapter: Adapter


def fit(tool: Tool, system: str = SYSTEM) -> Fitted:
    """What the signed rules say, and where they leave the start to the adapter, what that says.

    `NoAdapter` where nobody says how to start it here.
    """
    found = adapter(tool.adapter or GENERIC, system)
    start = tool.start or found.start
    if not start:
        raise NoAdapter(tool.adapter)
    return Fitted(start, tuple(dict.fromkeys((*tool.watch, *found.processes))), found)


@cache
def adapter(name: str, system: str = SYSTEM) -> Adapter:
    if name not in NAMES:
        raise NoAdapter(name)
    value = tomllib.loads(files("agent.tools").joinpath(f"{name}.toml").read_text("utf-8"))
    if system not in value:
        raise NoAdapter(name)
    return parse(name, value, system)


@cache
def known(system: str = SYSTEM) -> tuple[Adapter, ...]:
    """Every tool that this agent knows on this system."""
    found = []
    for name in NAMES:
        try:
            found.append(adapter(name, system))
        except NoAdapter:
            continue
    return tuple(one for one in found if one.processes)


def parse(name: str, value: dict[str, Any], system: str) -> Adapter:
    """`ValueError` for a file that is not as it must be: those of the agent are tested."""
    if set(value) - {"title", "source", "publisher", "linux", "windows", "macos"}:
        raise ValueError(f"{name}: a key nobody knows")
    here = value[system]
    if set(here) - {"start", "processes", "log"}:
        raise ValueError(f"{name}: a key nobody knows in {system}")
    if not value["source"].strip():
        raise ValueError(f"{name}: says not where its words come from")
    return Adapter(
        name,
        value["title"],
        value.get("publisher", ""),
        _texts(here.get("start", [])),
        _texts(here.get("processes", [])),
        tuple(LogPlace(_texts(log["paths"]), tuple(map(_line, log["line"]))) for log in here.get("log", [])),
    )


def _texts(value: Sequence[object]) -> tuple[str, ...]:
    if not all(isinstance(one, str) and one for one in value):
        raise ValueError("not a list of texts")
    return tuple(cast(Sequence[str], value))


def _line(value: dict[str, str]) -> LineForm:
    says, text = value["says"], value["pattern"]
    if says not in get_args(Says):
        raise ValueError(f"{says}: what no line says")
    if _UNSAFE.search(text):
        raise ValueError(f"a pattern that may take long: {text}")
    return LineForm(cast(Says, says), re.compile(text, re.ASCII))
