"""`verbale-witness`, and `verbale-agent witness`: a witness of logs over HTTP (C2SP tlog-witness).

Whoever keeps one, on a machine the vendor does not run, catches a log that tells two histories.
It listens on this machine alone unless it is told otherwise, and ends no TLS: a proxy does.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from agent.language import Language
from agent.pins_store import StateDamaged, StateLock
from agent.sentences import FAILED, MISUSE, Failure
from agent.system.here import lifecycle
from agent.witness_http import MAX_HEAD_BYTES, WitnessServer
from agent.witness_options import add_options
from agent.witness_state import Identity, WitnessBook, load_identity, make_identity, read_logs
from audit.errors import Malformed
from audit.keys import SEED_BYTES
from audit.note import VerifierKey


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="verbale-witness", description=__doc__)
    found.add_argument(
        "--state", type=Path, required=True, metavar="DIR", help="cartella di stato / state folder"
    )
    found.add_argument("--lang", choices=("it", "en"), default="it", help="lingua / language")
    add_options(found)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """0: ended as it was told; 1: the system did not let it; 2: misuse, or a state that cannot be used."""
    args = parser().parse_args(argv)
    try:
        return run(args, args.state, args.lang)
    except Failure as failure:
        print(failure.sentence(args.lang), file=sys.stderr)
        return failure.exit_code
    except StateDamaged as damaged:
        print(Failure("witness_damaged", MISUSE, path=damaged.path).sentence(args.lang), file=sys.stderr)
        return MISUSE


def run(args: argparse.Namespace, state: Path, language: Language) -> int:
    """Serve until told to stop; `Failure` with a sentence for whatever keeps it from serving."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logs = _logs(args.logs)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = StateLock(state)
    if not lock.take():
        raise Failure("witness_running", MISUSE, state=state)
    try:
        identity = _identity(state, args.name)
        book = WitnessBook(state, identity, logs)
        asyncio.run(_life(args, state, identity, book))
    finally:
        lock.release()
    return 0


def _logs(path: Path) -> tuple[VerifierKey, ...]:
    try:
        return read_logs(path.read_bytes())
    except OSError as wrong:
        raise Failure("logs_unreadable", MISUSE, path=path, why=wrong.strerror or "") from wrong
    except Malformed as wrong:
        raise Failure("logs_invalid", MISUSE, path=path, why=wrong) from wrong


def _identity(state: Path, name: str | None) -> Identity:
    found = load_identity(state)
    if found is None:
        if name is None:
            raise Failure("witness_nameless", MISUSE)
        try:
            return make_identity(state, name, secrets.token_bytes(SEED_BYTES))
        except Malformed as wrong:
            raise Failure("witness_name_unfit", MISUSE, name=name) from wrong
    if name not in (None, found.name):
        raise Failure("witness_renamed", MISUSE, name=found.name)
    return found


async def _life(args: argparse.Namespace, state: Path, identity: Identity, book: WitnessBook) -> None:
    stop = asyncio.Event()
    lifecycle.hear(state, stop.set, None)
    serve = WitnessServer(book, lambda: datetime.now(UTC)).serve
    try:
        server = await asyncio.start_server(serve, args.host, args.port, limit=MAX_HEAD_BYTES)
    except OSError as wrong:
        why = os.strerror(wrong.errno) if wrong.errno else str(wrong)
        raise Failure("cannot_listen", FAILED, host=args.host, port=args.port, why=why) from wrong
    host, port = server.sockets[0].getsockname()[:2]
    at = f"[{host}]" if ":" in host else host
    print(f"vkey: {identity.vkey.text}\nurl: http://{at}:{port}", flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    sys.exit(main())
