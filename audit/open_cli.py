"""`verbale-verify open BUNDLE --identity FILE`: the plain bundle out of a sealed one (`--out`), and recordings as
files for players (`--recordings`), offline.

Exit 0: opened. 1: it does not open with this identity, or was changed. 2: misuse.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from audit.age_keys import MAX_IDENTITY_BYTES, NoAge, opened_with
from audit.bundle import Entries, pack, unpack
from audit.errors import BadSignature, Malformed
from audit.open_recordings import open_recordings
from audit.playable import SCREEN, playable
from audit.player import page as player
from audit.sealed import KEY_BYTES, opened, subject_of_key
from audit.verify_recordings import recordings_in

OPENED, NOT_OPENED, MISUSE = 0, 1, 2
_NO_AGE = (
    "per aprire installare verbale[recordings], oppure usare `age -d` / to open install verbale[recordings]"
)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="verbale-verify open",
        description="Apre un pacchetto sigillato, senza rete. / Open a sealed bundle, offline.",
    )
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--identity", metavar="FILE", required=True, help="AGE-SECRET-KEY-1…")
    parser.add_argument("--out", metavar="FILE", help="il pacchetto in chiaro / the plain bundle")
    parser.add_argument(
        "--recordings",
        metavar="DIR",
        help="le registrazioni di sessione: asciicast, schermi come FBS / the recordings: asciicasts, screens as FBS",
    )
    asked = parser.parse_args(argv)
    if not asked.out and not asked.recordings:
        parser.error("--out, --recordings")
    try:
        with open(asked.bundle, "rb") as file:
            files = unpack(file.read())
        with open(asked.identity, encoding="utf-8") as file:
            identity = file.read(MAX_IDENTITY_BYTES)
        if asked.out:
            _write(asked.out, pack(opened(files, _keys(files, identity))))
        if asked.recordings:
            _play(files, identity, asked.recordings)
    except NoAge:
        return _say(_NO_AGE, MISUSE)
    except (OSError, UnicodeDecodeError, Malformed) as wrong:
        return _say(str(wrong), MISUSE)
    except BadSignature as wrong:
        return _say(str(wrong), NOT_OPENED)
    return OPENED


def _write(path: str, data: bytes) -> None:
    """The texts are in it: for whoever asked, and nobody else on this machine."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        made.write(data)


def _play(files: Entries, identity: str, folder: str) -> None:
    """Each recording in its file, and beside screens a page that plays them; every segment was checked first."""
    if not recordings_in(files):
        raise Malformed("nothing in this bundle is recorded")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    screens = False
    for one in open_recordings(files, identity):
        if one.erased:
            print(f"{one.recording}: cancellata / erased")
        else:
            found = playable(one.pieces)
            _write(os.path.join(folder, f"{one.recording}.{found.suffix}"), found.data)
            screens = screens or found.suffix == SCREEN
    if screens:
        _write(os.path.join(folder, player.NAME), player.page())


def _keys(files: Entries, identity: str) -> dict[str, bytes]:
    """The key of every subject."""
    found = {}
    for name in files:
        subject = subject_of_key(name)
        if subject is not None:
            found[subject] = opened_with(identity, files[name])
            if len(found[subject]) != KEY_BYTES:
                raise Malformed(f"{name} holds no key")
    if not found:
        raise Malformed("nothing in this bundle is sealed")
    return found


def _say(sentence: str, code: int) -> int:
    print(f"verbale-verify open: {sentence}", file=sys.stderr)
    return code
