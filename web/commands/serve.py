"""`verbale serve`: run the broker with its pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from audit.errors import Malformed
from broker.domain.public_holidays import parse_patron
from web.commands import post
from web.commands.port import port


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, required=True, help="folder of database and keys")
    parser.add_argument(
        "--host", default="localhost", help="address to listen on (localhost: both loopbacks)"
    )
    parser.add_argument("--port", type=port, default=8700, help="0: any free one")
    parser.add_argument("--ssh-port", type=port, default=2222, help="0: any free one")
    parser.add_argument("--origin", help="what browsers call this broker; default http://localhost:PORT")
    parser.add_argument(
        "--signing-origin", required=True, help="the signing site, e.g. https://firma.example"
    )
    parser.add_argument("--registry", default="registro.localhost", help="domain part of the logs' names")
    parser.add_argument("--vendor", default="Verbale", help="name in the report's certificate")
    parser.add_argument(
        "--database", help="sqlite:///… or postgresql+asyncpg://…; default in the state folder"
    )
    parser.add_argument("--smtp", metavar="HOST:PORT", help="mail server; without it no mail is sent")
    parser.add_argument("--tsa", metavar="URL", help="RFC 3161 timestamp authority; needs --tsa-ca")
    parser.add_argument(
        "--tsa-ca",
        type=Path,
        metavar="FILE",
        help="its root certificate, and intermediates it does not send (PEM)",
    )
    parser.add_argument(
        "--report-certificate",
        type=Path,
        metavar="FILE",
        help="the vendor's own, to sign reports: PEM with those above it, or PKCS#12; default one made here",
    )
    parser.add_argument("--report-key", type=Path, metavar="FILE", help="its key in PEM; not with PKCS#12")
    parser.add_argument("--report-password", type=Path, metavar="FILE", help="file with the key's password")
    post.add_options(parser)
    parser.add_argument("--mail-from", default="verbale@localhost")
    parser.add_argument("--zone", default="Europe/Rome")
    parser.add_argument(
        "--patron", metavar="DAY", type=_patron,
        help="the patron saint's day at the vendor's seat, for contracts that name none: 06-24, or easter+50",
    )  # fmt: skip
    parser.add_argument(
        "--rest-minutes", type=int, choices=range(1, 721), default=15, metavar="N",
        help="without an act of the person for so long, pages ask who is there; 15, the most that PCI DSS lets, "
        "unless a customer's rules ask for less",
    )  # fmt: skip
    _add_plugs(parser)
    parser.add_argument("--trusted-proxy", default="", help="addresses of the reverse proxy, by commas")
    parser.add_argument(
        "--agents", type=Path, metavar="DIR", help="the agent's programs to give out; default STATE/agents"
    )
    parser.add_argument("--demo", action="store_true", help="customers opened here are a demo's")
    parser.add_argument(
        "--json",
        action="store_true",
        help="each line an object: what is to be done, and `ready` once it listens",
    )


def _add_plugs(parser: argparse.ArgumentParser) -> None:
    """Where other systems come in, and where this one reaches them."""
    parser.add_argument(
        "--webhook-inside",
        action="append",
        default=[],
        metavar="HOST",
        help="a host of your own network that webhooks may call, also without TLS; may be given again",
    )
    parser.add_argument(
        "--metrics",
        type=_place,
        metavar="ADDRESS:PORT",
        help="answer GET /metrics (Prometheus) there, to whoever reaches it: an address of this machine",
    )


def _place(text: str) -> tuple[str, int]:
    host, colon, number = text.rpartition(":")
    if not colon or not host:
        raise argparse.ArgumentTypeError("Così: 127.0.0.1:9100.")
    return host.strip("[]"), port(number)


def _patron(text: str) -> str:
    try:
        parse_patron(text)
    except Malformed as wrong:
        raise argparse.ArgumentTypeError("Mese e giorno così: 11-03; se è mobile: easter+50.") from wrong
    return text


def run(args: argparse.Namespace) -> int:
    # Imported here: the other commands need none of what a broker is made of.
    from web.commands import run_broker

    return run_broker.run(args)
