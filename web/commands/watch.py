"""`verbale watch SESSION`: the page on which a running session is watched and can be ended.

It opens that page and shows nothing itself: a watcher is counted as there by a key that his page alone has, and that
key signs that he is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys

from web.commands import browser
from web.commands.broker_call import Unanswered
from web.commands.login import add_login, kept

_SESSION = re.compile(r"s-[0-9a-f]{10}")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION", help="s-…")
    parser.add_argument("--json", action="store_true", help="one JSON value")
    add_login(parser)


def run(args: argparse.Namespace) -> int:
    """0 the page is known and opened where there is a browser; 1 nobody is logged in; 2 no session's name."""
    if _SESSION.fullmatch(args.session) is None:
        sys.stderr.write("Scriva la sessione come la mostra la pagina: s-1a2b3c4d5e.\n")
        return 2
    try:
        login = kept(args.login)
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    address = f"{login.origin}/sessioni/{args.session}/diretta"
    print(json.dumps({"page": address}) if args.json else f"Si guarda nel browser: {address}")
    browser.show(address, quiet=True)
    return 0
