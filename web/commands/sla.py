"""`verbale sla deadline`: by when an incident's first answer is due, under a plan; `verbale sla acceptance`: the
last instant at which a customisation may be tested.

Each prints the instant as ISO 8601 with its offset, and in Italian words. Reads no customer's data.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.errors import Malformed
from broker.domain.acceptance import last_instant
from broker.domain.instants import chosen
from broker.domain.plans import PLANS, Severity, response_due
from broker.domain.public_holidays import Patron, parse_patron
from broker.domain.refusal import Refused
from broker.domain.service_time import NeverOpen
from web.present.reader import Reader
from web.present.times import WrongHour, in_full, typed

ROME = "Europe/Rome"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value")
    questions = parser.add_subparsers(required=True, metavar="QUESTION")
    deadline = questions.add_parser("deadline", help="by when the first answer is due")
    deadline.add_argument("--plan", required=True, choices=[*PLANS])
    deadline.add_argument("--severity", required=True, choices=[one.value for one in Severity])
    deadline.add_argument(
        "--received", required=True, metavar="WHEN", type=_received,
        help="when the report came: 2026-03-20T16:30 in Italy, or with an offset, 2026-10-25T02:30+01:00",
    )  # fmt: skip
    _patron_option(deadline)
    deadline.add_argument(
        "--closed", metavar="DATE", type=_day, action="append", default=[],
        help="a day closed by contract: 2026-12-24; may be given more than once",
    )  # fmt: skip
    deadline.set_defaults(answer=_deadline)
    acceptance = questions.add_parser("acceptance", help="when the fifteen days of acceptance end")
    acceptance.add_argument(
        "--received", required=True, metavar="WHEN", type=_received,
        help="when the customer received it: 2026-03-20T10:00 in Italy, or with an offset",
    )  # fmt: skip
    _patron_option(acceptance)
    acceptance.add_argument(
        "--peremptory", action="store_true", help="the contract says perentorio: no day is added"
    )
    acceptance.set_defaults(answer=_acceptance)


def _patron_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--patron", metavar="DAY", type=_patron,
        help="the patron saint's day, where it is kept: 11-03, or easter+50 where it moves",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """0: printed; 1: these closures leave no service time at all. Misuse ends in argparse, with 2."""
    try:
        found: datetime = args.answer(args)
    except NeverOpen:
        sys.stderr.write("Con queste chiusure il servizio non apre per più di un anno: ne tolga.\n")
        return 1
    at = found.astimezone(ZoneInfo(ROME)).isoformat(
        timespec="milliseconds" if found.microsecond else "seconds"
    )
    words = in_full(found, Reader("it", args.received))
    print(json.dumps({"at": at, "it": words}) if args.json else f"{at}\n{words}")
    return 0


def _deadline(args: argparse.Namespace) -> datetime:
    plan = PLANS[args.plan]
    calendar = plan.calendar(zone=ROME, patron=args.patron, closures=frozenset(args.closed))
    return response_due(plan, Severity(args.severity), args.received, calendar)


def _acceptance(args: argparse.Namespace) -> datetime:
    return last_instant(args.received, ROME, args.patron, peremptory=args.peremptory)


def _received(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return chosen(at if at.tzinfo else typed(text), "received")
    except WrongHour as wrong:
        offset = " Scriva lo scarto: +02:00 o +01:00." if wrong.twice else ""
        raise argparse.ArgumentTypeError(wrong.said[0] + offset) from wrong
    except Refused as wrong:
        raise argparse.ArgumentTypeError("Un istante dal 2000 al 2099.") from wrong
    except ValueError as wrong:
        raise argparse.ArgumentTypeError("Giorno e ora così: 2026-03-20T16:30.") from wrong


def _patron(text: str) -> Patron:
    try:
        return parse_patron(text)
    except Malformed as wrong:
        raise argparse.ArgumentTypeError("Mese e giorno così: 11-03; se è mobile: easter+50.") from wrong


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError("Un giorno così: 2026-12-24.") from wrong
    if day.isoformat() != text:  # week dates and the like: one spelling is enough
        raise argparse.ArgumentTypeError("Un giorno così: 2026-12-24.")
    return day
