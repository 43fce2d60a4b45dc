"""The command line by which a stock `rsync` asks for its other half over ssh; one spelling, run by no shell. Pure.

rsync sends `rsync --server [--sender] -FLAGSe.CAPABILITIES [--option …] . PATH`, with a backslash before each
character that a shell would read otherwise. What is asked for is served wholly or not at all: an option that
is not listed here is named to whoever typed it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_COMMAND_CHARS = 4096
SEVERAL = "host:A host:B"  # named where more than one path was asked for
_NEVER_PLAIN = frozenset("!#$&;|<>(){}\"'`\t")  # without a backslash no rsync sends them
_PATTERN = frozenset("*?[]")  # rsync leaves them to a shell, and here is none
# Flags, in both ways those that say something about the list or the contents, then those about what is there.
_BOTH = frozenset("vqnlogDtprdcIzWJ")
_TO_HOST = _BOTH | frozenset("uOx")  # `x` would only keep deletions on one disk
_FROM_HOST = _BOTH | frozenset("ubS")  # the technician's own end does these, to his own files
_FLAGS = re.compile(r"-([A-Za-z]*)e\.[A-Za-z]*")
_NAME = re.compile(r"--?[A-Za-z][a-z-]{0,40}")
_ALWAYS = r"--timeout=\d{1,6}|--numeric-ids|--compress-level=\d|--old-compress|--inplace"
_OPTIONS = {
    True: re.compile(rf"{_ALWAYS}|--list-only"),
    False: re.compile(
        rf"{_ALWAYS}|--stats|--log-format=(?:%i|%i%I|%o|X)|--partial|--size-only|--existing|--ignore-existing"
        r"|--bwlimit=\d{1,9}"
    ),
}


@dataclass(frozen=True, slots=True)
class RsyncCommand:
    """The host's half of rsync: it sends (`--sender`) or takes what `path` names.

    `owners`, `groups` and `devices` say what stands in the list of files; none of them is set or made.
    """

    sends: bool
    path: str
    recursive: bool = False
    folders: bool = False
    links: bool = False
    owners: bool = False
    groups: bool = False
    devices: bool = False
    times: bool = False
    modes: bool = False
    checksums: bool = False
    compressed: bool = False
    only_tells: bool = False
    takes_all: bool = False
    numeric: bool = False
    by_size: bool = False
    only_present: bool = False
    only_new: bool = False
    keeps_newer: bool = False
    no_folder_times: bool = False
    level: int = 6


@dataclass(frozen=True, slots=True)
class Unserved:
    """A command line of rsync that asks for `option`, which this host does not do."""

    option: str


def read(command: str) -> RsyncCommand | Unserved | None:
    """None for what rsync would not have sent."""
    if len(command) > MAX_COMMAND_CHARS or not command.isprintable():
        return None
    words = _words(command)
    if isinstance(words, Unserved):
        return words
    if words is None or words[1:2] != ["--server"]:
        return None
    if words[0] != "rsync":
        return Unserved("--rsync-path")
    rest = words[2:]
    sends = rest[:1] == ["--sender"]
    return _read(sends, rest[1:] if sends else rest)


def _read(sends: bool, rest: list[str]) -> RsyncCommand | Unserved | None:  # noqa: FBT001 - the direction
    cluster = _FLAGS.fullmatch(rest[0]) if rest else None
    if cluster is None:
        name = _NAME.match(rest[0]) if rest else None
        return Unserved(name[0]) if name else None
    flags = cluster[1]
    strange = sorted(set(flags) - (_FROM_HOST if sends else _TO_HOST))
    if strange:
        return Unserved(f"-{strange[0]}")
    if "." not in rest:
        return None
    options, paths = rest[1 : rest.index(".")], rest[rest.index(".") + 1 :]
    for option in options:
        if not _OPTIONS[sends].fullmatch(option):
            name = _NAME.match(option)
            return Unserved(name[0]) if name else None
    if not paths or not all(paths):
        return None
    return Unserved(SEVERAL) if len(paths) > 1 else _made(sends, paths[0], flags, options)


def _made(sends: bool, path: str, flags: str, options: list[str]) -> RsyncCommand:  # noqa: FBT001
    levels = [int(one[-1]) for one in options if one.startswith("--compress-level=")]
    return RsyncCommand(
        sends, path,
        recursive="r" in flags, folders="d" in flags or "r" in flags, links="l" in flags, owners="o" in flags,
        groups="g" in flags, devices="D" in flags, times="t" in flags, modes="p" in flags,
        checksums="c" in flags, compressed="z" in flags, only_tells="n" in flags, takes_all="I" in flags,
        numeric="--numeric-ids" in options, by_size="--size-only" in options,
        only_present="--existing" in options, only_new="--ignore-existing" in options, keeps_newer="u" in flags,
        no_folder_times="O" in flags, level=levels[-1] if levels else 6,
    )  # fmt: skip


def _words(command: str) -> list[str] | Unserved | None:
    """Parted at each single space; a backslash makes the next character one of the name."""
    words: list[list[str]] = [[]]
    signs = iter(command)
    pattern = False
    for sign in signs:
        if sign == "\\":
            escaped = next(signs, None)
            if escaped is None:
                return None
            words[-1].append(escaped)
        elif sign == " ":
            words.append([])
        elif sign in _NEVER_PLAIN:
            return None
        else:
            pattern = pattern or sign in _PATTERN or (sign == "~" and not words[-1])
            words[-1].append(sign)
    found = ["".join(word) for word in words]
    if pattern and found[1:2] == ["--server"]:
        return Unserved("* ? [ ] ~")
    return found if all(found) else None
