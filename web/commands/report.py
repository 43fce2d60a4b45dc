"""`verbale report [MONTH]`: a month's signed report with its bundle, downloaded and judged here.

The verdict is that of `verbale-verify`, by the keys of --trust: the trust.json that the customer kept. Without it those
that the broker gives are used, and that is said: they prove that report and log fit, not whose they are.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from web.commands.broker_call import NotThere, Unanswered, fetch
from web.commands.login import HOUSE, Login, add_login, kept
from web.commands.progress import bar

_PERIOD = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2]|Q[1-4]|W[0-5][0-9])(?:-P[0-9]{1,3})?")
OF_WHOM = "Dica di quale cliente: --tenant t-…"
NO_REPORT = "Non c’è un rapporto {number}: quel mese non è chiuso, o il cliente non c’era ancora."
BY_BROKER = "Giudicato con le chiavi che dà il broker: per non doversi fidare di lui, --trust con il trust.json conservato."


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("month", nargs="?", metavar="MONTH", help="2026-11; default the last one that ended")
    parser.add_argument("--tenant", help="of which customer; default one's own")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to; default here")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="the trust.json that was kept")
    parser.add_argument("--json", action="store_true", help="one JSON value, with the verdict")
    add_login(parser)


def run(args: argparse.Namespace) -> int:
    """0 sound; 1 not downloaded, or findings; 2 misuse."""
    month = args.month or f"{datetime.now().astimezone().replace(day=1) - timedelta(days=1):%Y-%m}"
    if _PERIOD.fullmatch(month) is None:
        sys.stderr.write("Scriva il mese così: 2026-11.\n")
        return 2
    try:
        login = kept(args.login)
        tenant = args.tenant or ("" if login.role in HOUSE else login.tenant)
        if not re.fullmatch(r"t-[0-9a-f]{4,32}", tenant):
            sys.stderr.write(f"{OF_WHOM}\n")
            return 2
        number = f"VB-{tenant.removeprefix('t-')}-{month}"
        pdf, bundle = (
            _fetch(login, f"/rapporti/{number}.{end}", args.out / f"{number}.{end}") for end in ("pdf", "zip")
        )
        trust = args.trust or _trust(login, args.out)
    except NotThere:
        sys.stderr.write(f"{NO_REPORT.format(number=number)}\n")
        return 1
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    if trust is not None and args.trust is None:
        sys.stderr.write(f"{BY_BROKER}\n")
    return _judge(args, pdf, bundle, trust)


def _fetch(login: Login, path: str, out: Path) -> Path:
    with bar(out.name) as told:
        fetch(login.origin, login.token, path, out, told)
    return out


def _trust(login: Login, folder: Path) -> Path | None:
    """The broker's own word of the keys; only a customer's people are given it."""
    if login.role in HOUSE:
        return None
    return _fetch(login, "/trust.json", folder / "trust.from-broker.json")


def _judge(args: argparse.Namespace, pdf: Path, bundle: Path, trust: Path | None) -> int:
    # Here, so that no other command loads a verifier.
    from audit import cli as verifier

    asked = [str(bundle), *([] if trust is None else ["--trust", str(trust)])]
    if not args.json:
        print(pdf)
        print(bundle)
        return verifier.main(asked)
    said = StringIO()
    with redirect_stdout(said):
        code = verifier.main([*asked, "--json"])
    verdict = json.loads(said.getvalue()) if said.getvalue() else None
    print(json.dumps({"pdf": str(pdf), "bundle": str(bundle), "verdict": verdict}))
    return code
