"""`verbale demo`: everything on this machine. `--headless` walks the whole path; `session` opens one by script."""

from __future__ import annotations

import argparse
from pathlib import Path

from web.commands.port import port

DEFAULT_STATE = Path(".demo")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=("session",), help="open a session on the running demo")
    parser.add_argument(
        "--state",
        type=Path,
        help=f"where the demo keeps itself ({DEFAULT_STATE}); with --attack: one to steal a copy of",
    )
    parser.add_argument("--headless", action="store_true", help="the whole path, without hands")
    parser.add_argument(
        "--attack",
        choices=("stolen-broker",),
        help="steal the broker of a demo, and try everything",
    )
    parser.add_argument("--out", type=Path, help="with --headless: where report, bundle and transcript go")
    parser.add_argument("--json", action="store_true", help="print the running demo's addresses and files")
    parser.add_argument("--channels", default="terminal,exec", help="with session: which, by commas")
    parser.add_argument(
        "--month",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="a new demo begins with three customers and the month before, simulated",
    )
    parser.add_argument("--port", type=port, default=8700, help="0: any free one")
    parser.add_argument("--signing-port", type=port, default=8701, help="0: any free one")
    parser.add_argument("--ssh-port", type=port, default=2222, help="0: any free one")
    parser.add_argument("--smtp-port", type=port, default=8725, help="0: any free one")


def run(args: argparse.Namespace) -> int:
    # Imported here: `verbale serve` needs none of what the demo is made of.
    from web.demo import hands, headless
    from web.demo.machine import Ports

    if args.headless:
        if args.out is None:
            print("Manca --out CARTELLA: dove mettere rapporto, pacchetto e racconto.")
            return 2
        return headless.run(args.out)
    if args.attack is not None:
        from web.demo.attack import run as attack

        return attack.run(state=args.state)
    state = args.state or DEFAULT_STATE
    if args.what == "session":
        return hands.session(state, tuple(args.channels.split(",")), as_json=args.json)
    if args.json:
        return hands.addresses(state)
    ports = Ports(args.port, args.signing_port, args.ssh_port, args.smtp_port)
    return hands.run(state, ports, usual=state == DEFAULT_STATE, month=args.month)
