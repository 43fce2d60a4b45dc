"""The second verifier, in JavaScript and made from FORMAT.md, reads the frozen vectors as the first one does.

Whatever tests of the first one judge, the second judges too: see `tests.audit.verdicts`.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from audit import bundle, passkey
from audit.approvers import Origin
from audit.canonical import b64, decode, encode, unb64
from audit.commitment import Opening
from audit.cose import es256
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.host_note import HOST_KINDS
from audit.leaf import Leaf
from audit.passkey import Assertion
from audit.signed import PARSERS
from audit.trust_file import Trust
from audit.verifica.page import page
from audit.verify import verify
from tests.audit import second_verifier
from tests.audit.second_verifier import ask
from tests.audit.verdicts import honest, judge

VECTORS = Path(__file__).parents[2] / "vectors"
PIECES: dict[str, Any] = json.loads((VECTORS / "evidence.json").read_text(encoding="utf-8"))
STATEMENTS: dict[str, Any] = json.loads((VECTORS / "statements.json").read_text(encoding="utf-8"))
RFC6962: dict[str, Any] = json.loads((VECTORS / "rfc6962.json").read_text(encoding="utf-8"))
BUNDLES = sorted((VECTORS / "bundles").glob("*.zip"))
PINS = VECTORS / "bundles" / "trust.json"
SITE = Origin("firma.localhost", "http://firma.localhost:8701")


def taken(read: Callable[[], object]) -> bool:
    try:
        read()
    except (Malformed, BadSignature):
        return False
    return True


# ------------------------------------------------------------------------------------ single pieces


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_000])
def test_sha256(length: int) -> None:
    data = random.Random(length).randbytes(length)
    assert ask("sha256", data=data) == hashlib.sha256(data).hexdigest()


def test_roots_and_proofs_of_rfc6962() -> None:
    leaves = [b64(bytes.fromhex(leaf)) for leaf in RFC6962["leaves"]]
    for size, root in enumerate(RFC6962["roots"]):
        assert ask("root", leaves=leaves, size=size) == root
    for one in RFC6962["inclusion"]:
        leaf = bytes.fromhex(ask("leafHash", data=leaves[one["index"]]))
        proof = [b64(bytes.fromhex(p)) for p in one["proof"]]
        root = bytes.fromhex(RFC6962["roots"][one["size"]])
        given = {"leaf": leaf, "index": one["index"], "size": one["size"], "proof": proof}
        assert ask("inclusion", **given, root=root)
        assert not ask("inclusion", **given, root=bytes(32))
        assert not ask("inclusion", **given | {"index": one["size"]}, root=root)


def test_a_leaf_of_every_kind() -> None:
    for line in PIECES["leaves"]:
        assert ask("leaf", data=line["leaf"].encode()) == {"taken": True, "gave": line["kind"]}
        assert ask("leafHash", data=line["leaf"].encode()) == line["hash"]
    for text in PIECES["leaves_refused"]:
        assert not ask("leaf", data=text.encode())["taken"]


def test_statements_and_their_digests() -> None:
    for kind, one in STATEMENTS.items():
        if kind in PARSERS:
            assert ask("statement", type=kind, data=one["bytes"].encode())["gave"] == one["digest"]


def test_an_opening_a_grant_and_a_trust_file() -> None:
    assert (
        ask("opening", data=PIECES["opening"]["opening"].encode())["gave"] == PIECES["opening"]["commitment"]
    )
    grant = PIECES["grant"]
    assert ask("grant", data=grant["grant"].encode()) == [grant["digest"], grant["activation_challenge"]]
    assert ask("trust", data=PIECES["trust"]["file"].encode())["taken"]
    for text in PIECES["trust"]["refused"]:
        assert not ask("trust", data=text.encode())["taken"]


def test_the_published_note() -> None:
    frozen = json.loads((VECTORS / "note.json").read_text(encoding="utf-8"))
    text, _, _ = frozen["note"].rpartition("\n\n")
    assert ask("note", vkey=frozen["vkey"], data=frozen["note"].encode())["gave"] == text + "\n"
    for place in range(0, len(frozen["note"].encode()), 7):
        wrong = bytearray(frozen["note"].encode())
        wrong[place] ^= 1
        assert not ask("note", vkey=frozen["vkey"], data=bytes(wrong))["taken"]


# A spelling, and nothing else, decides whether it is taken.
SPELLINGS = [
    b"{}", b"[]", b'""', b"0", b"-1", b"-0", b"01", b"1.0", b"1e3", b"null", b"true", b"tru", b"", b" {}",
    b"9007199254740991", b"9007199254740992", b"-9007199254740991", b'{"a":1,"b":2}', b'{"b":1,"a":2}',
    b'{"a":1,"a":2}', b'{"a":1,}', b'{"a" :1}', b'{"A":1}', b'{"__proto__":1}', b'{"constructor":{"x":[]}}',
    b'"\\n"', b'"\\u000a"', b'"\\u001f"', b'"\\u001F"', b'"\\u0020"', b'"\\/"', b'"/"', b'"\x7f"', b'"\x01"',
    "“è”".encode(), '"“è” 😀"'.encode(), b'"\\ud83d\\ude00"', b'"\\ud83d"', b'"\xed\xa0\x80"', b'"\xff"', b"\xef\xbb\xbf{}",
    b"[" * 9 + b"]" * 9, b"[" * 8 + b"1" + b"]" * 8, b"[" * 8 + b"]" * 8, b"[" * 10 + b"]" * 10, b"[" * 5000, b'{"a":[1,2,]}',
]  # fmt: skip


@pytest.mark.parametrize("data", SPELLINGS, ids=repr)
def test_json_in_one_spelling(data: bytes) -> None:
    found = ask("json", data=data)
    assert found["taken"] == taken(lambda: decode(data))
    if found["taken"]:
        assert unb64(found["gave"]) == data


def test_frames_are_mostly_of_that_spelling_too() -> None:
    frames = [
        frame["text"].encode() for frame in json.loads((VECTORS / "frames.json").read_text(encoding="utf-8"))
    ]
    found = [ask("json", data=data)["taken"] for data in frames]
    assert found == [taken(lambda data=data: decode(data)) for data in frames]
    assert sum(found) > len(frames) // 2


# ----------------------------------------------------------------------------------- bent pieces

OTHERS: tuple[Any, ...] = (
    0, 1, -1, 2, 9, 2**53 - 1, 366 * 86_400, 366 * 86_400 + 1, True, False, "", "x", "a" * 64, "è\u202e", "A" * 65,
    [], ["x"], {}, "2026-02-30T10:00:00.000Z", "2026-11-22T10:00:00.000Z", "2026-11-22T24:00:00.000Z",
    "2999-12-31T23:59:59.999Z", "3000-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "waived", "self", "titolare",
    "tool", "other", "2026-11-31", "2026-13", "Europe/Rome", "A" * 43, "A" * 42 + "B", "GEST/FOR", "a\n",
)  # fmt: skip


def bent(value: Any) -> Iterator[Any]:
    """The value with one thing in it left out, replaced or added."""
    if isinstance(value, dict):
        yield value | {"zz": 1}
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
            for inner in bent(value[key]):
                yield value | {key: inner}
    elif isinstance(value, list):
        yield []
        yield [*value, *copy.deepcopy(value)]
        for place, item in enumerate(value):
            for inner in bent(item):
                yield [*value[:place], inner, *value[place + 1 :]]
    else:
        yield from (other for other in OTHERS if other != value or type(other) is not type(value))


def some(value: Any, count: int) -> list[bytes]:
    """So many bent spellings of it, chosen alike each time."""
    every = [encode(one, max_bytes=1 << 20) for one in bent(value)]
    return random.Random(7).sample(every, min(count, len(every)))


@pytest.mark.parametrize("kind", sorted(set(STATEMENTS) & set(PARSERS)))
def test_bent_statements_are_taken_by_both_or_neither(kind: str) -> None:
    for data in some(decode(STATEMENTS[kind]["bytes"].encode(), max_bytes=1 << 20), 400):
        found = ask("statement", type=kind, data=data)
        assert found["taken"] == taken(lambda data=data: PARSERS[kind](data)), data


def test_bent_leaves_are_taken_by_both_or_neither() -> None:
    for line in PIECES["leaves"]:
        for data in some(decode(line["leaf"].encode()), 60):
            assert ask("leaf", data=data)["taken"] == taken(lambda data=data: Leaf.parse(data)), data


def test_bent_trust_files_are_taken_by_both_or_neither() -> None:
    for data in some(decode(PIECES["trust"]["file"].encode(), max_bytes=1 << 20), 400):
        assert ask("trust", data=data)["taken"] == taken(lambda data=data: Trust.parse(data)), data


def test_bent_grants_and_openings_are_taken_by_both_or_neither() -> None:
    for data in some(decode(PIECES["grant"]["grant"].encode()), 300):
        assert ask("sealed_grant", data=data)["taken"] == taken(lambda data=data: Grant.parse(data)), data
    for data in some(decode(PIECES["opening"]["opening"].encode()), 100):
        found = ask("opening", data=data)
        assert found["taken"] == taken(lambda data=data: Opening.from_value(decode(data)).commitment), data


def test_the_kinds_an_agent_tells_are_those_with_a_note() -> None:
    """FORMAT.md names them by their evidence."""
    from audit.verifica import tables

    noted = {kind for kind, row in tables.read()["kinds"].items() if "note" in row["evidence"]}
    assert noted == set(HOST_KINDS)


# -------------------------------------------------------------------------------------- passkeys


def _cbor(number: int | bytes) -> bytes:
    if isinstance(number, bytes):
        return _head(0x40, len(number)) + number
    return _head(0, number) if number >= 0 else _head(0x20, -1 - number)


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major + value])
    return bytes([major + 24, value]) if value < 256 else bytes([major + 25]) + value.to_bytes(2, "big")


def _keys() -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
    point = ec.derive_private_key(7, ec.SECP256R1())
    yield "ES256", es256(point.public_key()), lambda data: point.sign(data, ec.ECDSA(hashes.SHA256()))
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    parts = b"".join(map(_cbor, (1, 1, 3, -8, -1, 6, -2, edwards.public_key().public_bytes_raw())))
    yield "EdDSA", b"\xa4" + parts, edwards.sign
    for bits in (2048, 1024):
        number = rsa.generate_private_key(65537, bits)
        n = number.public_key().public_numbers().n.to_bytes(bits // 8, "big")
        parts = b"".join(map(_cbor, (1, 3, 3, -257, -1, n, -2, b"\x01\x00\x01")))
        yield (
            f"RS256/{bits}",
            b"\xa4" + parts,
            lambda data, key=number: key.sign(data, padding.PKCS1v15(), hashes.SHA256()),
        )


KEYS = list(_keys())


def _assertion(
    sign: Callable[[bytes], bytes], client: bytes, flags: int = 5, behind: bytes = b""
) -> Assertion:
    data = hashlib.sha256(SITE.rp_id.encode()).digest() + bytes([flags]) + bytes(4) + behind
    return Assertion(b"credential", client, data, sign(data + hashlib.sha256(client).digest()))


CHALLENGE = bytes(range(32))
CLIENT: dict[str, Any] = {
    "type": "webauthn.get",
    "challenge": b64(CHALLENGE),
    "origin": SITE.origin,
    "crossOrigin": False,
}
CLIENTS = [
    json.dumps(CLIENT).encode(),
    json.dumps(CLIENT | {"other_keys_can_be_added_here": {"a": [1, {"a": 2}]}}).encode(),
    *(json.dumps(CLIENT | change).encode() for change in (
        {"type": "webauthn.create"}, {"challenge": b64(bytes(32))}, {"origin": "http://firma.localhost:1"},
        {"crossOrigin": True}, {"crossOrigin": None}, {"crossOrigin": 0}, {"topOrigin": "x"}, {"challenge": 1},
    )),
    json.dumps(CLIENT).encode().replace(b"{", b'{"type":"webauthn.get",', 1),
    json.dumps(CLIENT).encode().replace(b"{", b'{"ty\\u0070e":"webauthn.create",', 1),
    b"[]", b"null", b"x", b'"webauthn.get"', b"\xff",
]  # fmt: skip


def _both(assertion: Assertion, key: bytes) -> bool:
    ours = taken(lambda: passkey.check(assertion, challenge=CHALLENGE, site=SITE, public_key=b64(key)))
    site = {"rp_id": SITE.rp_id, "origin": SITE.origin}
    found = ask("assertion", data=assertion.encode(), challenge=CHALLENGE, site=site, key=b64(key))
    assert found["taken"] == ours, assertion
    return ours


@pytest.mark.parametrize(("name", "key", "sign"), KEYS, ids=[name for name, _, _ in KEYS])
def test_passkeys_of_each_kind(name: str, key: bytes, sign: Callable[[bytes], bytes]) -> None:
    good = _assertion(sign, CLIENTS[0])
    assert _both(good, key) == (name != "RS256/1024")
    signature = bytearray(good.signature)
    for place in range(0, len(signature), 9):
        signature[place] ^= 4
        assert not _both(
            Assertion(good.credential, good.client_data, good.authenticator_data, bytes(signature)), key
        )
        signature[place] ^= 4
    for place in range(0, len(key), 5):
        _both(good, key[:place] + bytes([key[place] ^ 1]) + key[place + 1 :])
    assert not _both(good, key + b"\0")
    assert not _both(good, key[:-1])


def test_what_a_passkey_was_asked() -> None:
    _, key, sign = KEYS[0]
    assert [_both(_assertion(sign, client), key) for client in CLIENTS] == [
        True,
        True,
        *[False] * (len(CLIENTS) - 2),
    ]
    for flags, behind in (
        (5, b""),
        (4, b""),
        (1, b""),
        (0x15, b""),
        (0x1D, b""),
        (5, b"x"),
        (0x85, b"\xa0"),
        (0x45, b"x"),
    ):
        _both(_assertion(sign, CLIENTS[0], flags, behind), key)


def test_the_frozen_assertion() -> None:
    frozen = json.loads((VECTORS / "assertion.json").read_text(encoding="utf-8"))
    site = {"rp_id": frozen["rp_id"], "origin": frozen["origin"]}
    given = {"data": encode(frozen["assertion"]), "site": site, "key": frozen["public_key"]}
    assert ask("assertion", challenge=frozen["challenge"], **given)["taken"]
    assert not ask("assertion", challenge=bytes(32), **given)["taken"]


def test_the_published_assertions_are_judged_as_by_the_first_verifier() -> None:
    published = json.loads((VECTORS / "webauthn.json").read_text(encoding="utf-8"))
    site = {"rp_id": published["rp_id"], "origin": published["origin"]}
    assert len(published["vectors"]) == 4
    for one in published["vectors"]:
        given = {"data": encode(one["assertion"]), "site": site, "key": one["public_key"]}
        assert not ask("assertion", challenge=one["challenge"], **given)["taken"]


# --------------------------------------------------------------------------------------- bundles


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name)
@pytest.mark.parametrize("pinned", [True, False])
def test_bundles_good_and_broken(path: Path, pinned: bool) -> None:  # noqa: FBT001 - a table's column
    trust = Trust.parse(PINS.read_bytes()) if pinned else None
    data = path.read_bytes()
    second_verifier.agrees(verify(data, trust=trust).verdict, data, trust)


def test_the_page_may_lie_in_a_bundle_and_is_no_evidence() -> None:
    for one in (page(), b"<script>alert(1)</script>"):
        assert judge(honest(), honest().entries() | {"verifica.html": one}).sound
    assert not judge(honest(), honest().entries() | {"altro.html": page()}).sound


def test_bits_turned_anywhere_are_found() -> None:
    """A sample of every region: never a pass, an exception or a hang. The first verifier is asked about each byte."""
    path = VECTORS / "bundles" / "sound.zip"
    chance = random.Random(11)
    size = path.stat().st_size
    places = [[chance.randrange(size), chance.randrange(8)] for _ in range(150)]
    places += [[size - 1 - n, n % 8] for n in range(0, 60, 3)]
    assert ask("flips", bundle=str(path), trust=str(PINS), places=places) == []


def test_files_bent_inside_a_bundle_that_is_put_right_again() -> None:
    """One file cut, grown or turned in one bit, its digest declared: both say the same of it."""
    files = dict(bundle.unpack((VECTORS / "bundles" / "sound.zip").read_bytes()))
    trust, chance = Trust.parse(PINS.read_bytes()), random.Random(5)
    names = [name for name in files if files[name] and not name.startswith(("SHA256SUMS", "reports/"))]
    for _ in range(80):
        name = chance.choice(names)
        data = bytearray(files[name])
        place = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                data[place:place] = chance.randbytes(1)
            case 2:
                del data[place : place + chance.randrange(1, 5)]
            case _:
                data += data[place:]
        bent_files = files | {name: bytes(data)}
        bent_files[bundle.SUMS] = bundle.sums(bent_files)
        packed = bundle.pack(bent_files)
        second_verifier.agrees(verify(packed, trust=trust).verdict, packed, trust)


@pytest.mark.parametrize("cut", [0, 1, 3, 29, 30, 31, 1000, -1, -22, -23])
def test_a_bundle_cut_short(cut: int) -> None:
    data = (VECTORS / "bundles" / "sound.zip").read_bytes()[:cut]
    second_verifier.agrees(verify(data).verdict, data, None)


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "a/../b",
        "x" * 201,
        "é",
        "__proto__",
        "evidence/" + "0" * 64,
        "heads/9.note",
    ],
)
def test_names_nobody_expects(name: str) -> None:
    files = honest().entries()
    raw = (name.encode() + b"_" * 300)[:12] if len(name.encode()) < 12 else name.encode()
    files |= {"zz" + "z" * (len(raw) - 2): b"x"}
    files[bundle.SUMS] = bundle.sums(files) if len(raw) <= 200 else b""
    data = (
        bundle.pack(files).replace(b"zz" + b"z" * (len(raw) - 2), raw)
        if len(raw) <= 200
        else b"PK\x03\x04" + raw
    )
    second_verifier.agrees(verify(data, trust=honest().trust()).verdict, data, honest().trust())


def test_a_size_no_log_has() -> None:
    """Huge counts cost nothing before a signature or an entry stands behind them."""
    files = honest().entries()
    lines = files["checkpoint"].decode().split("\n")
    for size in ("20000001", "9007199254740991", "9" * 16, "19999999"):
        lines[1] = size
        verdict = judge(honest(), files | {"checkpoint": "\n".join(lines).encode()})
        assert {f.cls for f in verdict.findings} >= {"FORGED"}
