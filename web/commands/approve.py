"""`verbale approve [REQUEST]`: what waits for a yes, and the page on which it is signed; then it waits for the answer.

A terminal signs nothing: the passkey is the browser's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from audit.visible import visible
from web.commands import browser
from web.commands.broker_call import Call, Unanswered, caller, said
from web.commands.login import add_login, kept

POLL_S = 2.0
WAITING = "awaiting_approval"
_ANSWERS = {
    "approved": "Autorizzata.",
    "supervised": "Autorizzata.",
    "opened": "Autorizzata, e la sessione è già cominciata.",
    "rejected": "Rifiutata.",
    "withdrawn": "Ritirata da chi l’aveva chiesta.",
    "revoked": "L’autorizzazione è stata ritirata.",
    "lapsed": "La finestra è finita senza risposta.",
    "solved_by_customer": "Il cliente ha risolto da sé.",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", nargs="?", metavar="REQUEST", help="r-…; without it, those that wait")
    parser.add_argument(
        "--wait",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="for the answer; 0: not at all; default 600",
    )
    parser.add_argument("--json", action="store_true", help="one JSON value")
    add_login(parser)


def run(args: argparse.Namespace) -> int:
    """0 listed, or approved; 1 it was not, or nobody answered in that time; 2 misuse."""
    try:
        login = kept(args.login)
        call = caller(login.origin, login.token)
        if args.request is None:
            return _list(call, args)
        state = _state(call, args.request)
        if state == WAITING:
            browser.show(f"{login.origin}/richieste/{args.request}/approva")
            state = _wait(call, args.request, args.wait)
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    if args.json:
        print(json.dumps({"request": args.request, "state": state}))
    else:
        print(_ANSWERS.get(state, "Nessuno ha ancora risposto." if state == WAITING else state))
    return 0 if state in ("approved", "supervised", "opened") else 1


def _list(call: Call, args: argparse.Namespace) -> int:
    waiting = [one for one in asked(call) if one["stands"] == WAITING]
    if args.json:
        print(json.dumps(waiting))
        return 0
    for one in waiting:
        print(
            "\t".join(
                visible(str(one[key])) for key in ("request", "customer", "label", "incident", "not_after")
            )
        )
    if not waiting:
        print("Nulla aspetta una risposta.")
    return 0


def asked(call: Call) -> list[dict[str, Any]]:
    """Requests that something can still come of."""
    answer = call("GET", "/api/requests", None)
    if answer.status != 200:
        raise Unanswered(said(answer))
    found: list[dict[str, Any]] = answer.value()
    return found


def _state(call: Call, request: str) -> str:
    if not request.replace("-", "").isalnum() or not request.isascii():
        raise Unanswered("Scriva il numero della richiesta come lo mostra la pagina: r-1a2b3c4d.")
    answer = call("GET", f"/api/requests/{request}", None)
    if answer.status != 200:
        raise Unanswered(said(answer))
    return str(answer.value()["state"])


def _wait(call: Call, request: str, seconds: float) -> str:
    ends = time.monotonic() + seconds
    while (state := _state(call, request)) == WAITING and time.monotonic() < ends:
        time.sleep(POLL_S)
    return state
