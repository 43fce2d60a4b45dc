"""`verbale`: serve the broker with its pages, run the demo, and do from a terminal what the pages do."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence
from typing import Protocol

from broker.api.operations import NOUNS
from broker.store.schema_version import SchemaUnknown
from web.commands import (
    approve,
    ask_lists,
    check_log,
    close_month,
    completion,
    connect,
    demo,
    doctor,
    erase,
    import_files,
    login,
    logout,
    mail,
    over_api,
    queue,
    recover,
    report,
    rotate_log_key,
    serve,
    signing_files,
    sla,
    watch,
)

# What the machine's administrator mends: anything else is a fault of ours, and is shown whole.
SYSTEM_REFUSES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM})
WHO_MENDS = "Chi amministra la macchina liberi spazio, controlli il disco o dia il permesso."


class Command(Protocol):
    """A module of `web.commands`."""

    __doc__: str | None

    def add_options(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


COMMANDS: tuple[tuple[str, Command, str], ...] = (
    ("serve", serve, "run the broker"),
    ("signing-files", signing_files, "the signing site as files, for a web server of its own"),
    ("demo", demo, "everything on this machine, for a look"),
    ("close-month", close_month, "make a customer's signed report of a month"),
    ("ask-lists", ask_lists, "have every connected host sign the list of its sessions"),
    ("erase", erase, "erase now what terms have ended for"),
    ("check-log", check_log, "check a customer's log, or all, record by record"),
    ("recover", recover, "go on where a restored copy lacks records that hosts know of"),
    ("rotate-log-key", rotate_log_key, "go on with a customer's log under a new key"),
    ("connect", connect, "into the session on a host, or a port of it on this computer"),
    ("approve", approve, "what waits for a yes, and the page on which it is signed"),
    ("watch", watch, "the page on which a session is watched and can be ended"),
    ("report", report, "a month's signed report, downloaded and judged here"),
    ("mail", mail, "what a mail proves"),
    ("queue", queue, "what waits, in the order in which it is handed out"),
    ("sla", sla, "by when a first answer is due, and when the days of acceptance end"),
    ("login", login, "come in to a broker, for the commands below that name things of it"),
    ("import", import_files, "customers, people, hosts, products and contracts from CSV files"),
    ("logout", logout, "end that"),
    ("completion", completion, "what a shell needs to complete these words"),
    ("doctor", doctor, "check that this installation is what it should be"),
)


def parser() -> argparse.ArgumentParser:
    """Of all commands but the API's own, whose options its description has."""
    made = argparse.ArgumentParser(prog="verbale", description=__doc__)
    made.set_defaults(whole=made)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for name, module, words in COMMANDS:
        one = commands.add_parser(name, help=words, description=module.__doc__)
        module.add_options(one)
        one.set_defaults(run=module.run)
    for noun, words in NOUNS.items():
        commands.add_parser(noun, help=f"{words}, over the broker's API", add_help=False)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """0: done; 1: it could not be done, and a sentence says why; 2: misuse."""
    given = list(sys.argv[1:] if argv is None else argv)
    args = argparse.Namespace()
    try:
        if given and given[0] in NOUNS:
            return over_api.main(given)
        args = parser().parse_args(given)
        return int(args.run(args))
    except SchemaUnknown as no:
        sys.stderr.write(f"{no}\n")
        return 1
    except OSError as wrong:
        if wrong.errno not in SYSTEM_REFUSES:
            raise
        path = wrong.filename or getattr(args, "state", None) or "."
        sys.stderr.write(f"Il sistema non lascia scrivere in {path} ({wrong.strerror}). {WHO_MENDS}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
