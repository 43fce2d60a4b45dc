"""The forms of texts inside evidence: how an id, a code, a digest, a day is spelled (FORMAT.md §1).

A record's field says its form in its annotation (``person: Id``), for type checkers a plain `str`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated

from audit import instant
from audit.errors import Malformed

_MAX_KNOWN = 4096


class Form:
    """`name` is the word FORMAT.md uses; `rule` judges a text by truth, or by raising `Malformed`."""

    def __init__(self, name: str, rule: Callable[[str], object]) -> None:
        self.name = name
        self._rule = rule
        self.known: set[str] = set()  # spellings already judged: a log repeats its ids without end

    def fits(self, value: object) -> bool:
        if type(value) is not str:
            return False
        try:
            good = bool(self._rule(value))
        except Malformed:
            return False
        if good and len(self.known) < _MAX_KNOWN:
            self.known.add(value)
        return good

    def check(self, value: object, what: str) -> str:
        """`value`, or `Malformed` naming `what`."""
        if not self.fits(value):
            raise Malformed(f"{what} is not of the form {self.name}")
        return str(value)


def _pattern(name: str, pattern: str) -> Form:
    return Form(name, re.compile(pattern).fullmatch)


def _day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _listed(text: str) -> bool:
    """One line of a host's list (audit/session_list.py)."""
    if text.count(" ") != 3:
        return False
    session, since, until, how = text.split(" ")
    times = [instant.parse(time) for time in (since, until) if time != "-"]
    running = (until == "-", how == "running")
    return ID.fits(session) and CODE.fits(how) and bool(times) and running in ((True, True), (False, False))


def _folder(text: str) -> bool:
    """One spelling: nothing that a system would read as another folder."""
    parts = text.split("/")[1:]
    named = text == "/" or all(part not in {"", ".", ".."} for part in parts)
    return text.startswith("/") and named and len(text) <= 200 and text.isprintable()


ID = _pattern("id", r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CODE = _pattern("code", r"[a-z0-9][a-z0-9_]{0,63}")
DIGEST = _pattern("digest", r"[0-9a-f]{64}")
KEY = _pattern("key", r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # 32 bytes: the last sign holds four bits
ACTIVITY = _pattern("activity", r"[A-Z]{1,16}(?:/FOR)?")
SEVERITY = Form("severity", frozenset("ABC").__contains__)
INSTANT = Form("instant", instant.parse)
DAY = Form("day", _day)
# Within what a calendar and `instant` can hold, whatever is added to it.
PERIOD = _pattern("period", r"2[0-8][0-9]{2}-(?:0[1-9]|1[0-2])")
# What a report may be of: a month, a week of ISO 8601, a quarter, one session.
REPORTED = _pattern(
    "reported",
    r"(?:2[0-8][0-9]{2}-(?:0[1-9]|1[0-2]|Q[1-4]|W(?:0[1-9]|[1-4][0-9]|5[0-3]))|INT-[A-Za-z0-9][A-Za-z0-9._-]{0,39})",
)
ZONE = _pattern("zone", r"(?=.{1,64}\Z)[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
# An X25519 recipient of age (age-encryption.org/v1): Bech32, so no 1, b, i, o behind the first 1.
RECIPIENT = _pattern("recipient", r"age1[02-9ac-hj-np-z]{58}")
# What a technician's ssh may send along; never what decides which code a process runs, or who it is.
VARIABLE = _pattern(
    "variable",
    r"(?!(?:LD_|DYLD_|BASH|PYTHON|PERL|RUBY|NODE_|JAVA|JDK_|GIT_|SSH_|SUDO_|XDG_|DBUS_|VERBALE|GLIBC_|MALLOC_|LESS)"
    r"|(?:PATH|ENV|IFS|HOME|USER|LOGNAME|SHELL|SHELLOPTS|CDPATH|FPATH|ZDOTDIR|PS[0-9]|PROMPT_COMMAND|PAGER|MANPAGER"
    r"|EDITOR|VISUAL|BROWSER|TERM|TERMCAP|TERMINFO|TERMINFO_DIRS|TMPDIR|LOCPATH|NLSPATH|GCONV_PATH|HOSTALIASES)\Z)"
    r"[A-Z][A-Z0-9_]{0,63}",
)
PORT_NAME = _pattern("port_name", r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
NET_HOST = _pattern("net_host", r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]{2,39})")
# Of a window's program or title. Three signs at least: two are in too many of them.
WINDOW_WORD = _pattern("window_word", r"[a-z0-9à-öø-ÿ][a-z0-9à-öø-ÿ ._+&'@:/-]{1,46}[a-z0-9à-öø-ÿ]")
LISTED = Form("listed", _listed)
# How whoever keeps a paper finds it again, a protocol number as a rule: no sentence and no address fits.
REFERENCE = _pattern("reference", r"(?=.*[0-9])[A-Za-z0-9](?:[A-Za-z0-9 ./_-]{0,38}[A-Za-z0-9])?")
LINE = Form("line", lambda text: len(text) <= 256 and text.isprintable())
FOLDER = Form("folder", _folder)

Id = Annotated[str, ID]
Code = Annotated[str, CODE]
Digest = Annotated[str, DIGEST]
Key = Annotated[str, KEY]
Activity = Annotated[str, ACTIVITY]
Severity = Annotated[str, SEVERITY]
Instant = Annotated[str, INSTANT]
Day = Annotated[str, DAY]
Period = Annotated[str, PERIOD]
Reported = Annotated[str, REPORTED]
Zone = Annotated[str, ZONE]
Line = Annotated[str, LINE]
Listed = Annotated[str, LISTED]
Reference = Annotated[str, REFERENCE]
