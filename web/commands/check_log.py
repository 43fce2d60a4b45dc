"""`verbale check-log [TENANT]`: every record of a log against its signed head, or of all logs."""

from __future__ import annotations

import argparse

from web.commands.reach import add_json, add_state, answered, ask


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", nargs="?", help="id of the customer, t-…; all, if left out")
    add_state(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """0 sound, 1 a log is not, or it could not be looked at."""
    stopped = "Il broker si è fermato prima di rispondere: lo riavvii e ripeta."
    said = ask(args.state, "check_log", stopped=stopped, nobody=None, tenant=args.tenant)
    if (code := answered(args, said, "logs")) is not None:
        return code or int(any(one["wrong"] for one in said["logs"]))
    for one in said["logs"]:
        print(one["wrong"] or f"{one['tenant']}: in ordine, {one['size']} registrazioni.")
    return int(any(one["wrong"] for one in said["logs"]))
