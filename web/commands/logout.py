"""`verbale logout`: the login that `verbale login` kept ends, at the broker and here."""

from __future__ import annotations

import argparse
import json
import sys

from web.commands.broker_call import Unanswered, caller, said
from web.commands.login import add_login, kept


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value")
    add_login(parser)


def run(args: argparse.Namespace) -> int:
    """0 ended, 1 not, with a sentence."""
    try:
        login = kept(args.login)
        answer = caller(login.origin, login.token)("POST", "/api/logout", None)
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    if answer.status not in (200, 401):  # 401: it had ended already
        sys.stderr.write(f"{said(answer)}\n")
        return 1
    args.login.unlink()
    print(json.dumps({"out": login.origin, "had_ended": answer.status == 401}) if args.json else "È uscito.")
    return 0
