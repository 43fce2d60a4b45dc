"""`verbale-verify BUNDLE`: read the files, call the verifier, print the verdict, set the exit code.

Exit 0: sound. 1: findings (or, with --require-all, a step nobody could judge). 2: misuse.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import mmap
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Literal

import orjson

from audit import checkpoint, open_cli, preservation
from audit.bundle import Buffer
from audit.errors import Malformed
from audit.findings import STEPS, Verdict
from audit.note import Note, parse_note
from audit.second_process import read_ahead
from audit.sentences import STATES
from audit.trust_file import MAX_TRUST_BYTES, SeenHeads, Trust
from audit.verifica import page as verifica
from audit.verify import Verified, verify
from audit.verify_ahead import alone
from audit.verify_export import begins_with, is_export, verify_export
from audit.verify_incident import is_incident, verify_incident
from audit.verify_resume import MAX_SNAPSHOT_BYTES

SOUND, FINDINGS, MISUSE = 0, 1, 2
Lang = Literal["it", "en"]
_NOT_KEPT: dict[Lang, str] = {
    "it": "senza --trust la testa vista non si ricorda: --state resta com’era",
    "en": "without --trust the head seen is not remembered: --state stays as it was",
}

_WAITS: dict[Lang, str] = {"it": "verifica in corso:", "en": "verifying:"}


class _Misuse(Exception):
    """What was asked cannot be done; the sentence says what to mend."""


def run() -> int:
    """The program. Whoever reads its output may stop half-way (``| head``): then it ends without a word. A process that
    does more than this calls `main`: there the same signal would come of any connection that the other side closed.
    """
    with contextlib.suppress(AttributeError):  # Windows has no SIGPIPE
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    if isinstance(
        sys.stdout, io.TextIOWrapper
    ):  # a terminal or file that is not UTF-8 loses signs, not the answer
        sys.stdout.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if argv is None else list(argv)
    if given[:1] == ["open"]:
        return open_cli.main(given[1:])
    parser = _parser()
    asked = parser.parse_args(given)
    lang: Lang = asked.lang
    if (asked.bundle is None) == (asked.page is None):
        parser.error("BUNDLE o/or --page FILE")
    try:
        if asked.page is not None:
            _write(asked.page, "--page", verifica.page())
            print(f"{verifica.digest()}  {asked.page}")
            return SOUND
        trust = None if asked.trust is None else Trust.parse(_small(asked.trust, "--trust"))
        seen, snapshot = _remembered(asked.state)
        kept = [_kept_head(path) for path in asked.head]
        with ticking(_WAITS[lang]):
            verified = _verified(asked, trust, seen, kept, snapshot)
        code = _code(verified.verdict, require_all=asked.require_all)
        # A head is remembered only of a log whose keys are the customer's, and that was found sound.
        if asked.state is not None and verified.head is not None and code == SOUND:
            if trust is None:
                print(f"verbale-verify: {_NOT_KEPT[lang]}", file=sys.stderr)
            else:
                heads = seen.seen(verified.head).encode() + b"\n"
                _write(asked.state, "--state", heads, verified.snapshot or b"")
    except _Misuse as wrong:
        print(f"verbale-verify: {wrong}", file=sys.stderr)
        return MISUSE
    except Malformed as wrong:
        sentence = (
            f"il file delle chiavi o dello stato non si legge: {wrong}"
            if lang == "it"
            else f"the trust or state file cannot be read: {wrong}"
        )
        print(f"verbale-verify: {sentence}", file=sys.stderr)
        return MISUSE
    if asked.json:
        print(orjson.dumps(verified.verdict.to_value(), option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(_lines(verified.verdict, lang)))
    return code


@contextlib.contextmanager
def ticking(words: str) -> Iterator[None]:
    """On a terminal seconds go by, where it takes longer than one. By a timer, since a second thread would keep a
    large log from being read ahead by another process."""
    alone = threading.current_thread() is threading.main_thread()
    if not (alone and sys.stderr.isatty() and hasattr(signal, "setitimer")):
        yield
        return
    began = time.monotonic()

    def tick(_number: int, _frame: object) -> None:
        os.write(sys.stderr.fileno(), f"\r{words} {time.monotonic() - began:.0f} s".encode())

    before = signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        os.write(sys.stderr.fileno(), b"\r\x1b[K")


def _verified(
    asked: argparse.Namespace,
    trust: Trust | None,
    seen: SeenHeads,
    kept: Sequence[Note],
    snapshot: bytes | None,
) -> Verified:
    """A bundle, or accesses taken out of a log."""
    with _mapped(asked.bundle) as data:
        if is_export(data):
            found = Verified(verify_export(data, trust=trust, seen=seen, kept=kept), None)
        elif begins_with(data, preservation.README_NAME):
            found = Verified(preservation.verify_preservation(data), None)
        elif is_incident(data):
            found = Verified(verify_incident(data, trust=trust, seen=seen, kept=kept), None)
        else:
            found = verify(
                data,
                trust=trust,
                seen=seen,
                kept=kept,
                ahead=read_ahead if _cores() > 1 else alone,
                snapshot=snapshot,
                keep=asked.state is not None,
            )
        gc.collect()  # views of the map may live in reference cycles; it cannot close before them
    return found


def _code(verdict: Verdict, *, require_all: bool) -> int:
    if not verdict.sound or (require_all and verdict.unknown):
        return FINDINGS
    return SOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verbale-verify",
        description="Controlla un pacchetto di Verbale senza rete. / Check a Verbale bundle, offline.",
    )
    parser.add_argument("bundle", metavar="BUNDLE", nargs="?", help="il pacchetto .zip / the bundle")
    parser.add_argument(
        "--page",
        metavar="FILE",
        help="scrive verifica.html e la sua impronta / writes verifica.html and its SHA-256",
    )
    parser.add_argument(
        "--trust", metavar="FILE", help="chiavi conservate dal cliente / pinned keys (trust.json)"
    )
    parser.add_argument(
        "--state",
        metavar="FILE",
        help="ricorda testa e giudizio, con --trust / remembers head and judgement, given --trust",
    )
    parser.add_argument(
        "--head",
        metavar="FILE",
        action="append",
        default=[],
        help="una testa conservata da lei, per esempio testa-….note / a head you kept",
    )
    parser.add_argument("--json", action="store_true", help="verdetto in JSON / verdict as JSON")
    parser.add_argument(
        "--require-all",
        action="store_true",
        help="esce con 1 anche se un passo resta ignoto / exit 1 also when a step stays unknown",
    )
    parser.add_argument("--lang", choices=("it", "en"), default="it", help="lingua / language")
    return parser


# ------------------------------------------------------------------------------------- files


@contextlib.contextmanager
def _mapped(path: str) -> Iterator[Buffer]:
    """The file's bytes without reading them into memory; an empty file cannot be mapped."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                yield b""
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                yield mapped
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else "not a regular file"
        raise _Misuse(f"{path}: {why}") from wrong


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _kept_head(path: str) -> Note:
    """A head as it came by mail: a signed note over a checkpoint."""
    try:
        note = parse_note(_small(path, "--head"))
        checkpoint.parse(note.text)
    except Malformed as wrong:
        raise _Misuse(f"--head {path}: {wrong}") from wrong
    return note


def _small(path: str, option: str) -> bytes:
    return _lines_of(path, option, 0, MAX_TRUST_BYTES)[1]


def _lines_of(path: str, option: str, first: int, most: int) -> tuple[bytes, bytes]:
    """A file's first line where it may have up to `first` bytes, and what follows, up to `most` bytes. Neither
    is a copy of a longer text, which would go on taking its room."""
    try:
        with open(path, "rb") as file:
            line, rest = file.readline(first), file.read(most + 1)
    except OSError as wrong:
        raise _Misuse(f"{option} {path}: {wrong.strerror}") from wrong
    if len(rest) > most:
        raise _Misuse(f"{option} {path}: larger than such a file can be")
    return line, rest


def _remembered(path: str | None) -> tuple[SeenHeads, bytes | None]:
    """The first line of a state file and the others: heads seen, and what the last verification came to, if
    it is there."""
    if path is None or not os.path.exists(path):
        return SeenHeads(), None
    heads, rest = _lines_of(path, "--state", MAX_TRUST_BYTES, MAX_SNAPSHOT_BYTES)
    return SeenHeads.parse(heads.removesuffix(b"\n")), rest or None


def _write(path: str, option: str, *parts: bytes) -> None:
    """Write a file whole or not at all: half a memory would read as misuse next time."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, fresh = tempfile.mkstemp(dir=folder, prefix=".verbale-")
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except OSError as wrong:
        raise _Misuse(f"{option} {path}: {wrong.strerror}") from wrong


# ------------------------------------------------------------------------------------- words


def _lines(verdict: Verdict, lang: Lang) -> Iterator[str]:
    yield verdict.first_line(lang)
    yield ""
    for (n, it, en), step in zip(STEPS, verdict.steps, strict=True):
        name, why = (it, step.why) if lang == "it" else (en, step.why_en)
        yield f"{n:3}  {name:<40} {STATES[step.state][lang == 'en']}" + (
            "" if step.state == "ok" else f" ({why})"
        )
    if verdict.findings:
        yield ""
        yield "Difetti:" if lang == "it" else "Findings:"
    for found in verdict.findings:
        where = f" [{found.where}]" if found.where else ""
        yield f"  {found.cls} {found.code}{where}: {found.it if lang == 'it' else found.en}"
    hidden = verdict.counts.get("findings", 0) - len(verdict.findings)
    if hidden > 0:
        yield f"  … e altri {hidden}" if lang == "it" else f"  … and {hidden} more"
    yield ""
    yield "Da sapere:" if lang == "it" else "To know:"
    for note in verdict.notes:
        yield f"  - {note.it if lang == 'it' else note.en}"
    yield ""
    yield ", ".join(f"{name} {count}" for name, count in sorted(verdict.counts.items()))


if __name__ == "__main__":
    sys.exit(run())
