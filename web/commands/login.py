"""`verbale login [https://BROKER]`: who uses the other commands, as the person that he is; `verbale logout` ends it.

A browser in which you are logged in shows a code (Preferenze, «Entrare da un terminale»), good once; with
--email, password and one-time code instead, which technicians do not have. What it gives is kept in a file that
only you can read ($VERBALE_LOGIN, else ~/.config/verbale/login.json), and ends when the browser's login does.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audit.visible import visible
from web.commands.broker_call import Unanswered, caller, read_origin, said

HOUSE = ("technician", "owner")  # the vendor's people
NOBODY = "Non è entrato: scriva «verbale login https://indirizzo-del-broker»."
UNREAD = "{path} non è un accesso di Verbale: lo tolga e scriva «verbale login»."
OPEN = "{path} lo può leggere anche altri: lo renda leggibile al solo proprietario (chmod 600)."


@dataclass(frozen=True, slots=True)
class Login:
    origin: str
    token: str
    name: str
    role: str
    tenant: str
    expires: str


def usual_file() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(os.environ.get("VERBALE_LOGIN") or f"{home}/verbale/login.json").expanduser()


def kept(path: Path) -> Login:
    """`Unanswered` says what to do where there is none."""
    try:
        if path.stat().st_mode & 0o077:
            raise Unanswered(OPEN.format(path=path))
        found = json.loads(path.read_text(encoding="utf-8"))
        login = Login(**found)
        read_origin(login.origin)
    except FileNotFoundError as wrong:
        raise Unanswered(NOBODY) from wrong
    except (ValueError, TypeError) as wrong:
        raise Unanswered(UNREAD.format(path=path)) from wrong
    return login


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("broker", nargs="?", metavar="https://BROKER", help="as in a browser")
    parser.add_argument("--email", help="log in with password and one-time code")
    parser.add_argument("--json", action="store_true", help="one JSON value")
    add_login(parser)


def add_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--login", type=Path, default=usual_file(), metavar="FILE", help="whose login is used"
    )


def run(args: argparse.Namespace) -> int:
    """0 in, 1 not, with a sentence."""
    try:
        entered = enter(args.login, args.broker, args.email)
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    told = {key: value for key, value in asdict(entered).items() if key != "token"}
    name = visible(entered.name)
    print(
        json.dumps(told)
        if args.json
        else f"È entrato come {name} ({entered.role}), fino a {entered.expires}."
    )
    return 0


def enter(file: Path, broker: str | None = None, email: str | None = None) -> Login:
    """Ask for what lets him in, and keep it in `file`; without `broker`, where he was in before."""
    origin = read_origin(broker or kept(file).origin)
    if email:
        body = {"email": email, "password": _asked("Password: "), "code": _asked("Codice a sei cifre: ")}
        answer = caller(origin)("POST", "/api/login/password", body)
    else:
        sys.stderr.write(f"Apra {origin}/riga-di-comando e prenda il codice.\n")
        answer = caller(origin)("POST", "/api/login/code", {"code": _asked("Codice: ")})
    if answer.status != 200 or not answer.cookie:
        raise Unanswered(said(answer))
    found: dict[str, Any] = answer.value()
    told = {key: str(found[key]) for key in ("name", "role", "tenant", "expires")}
    login = Login(origin=origin, token=answer.cookie, **told)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as writing:
        json.dump(asdict(login), writing)
    new.replace(file)
    return login


def _asked(prompt: str) -> str:
    """Not shown where there is a terminal; a line of standard input where there is none."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt).strip()
    return sys.stdin.readline().strip()
