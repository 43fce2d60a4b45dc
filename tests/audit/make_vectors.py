"""Makes the frozen vectors of the evidence format under `tests/vectors/`: `python -m tests.audit.make_vectors`.

With names of bundles behind it, it makes those alone, for the trust file that is there.

Made once per version of FORMAT.md, then frozen: `test_vectors.py` reads them, and so may any other
verifier. Make them anew only when the format changes on purpose, and say so in CHANGELOG.md; a change
of code that breaks them breaks everybody's evidence.

    evidence.json      a leaf of every kind, an opening, a grant and a trust file, each with its digests,
                       and spellings of each that must be refused
    recording.json     segments of a recording: plain bytes, sealed, and the identity that opens them
    bundles/trust.json what the customer of the bundles pinned
    bundles/*.zip      one sound bundle and, for each class of finding, one that has it and no other
    bundles/index.json for each: the class and code it must produce, or null
    accesses.zip       accesses taken out of the sound bundle's log (FORMAT.md §17), by the same trust file
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from audit import bundle, checkpoint, tiles
from audit.canonical import encode
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.grant import SignedGrant
from audit.keys import SigningKey
from audit.leaf import Evidence, Leaf
from audit.log_records import LogHeartbeat
from audit.merkle import leaf_hash
from audit.record import BROKER, Actor, form_of
from audit.records import KINDS
from tests.audit import people
from tests.audit.declared_months import DECLARED_MONTHS
from tests.audit.done_months import DONE_MONTHS
from tests.audit.exported import export
from tests.audit.mail_months import MAIL_MONTHS
from tests.audit.open_months import OPEN_MONTHS
from tests.audit.recorded import OUTPUT, freeze, frozen, recorded_session, screen_session
from tests.audit.test_admission import GRANT
from tests.audit.world import HOST, ORIGIN, Twist, World, seed

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
SAMPLES = {
    "id": "p-00000001", "code": "passkey", "digest": "ab" * 32, "key": "A" * 43, "activity": "GEST/FOR",
    "instant": "2026-11-22T10:00:00.000Z", "day": "2026-11-22", "period": "2026-11", "reported": "2026-W48", "zone": "Europe/Rome",
    "line": "10.8.0.31", "channel": "exec", "reference": "Prot. 12/2026", "severity": "B",
    "listed": "s-0123456789 2026-11-22T10:00:00.000Z 2026-11-22T10:20:00.000Z expired",
}  # fmt: skip


# ------------------------------------------------------------------------------------ single pieces


def _sample(hint: Any) -> Any:
    if type(None) in get_args(hint):
        return _sample(next(a for a in get_args(hint) if a is not type(None)))
    if get_origin(hint) is tuple:
        return (SAMPLES[form_of(get_args(hint)[0]).name],)
    return {int: 7, bool: True}.get(hint) or SAMPLES[form_of(hint).name]


def _leaf(n: int, kind: Any) -> Leaf:
    hints = get_type_hints(kind, include_extras=True)
    record = kind(**{f.name: _sample(hints[f.name]) for f in fields(kind)})
    told = "note" in kind.EVIDENCE
    return Leaf(
        people.TENANT, n, people.NOW, Actor(HOST, "agent") if told else BROKER, record,
        session="s-0123456789" if kind.KIND.startswith("session.") else None,
        session_n=3 if kind.KIND.startswith("session.") else None,
        host=HOST if told else None, host_n=5 if told else None, refs=(0, 1) if n > 1 else (),
        evidence=tuple(Evidence(e, hashlib.sha256(e.encode()).hexdigest()) for e in kind.EVIDENCE),
        sealed="cd" * 32 if kind.SEALED != "never" else None,
    )  # fmt: skip


def pieces() -> dict[str, Any]:
    """`evidence.json`."""
    leaves = [_leaf(n, KINDS[name]) for n, name in enumerate(sorted(KINDS))]
    one = leaves[0].encode().decode()
    opening = Opening(bytes(range(32)), {"name": "Aurelia Prova", "function": "titolare"})
    grant = SignedGrant.sign(GRANT, people.GRANT_KEY)
    w = World()
    w.onboard()
    trust = w.trust().encode().decode()
    return {
        "leaves": [
            {"kind": x.record.KIND, "leaf": x.encode().decode(), "hash": leaf_hash(x.encode()).hex()} for x in leaves
        ],
        "leaves_refused": [
            one + "\n", one.replace('{"actor"', '{ "actor"'), one.replace('"v":1', '"v":2'), one.replace('"v":1', '"v":1.0'),
            one.replace('"n":0', '"n":null'), one.replace('"n":0', '"n":9007199254740992'),
            one.replace(people.TENANT, "t 1"), one.replace("2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00Z"),
            one.replace('"v":1', '"v":1,"z":1'), one.replace('"role":"', '"role":"god-'),
        ],
        "opening": {
            "opening": bundle.encode_opening(opening).decode(), "commitment": opening.commitment,
            "others": [Opening(bytes(32), opening.data).commitment, Opening(opening.salt, {"name": "Altra"}).commitment],
        },
        "grant": {
            "signed": encode(grant.to_value()).decode(), "grant": GRANT.encode().decode(),
            "key": people.GRANT_KEY.public.text, "digest": GRANT.digest.hex(),
            "activation_challenge": GRANT.activation_challenge.hex(),
        },
        "trust": {
            "file": trust,
            "refused": [
                trust + "\n\n", trust.replace('"quorum":0', '"quorum":-1'), trust.replace('"v":1', '"v":2'),
                trust.replace('"number":1', '"number":0'), trust.replace('"type":"trust"', '"type":"trust","x":1'),
            ],
        },
    }  # fmt: skip


# -------------------------------------------------------------------------------------------- bundles


def short_month(*, closed: bool = True, stamp: Callable[[World], Any] = World.stamp, **twist: Any) -> World:
    """One session with one command in it, and the month's report: as small as a whole month can be."""
    w = World(Twist(witnesses=1, tsa=True, **twist))
    w.onboard()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.work(session, "c-00000001", 20)
    w.end(session, "closed_by_technician")
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.append(LogHeartbeat("2026-12-01"))
    w.list_sessions()
    stamp(w)
    if closed:
        w.close()
    return w


Change = Callable[[World, dict[str, bytes]], None]


def _files(change: Change, twist: dict[str, Any]) -> bytes:
    """A month, its files changed, the digests put right."""
    # A report cannot be made of records that nobody can read.
    w = short_month(closed="raw" not in twist, **twist)
    entries = w.entries()
    change(w, entries)
    entries[bundle.SUMS] = bundle.sums(entries)
    return bundle.pack(entries)


def _next_year(w: World, files: dict[str, bytes]) -> None:
    """Another log goes on; the customer pinned the first alone."""
    w.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    w.turn()
    w.append(LogHeartbeat("2027-01-01"))
    _anew(w, files)


def _lost(w: World, files: dict[str, bytes]) -> None:
    """Two records go with a disk; the titolare signs for them."""
    w.append(LogHeartbeat("2026-12-02"))
    w.append(LogHeartbeat("2026-12-03"))
    w.lose(w.tree.size - 2)
    w.recover()
    _anew(w, files)


def _anew(w: World, files: dict[str, bytes]) -> None:
    files.clear()
    files.update(w.entries())


def _as_it_is(_w: World, _files: dict[str, bytes]) -> None:
    pass


def _extra(_w: World, files: dict[str, bytes]) -> None:
    files["proofs/7.tlog-proof"] = b"anything"


def _forged(_w: World, files: dict[str, bytes]) -> None:
    """One bit of the log's own signature; the witness's stays good."""
    text, signatures = files["checkpoint"].decode().split("\n\n")
    first, rest = signatures.split("\n", 1)
    start, signature = first.rsplit(" ", 1)
    raw = bytearray(base64.b64decode(signature))
    raw[10] ^= 1
    files["checkpoint"] = f"{text}\n\n{start} {base64.b64encode(raw).decode()}\n{rest}".encode()


def _kept(w: World, files: dict[str, bytes]) -> None:
    files["heads/5.note"] = checkpoint.sign(Checkpoint(ORIGIN, 5, bytes(31) + b"\x01"), w.log_key)


def _entry(w: World, files: dict[str, bytes]) -> None:
    tile = tiles.entry_tiles(w.tree.size)[0]
    files[tile.path] = files[tile.path].replace(b'"day":"2026-11-20"', b'"day":"2026-11-21"')


def _opening_of(w: World, kind: bytes) -> str:
    return f"openings/{next(n for n, d in enumerate(w.leaves) if kind in d)}.json"


def _text(w: World, files: dict[str, bytes]) -> None:
    name = _opening_of(w, b"command.executed")
    files[name] = bundle.encode_opening(Opening(bytes(32), {"command": "ls"}))


def _withheld(w: World, files: dict[str, bytes]) -> None:
    del files[_opening_of(w, b"command.executed")]


def _erased(w: World, files: dict[str, bytes], *, decided: bool = True) -> None:
    """The titolare had the command's text erased, on the day after; or nobody had."""
    n = next(n for n, d in enumerate(w.leaves) if b"command.executed" in d)
    w.erase(n, decision=w.decide("r-00000001") if decided else None)
    files.clear()
    files.update(w.entries())


def _erased_early(w: World, files: dict[str, bytes]) -> None:
    _erased(w, files, decided=False)


def _listed(w: World, files: dict[str, bytes]) -> None:
    """The host lists a session afterwards that nobody recorded."""
    w.list_sessions(sessions=("s-0000000000 2026-11-20T10:00:00.000Z 2026-11-20T10:20:00.000Z expired",))
    files.clear()
    files.update(w.entries())


def _gap(leaf: Leaf) -> Leaf:
    late = leaf.session_n is not None and leaf.record.KIND == "session.ended"
    return leaf._replace(session_n=leaf.session_n + 1) if late else leaf  # type: ignore[operator]


def _other_challenge(kind: str, challenge: bytes) -> bytes:
    return bytes(32) if kind == "activation" else challenge


def _more_bytes(kind: str, record: Any) -> Any:
    return replace(record, out_bytes=1) if kind == "channel.closed" else record


def _earlier(w: World) -> None:
    w.stamp(w.now - timedelta(days=3))


def _shorter(report: dict[str, Any]) -> dict[str, Any]:
    return report | {"sessions": [s | {"minutes": s["minutes"] - 5} for s in report["sessions"]]}


def _spelled(_n: int, data: bytes) -> bytes:
    return data.replace(b'{"actor"', b'{ "actor"') if b'"day":"2026-11-20"' in data else data


BUNDLES: dict[str, tuple[Change, dict[str, Any], str | None, str | None]] = {
    "sound": (_as_it_is, {}, None, None),
    "damaged": (_extra, {}, "DAMAGED", "file_extra"),
    "untrusted": (_as_it_is, {"log_key": SigningKey(seed("another log"))}, "UNTRUSTED", "log_key_unpinned"),
    "forged": (_forged, {}, "FORGED", "head_forged"),
    "unwitnessed": (_as_it_is, {"cosigned": False}, "UNWITNESSED", "quorum_missing"),
    "rewritten": (_kept, {}, "REWRITTEN", "kept_head"),
    "tampered": (_entry, {}, "TAMPERED", "entry"),
    "malformed": (_as_it_is, {"raw": _spelled}, "MALFORMED", "record_form"),
    "incomplete": (_as_it_is, {"leaf": _gap}, "INCOMPLETE", "session_gap"),
    "unlisted": (_listed, {}, "INCOMPLETE", "unlogged_session"),
    "unapproved": (_as_it_is, {"challenge": _other_challenge}, "UNAPPROVED", "activation"),
    "disputed": (_as_it_is, {"body": _more_bytes}, "DISPUTED", "note_differs"),
    "altered": (_text, {}, "ALTERED", "opening_differs"),
    "withheld": (_withheld, {}, "WITHHELD", "opening_missing"),
    "erased": (_erased, {}, None, None),
    "erased-early": (_erased_early, {}, "WITHHELD", "erased_early"),
    "time": (_as_it_is, {"stamp": _earlier}, "TIME", "token_time"),
    "report": (_as_it_is, {"report": _shorter}, "REPORT", "report_evidence"),
    "next-year": (_next_year, {}, None, None),
    "lost": (_lost, {}, "INCOMPLETE", "records_lost"),
}


def recorded(*, swapped: bool) -> bytes:
    """A session with a recording; or with its first segment in the place of another."""
    w = recorded_session({"tsa": True}, seal=frozen)
    entries = w.entries()
    if swapped:
        first, second = (n for n in sorted(entries) if n.endswith(("/0.age", "/1.age")))
        entries[second] = entries[first]
    entries[bundle.SUMS] = bundle.sums(entries)
    assert len(OUTPUT) == sum(name.endswith(".age") for name in entries)
    return bundle.pack(entries)


def _screen() -> World:
    """A session with a recorded screen, and somebody who watched it."""
    return screen_session({"tsa": True}, seal=frozen)


RECORDED: dict[str, tuple[bool, str | None, str | None]] = {
    "recorded": (False, None, None),
    "recording": (True, "RECORDING", "segment_differs"),
}


def bundles() -> Iterable[tuple[str, Callable[[], bytes], str | None, str | None]]:
    """Name, what makes it, and the class and code it must produce."""
    for name, (change, twist, cls, code) in BUNDLES.items():
        yield name, partial(_files, change, twist), cls, code
    for name, (swapped, cls, code) in RECORDED.items():
        yield name, partial(recorded, swapped=swapped), cls, code
    yield "recorded-screen", partial(_packed, _screen), None, None
    for name, (world, cls, code) in (OPEN_MONTHS | DONE_MONTHS | MAIL_MONTHS | DECLARED_MONTHS).items():
        yield name, partial(_packed, world), cls, code


def _packed(world: Callable[[], World]) -> bytes:
    return bundle.pack(world().entries())


def main(names: list[str]) -> None:
    folder = VECTORS / "bundles"
    folder.mkdir(exist_ok=True)
    index = []
    for name, made, cls, code in bundles():
        index.append({"file": f"{name}.zip", "class": cls, "code": code})
        if not names or name in names:
            (folder / f"{name}.zip").write_bytes(made())
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    freeze()
    if not names:
        (VECTORS / "evidence.json").write_text(
            json.dumps(pieces(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        (folder / "trust.json").write_bytes(short_month().trust().encode() + b"\n")
    if not names or "accesses" in names:
        (VECTORS / "accesses.zip").write_bytes(bundle.pack(export(short_month())))


if __name__ == "__main__":
    main(sys.argv[1:])
