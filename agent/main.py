"""`verbale-agent`: enrol this host, run its agent, and what a person at it may do."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import logging
import os
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent import bar_command, daemon, desk_call, desk_status, enrol, setback, witness_options
from agent.language import NAMED
from agent.paper_wait import held_in
from agent.pins_store import (
    REVOKED_PINS_FILE,
    Enrolled,
    StateDamaged,
    load_enrolled,
    mark_revoked,
    revoked_at,
)
from agent.sentences import FAILED, MISUSE, Failure, say
from agent.settings import Settings
from agent.spool import waiting_in
from agent.system.here import accounts, lifecycle
from agent.wire.refusals import REFUSALS
from agent.witness import FORK_FILE, read_held
from audit import instant

FAREWELL_LIMIT_S = 10.0
MAX_STOP_BYTES = 8 * 1024
MAX_REPORT = 1000  # signs of a text; the agent keeps fewer
DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def main(argv: Sequence[str] | None = None) -> int:
    """0: done; 1: refused or failed; 2: misuse, or a state that no second try mends. Every no is one
    sentence on standard error."""
    args = _parser().parse_args(argv)
    user = _user()
    settings = Settings.read(os.environ, state_dir=args.state, language=args.lang, is_root=user.is_root)
    try:
        return int(args.run(args, settings, user))
    except KeyboardInterrupt:
        return 130
    except Failure as failure:
        print(failure.sentence(settings.language), file=sys.stderr)
        return failure.exit_code
    except desk_call.DeskSaysNo as no:
        print(no, file=sys.stderr)
        return FAILED
    except StateDamaged as damaged:
        print(say("state_damaged", settings.language, path=damaged.path), file=sys.stderr)
        return MISUSE
    except PermissionError:
        print(say("state_not_allowed", settings.language, state=settings.state_dir), file=sys.stderr)
        return MISUSE
    except OSError as wrong:
        if wrong.errno not in DISK_TROUBLE:
            raise
        path = wrong.filename or settings.state_dir
        print(say("system_refuses", settings.language, path=path, why=wrong.strerror), file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", type=Path, metavar="DIR", help="cartella di stato / state folder")
    common.add_argument("--lang", choices=("it", "en"), help="lingua / language")
    parser = argparse.ArgumentParser(prog="verbale-agent", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    enrolling = _enrolling()
    one = commands.add_parser(
        "enroll",
        aliases=["enrol"],
        parents=[common, enrolling],
        help="iscrive questa macchina / enrol this host",
    )
    one.set_defaults(run=_enroll)
    one = commands.add_parser(
        "once",
        parents=[common, enrolling],
        help="una sola sessione, senza installare nulla (--state: dove fare la cartella temporanea) "
        "/ one session, nothing installed (--state: where to make the temporary folder)",
    )
    one.set_defaults(run=_once)
    one = commands.add_parser("run", parents=[common], help="avvia l’agente / run the agent")
    one.set_defaults(run=_run)
    one = commands.add_parser("status", parents=[common], help="stato della macchina / this host's state")
    one.set_defaults(run=_status)
    one = commands.add_parser(
        "desk", parents=[common], help="la finestra alla postazione / the window at the desk"
    )
    one.add_argument("--show", action="store_true", help=argparse.SUPPRESS)  # what the waiting one starts
    one.set_defaults(run=_desk)
    _at_the_desk(commands, common)
    one = commands.add_parser(
        "stop", parents=[common], help="chiude la sessione di un ordine firmato / end by a signed order"
    )
    one.add_argument("file", type=Path, metavar="FILE")
    one.set_defaults(run=_stop)
    for name, allow in (("allow", True), ("deny", False)):
        what = "acconsente / allow" if allow else "nega / refuse"
        one = commands.add_parser(name, parents=[common], help=f"{what} (SESSION)")
        one.add_argument("session", metavar="SESSION")
        one.set_defaults(run=_answer, allow=allow)
    _revoking(commands, common)
    one = commands.add_parser(
        "witness", parents=[common], help="testimone di registri, via HTTP / a witness of logs over HTTP"
    )
    witness_options.add_options(one)
    one.set_defaults(run=_witness)
    return parser


def _at_the_desk(commands: Any, common: argparse.ArgumentParser) -> None:
    """What whoever sits at the machine ends, says and reads."""
    one = commands.add_parser("interrupt", parents=[common], help="interrompe una sessione / end a session")
    one.add_argument("session", nargs="?", metavar="SESSION")
    one.add_argument("--why", default="", help="dopo averla chiusa, perché / why, said once it has ended")
    one.set_defaults(run=_interrupt)
    one = commands.add_parser(
        "report",
        parents=[common],
        help="segnala a titolare e ADS qualcosa che non va / tell the customer that something is odd",
    )
    one.add_argument("session", nargs="?", metavar="SESSION")
    one.add_argument("--text", default="", help="una riga, se vuole / one line, optional")
    one.set_defaults(run=_report)
    one = commands.add_parser(
        "information", parents=[common], help="informativa sui dati (art. 13 GDPR) / privacy information"
    )
    one.add_argument("session", nargs="?", metavar="SESSION")
    one.set_defaults(run=_information)


def _revoking(commands: Any, common: argparse.ArgumentParser) -> None:
    one = commands.add_parser(
        "revoke",
        parents=[common],
        help="toglie la macchina dal servizio, o una chiave, o un permesso "
        "/ take this host out of service, or a key, or a grant",
    )
    part = one.add_mutually_exclusive_group()
    part.add_argument("--approver", metavar="WHO", help="di una persona o chiave sola / one person's or key")
    part.add_argument(
        "--grant", metavar="GRANT", help="un permesso o la sua sessione / a grant or its session"
    )
    part.add_argument("--list", action="store_true", help="le chiavi fissate qui / the keys pinned here")
    one.set_defaults(run=_revoke)


def _enrolling() -> argparse.ArgumentParser:
    """What both ways of enrolling take."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--root", help="impronta letta dal titolare / fingerprint as the customer reads it")
    parser.add_argument("--code", help="codice monouso / one-time code")
    return parser


def _user() -> enrol.LocalUser:
    name, becomes_others = accounts.me()
    return enrol.LocalUser(name, becomes_others)


def _enroll(args: argparse.Namespace, settings: Settings, user: enrol.LocalUser) -> int:
    made = _enrol_here(args, settings, user).pins.enrolment
    print(say("enrolled", settings.language, label=made.label, broker=made.broker))
    return 0


def _once(args: argparse.Namespace, settings: Settings, user: enrol.LocalUser) -> int:
    def enrol_here(here: Settings) -> None:
        _enrol_here(args, here, user)

    if sys.platform == "win32":
        raise Failure("once_not_here", MISUSE)
    else:  # noqa: RET506 - type checkers judge one branch for each system
        from agent import once

        return once.run(settings, user, enrol_here, args.state or once.base())


def _enrol_here(args: argparse.Namespace, settings: Settings, user: enrol.LocalUser) -> Enrolled:
    at = datetime.now(UTC)
    file, pins = enrol.read_file(args.file, at)
    language = settings.language
    typed = args.root
    if typed is None and sys.stdin.isatty():
        with contextlib.suppress(EOFError):  # an empty answer, as the sentence offers
            typed = input(say("type_root", language))
    is_confirmed = enrol.confirmed(pins.enrolment, typed)
    if not is_confirmed:
        print(say("root_missing", language), file=sys.stderr)
    enrolled = enrol.enrol(
        settings,
        file,
        pins,
        is_confirmed=is_confirmed,
        code=args.code,
        user=user,
        at=at,
        chance=secrets.token_bytes(96),
        post=enrol.post_json,
    )
    print(say("confirmed" if is_confirmed else "not_confirmed", language))
    if pins.enrolment.demo:
        print(say("demo", language))
    if not enrolled.machine:
        print(say("no_machine_id", language), file=sys.stderr)
    return enrolled


def _run(_: argparse.Namespace, settings: Settings, user: enrol.LocalUser) -> int:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("websockets").setLevel(logging.WARNING)

    async def life() -> None:
        await daemon.serve(settings, user, asyncio.Event())

    lifecycle.run(lambda: daemon.run(life()), settings.state_dir)
    return 0


def _status(_: argparse.Namespace, settings: Settings, user: enrol.LocalUser) -> int:
    state, english = settings.state_dir, settings.language == "en"
    when = revoked_at(state)
    if when is not None:
        print(say("revoked", settings.language, at=instant.to_text(when), state=state))
        return FAILED
    try:
        enrolled = load_enrolled(state)
    except PermissionError:
        enrolled = None  # another account's agent
    if enrolled is None:
        return _status_of_desk(settings)
    held = enrolled.pins
    seen = read_held(state)
    pid = daemon.running_pid(settings)
    lines = {
        ("macchina", "host"): f"{held.enrolment.label} ({held.enrolment.host})",
        ("servizio", "service"): held.enrolment.broker,
        ("impronta", "fingerprint"): held.enrolment.root,
        ("chi autorizza", "approvers"): f"{held.approvers.number} ({len(held.approvers.approvers)})",
        ("regole", "policy"): str(held.policy.number),
        ("registro visto fino a", "log seen up to"): str(0 if seen is None else seen.head.size),
        ("note in attesa", "notes waiting"): str(waiting_in(state / "spool.log")),
        ("agente", "agent"): ("fermo", "stopped")[english] if pid is None else f"pid {pid}",
    }
    for names, value in lines.items():
        print(f"{names[english]}: {value}")
    print(say("confirmed" if enrolled.confirmed else "not_confirmed", settings.language))
    if (state / FORK_FILE).exists():
        print(REFUSALS["log_forked"].en if english else REFUSALS["log_forked"].it)
    waits = held_in(state)
    if waits is not None:
        hours = waits.waited // timedelta(hours=1)
        print(say("paper_waits", settings.language, at=instant.to_text(waits.first_seen), hours=hours))
    lacking = setback.read(state)
    if lacking is not None:
        print(say("broker_set_back", settings.language, first=lacking.first, last=lacking.last))
    return 0


def _status_of_desk(settings: Settings) -> int:
    """For whoever sits here and is not the agent's account: who is connected."""
    try:
        print(*desk_status.lines(settings.desk_dirs, settings.language), sep="\n")
    except desk_call.DeskSaysNo as no:
        raise Failure("not_enrolled", state=settings.state_dir) from no
    return 0


def _desk(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    """Shows nothing until a session is asked for, and then opens the window; log-in starts it."""
    from agent.system.here import seats
    from agent.window import keeper

    if args.show:
        try:
            from agent.window import show  # Tk is for the process that shows, and for no other
        except ImportError:
            return keeper.NO_SCREEN  # no Tk here, or a machine without a desktop's libraries
        return show.run(settings.state_dir, settings.language)
    place = seats.own()
    if place is None:
        raise Failure("no_screen", MISUSE)
    os.environ[NAMED] = settings.language  # of the windows it opens
    keeper.attend(settings.desk_dirs, place, lambda text: print(text, file=sys.stderr))
    return 0


def _interrupt(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    folders, why, language = settings.desk_dirs, args.why[:MAX_REPORT], settings.language
    print(desk_call.request_interrupt(folders, args.session, why=why, language=language))
    return 0


def _report(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    folders, text, language = settings.desk_dirs, args.text[:MAX_REPORT], settings.language
    print(desk_call.request_report(folders, args.session, text, language=language))
    return 0


def _information(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    print(desk_call.request_information(settings.desk_dirs, args.session, language=settings.language))
    return 0


def _stop(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    """By the signature alone: also where the broker does not obey it."""
    try:
        with args.file.open("rb") as file:
            signed = file.read(MAX_STOP_BYTES).decode("utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as wrong:
        raise Failure("stop_unreadable", MISUSE, path=args.file) from wrong
    print(desk_call.request_stop(settings.desk_dirs, signed, language=settings.language))
    return 0


def _answer(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    folders, language = settings.desk_dirs, settings.language
    print(desk_call.request_answer(folders, args.session, allow=args.allow, language=language))
    return 0


def _revoke(args: argparse.Namespace, settings: Settings, user: enrol.LocalUser) -> int:
    """Local, and final: works without the broker, which learns of it when it can."""
    if args.list or args.approver is not None or args.grant is not None:
        print(*bar_command.run(settings, approver=args.approver, grant=args.grant), sep="\n")
        return 0
    state, language = settings.state_dir, settings.language
    if revoked_at(state) is None:
        if load_enrolled(state) is None:
            raise Failure("not_enrolled", MISUSE, state=state)
        mark_revoked(state, datetime.now(UTC), f"local:{user.name}")
    print(say("revoked_now", language))
    pid = daemon.running_pid(settings)
    if pid is not None:
        lifecycle.tell_stop(pid, state)
        print(say("revocation_running", language))
        return 0
    if load_enrolled(state, REVOKED_PINS_FILE) is None:
        raise Failure("not_enrolled", MISUSE, state=state)
    told = asyncio.run(daemon.farewell(settings, user, limit_s=FAREWELL_LIMIT_S))
    print(say("revocation_told" if told else "revocation_untold", language))
    return 0 if told else FAILED


def _witness(args: argparse.Namespace, settings: Settings, _: enrol.LocalUser) -> int:
    """A program of its own, beside the agent or alone: the agent itself listens on no port."""
    from agent import witness_main

    return witness_main.run(args, settings.state_dir / "witness", settings.language)


if __name__ == "__main__":
    sys.exit(main())
