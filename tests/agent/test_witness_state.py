"""Which logs a witness knows, and that it keeps before it cosigns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from agent.held_head import Cosigned
from agent.pins_store import StateDamaged
from agent.witness_state import Identity, UnknownLog, WitnessBook, load_identity, make_identity, read_logs
from audit import checkpoint, merkle
from audit.add_checkpoint import AddCheckpoint, cosignature
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.keys import SigningKey
from audit.note import VerifierKey
from audit.witness import HeadRefused
from tests.agent.orders import AT
from tests.audit.people import LOG_KEY, LOG_VKEY, ORIGIN
from tests.audit.test_trust_file import TRUST

ME = Identity("witness.example", SigningKey(b"i" * 32))


def asked(
    old: int, new: int, *, first: bytes = b"0", key: SigningKey = LOG_KEY, origin: str = ORIGIN
) -> AddCheckpoint:
    tree = merkle.Tree()
    for n in range(new):
        tree.append(b"%d" % n if n else first)
    note = checkpoint.sign(Checkpoint(origin, new, tree.root()), key)
    return AddCheckpoint.of(old, tuple(merkle.consistency_proof(old, new, tree.read)) if old else (), note)


def test_a_log_it_knows_and_nobody_else(tmp_path: Path) -> None:
    book = WitnessBook(tmp_path, ME, [LOG_VKEY])
    first = book.add(asked(0, 5), AT)
    assert isinstance(first, Cosigned)
    assert cosignature(first.line.encode(), asked(0, 5).head, ME.vkey) == (first.line, AT)
    assert book.add(asked(0, 5, origin="else.example/t-1/2026"), AT) == UnknownLog("else.example/t-1/2026")
    assert book.add(asked(5, 8, key=SigningKey(b"o" * 32)), AT) == HeadRefused("bad_signature", 5)
    again = WitnessBook(tmp_path, ME, [LOG_VKEY])
    assert again.add(asked(0, 8), AT) == HeadRefused("stale", 5)
    later = again.add(asked(5, 8), AT - timedelta(seconds=9))
    assert isinstance(later, Cosigned)
    assert cosignature(later.line.encode(), asked(0, 8).head, ME.vkey)[1] == AT


def test_a_fork_is_refused_and_its_proof_kept(tmp_path: Path) -> None:
    book = WitnessBook(tmp_path, ME, [LOG_VKEY])
    book.add(asked(0, 5), AT)
    other = asked(5, 5, first=b"x")
    assert book.add(other, AT) == HeadRefused("fork", 5)
    kept = list(tmp_path.glob("logs/*/fork.note"))
    assert [path.read_bytes() for path in kept] == [other.note]


def test_name_and_key_are_made_once(tmp_path: Path) -> None:
    assert load_identity(tmp_path) is None
    made = make_identity(tmp_path, "witness.example", b"i" * 32)
    found = load_identity(tmp_path)
    assert found is not None
    assert (found.name, found.vkey) == (made.name, ME.vkey)
    (tmp_path / "identity.json").write_text("{}")
    with pytest.raises(StateDamaged):
        load_identity(tmp_path)
    with pytest.raises(Malformed):
        make_identity(tmp_path, "two words", b"i" * 32)


def test_the_list_of_logs() -> None:
    assert read_logs(f"# ours\n\n {LOG_VKEY.text}\n".encode()) == (LOG_VKEY,)
    assert read_logs(TRUST.encode()) == TRUST.log_vkeys


@pytest.mark.parametrize(
    "data",
    [
        b"", b"# nobody\n", b"x\n", b"\xff", b"{}", f"{LOG_VKEY.text}\n{LOG_VKEY.text}\n".encode(),
        VerifierKey.witness("w", LOG_KEY.public).text.encode(), b"#" * (2**20 + 1),
    ],
)  # fmt: skip
def test_a_list_that_is_none(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_logs(data)
