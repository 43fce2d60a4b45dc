"""`verbale connect HOST`: into the session that is open on that host, by ssh, or what it still takes to have one."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from typing import Any

from audit.visible import visible
from web.commands import browser
from web.commands.approve import asked
from web.commands.broker_call import Unanswered, caller
from web.commands.login import Login, kept

RUNS = ("active", "paused")
# What a broker may say is an address and no option: its words go to a program of this computer.
_SSH = re.compile(r"-p [0-9]{1,5} s-[0-9a-f]{10}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
NOT_AN_ADDRESS = "Il broker non dà un indirizzo per ssh: lo dica a chi lo amministra."
NO_SSH = "Manca il programma ssh: si colleghi con un altro, così: ssh {ssh}"


def run(args: argparse.Namespace) -> int:
    """The exit status of ssh; 1 there is no session yet, with a sentence."""
    try:
        login = kept(args.login)
        found = [one for one in asked(caller(login.origin, login.token)) if _is(one, args.place)]
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    mine = [one for one in found if one["own"]]
    running = [one for one in mine if one["phase"] in RUNS and one["ssh"]]
    if args.json:
        print(
            json.dumps({"host": args.place, "requests": found, "ssh": running[0]["ssh"] if running else None})
        )
        return 0 if running else 1
    if running:
        return into(str(running[0]["ssh"]), identity=args.identity)
    return _not_yet(args.place, mine, login)


def _is(one: dict[str, Any], place: str) -> bool:
    return place in (one["host"], one["label"])


def into(ssh: str, *, identity: str | None) -> int:
    if _SSH.fullmatch(ssh) is None:
        sys.stderr.write(f"{NOT_AN_ADDRESS}\n")
        return 1
    words = ["ssh", *([] if identity is None else ["-i", identity]), *ssh.split(" ")]
    sys.stderr.write(f"{' '.join(words)}\n")
    try:
        os.execvp("ssh", words)  # noqa: S606 - the user's own ssh
    except FileNotFoundError:
        sys.stderr.write(NO_SSH.format(ssh=ssh) + "\n")
        return 1


def _not_yet(place: str, mine: list[dict[str, Any]], login: Login) -> int:
    name = visible(place)
    for one in mine:
        if one["session"] is not None:
            print(
                f"Su {name} la sessione {one['session']} è autorizzata e non ancora avviata: la avvii dalla sua pagina."
            )
            browser.show(f"{login.origin}/sessioni/{one['session']}")
            return 1
    if mine:
        print(
            f"Su {name} la richiesta {mine[0]['request']} aspetta: {', '.join(mine[0]['lacks']) or mine[0]['stands']}."
        )
        return 1
    page = f"{login.origin}/richieste/nuova"
    print(f"Su {name} lei non ha richieste aperte.")
    if sys.stdin.isatty() and sys.stdout.isatty():
        sys.stdout.write("Chiedere l’accesso ora, nel browser? [s/N] ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() in ("s", "si", "sì", "y"):
            browser.show(page)
        return 1
    print(f"Si chiede qui: {page}")
    return 1
