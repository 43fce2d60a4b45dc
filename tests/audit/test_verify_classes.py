"""Each class of findings: a bundle that produces it and nothing else, and the honest one that has none."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import bundle, checkpoint, tiles
from audit.administrator_records import AdministratorAppointed, AdministratorEnded, NoticeChanged
from audit.canonical import encode
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_records import HostHeartbeat
from audit.merkle import Tree
from audit.note import VerifierKey
from audit.record import Actor
from audit.records import AnyRecord
from audit.statement_parts import Channel
from audit.trust_file import Link, SeenHeads
from audit.verify import verify
from tests.audit.verdicts import changed, honest, judge, only, without
from tests.audit.world import ADS, HOST, ORIGIN, TECHNICIAN, TITOLARE, Twist, World, busy_month, seed


def test_an_honest_month_is_sound() -> None:
    verdict = judge(honest())
    assert verdict.sound, verdict.findings
    assert not verdict.findings
    assert not verdict.unknown
    assert verdict.to_value()["verdict"] == "sound"
    assert [s.n for s in verdict.steps if s.state == "not_applicable"] == [4, 12, 13, 15]
    assert verdict.counts["sessions"] == 3


def test_without_pins_it_is_consistent_and_no_more() -> None:
    verdict = judge(honest(), trust=None)
    assert verdict.sound
    assert verdict.first_line("it") == "coerente, ma chiavi non confrontate"
    assert [s.n for s in verdict.steps if s.state == "unknown"] == [2, 14]


# ------------------------------------------------------------------------------ 1 DAMAGED


def test_damaged_one_bit() -> None:
    """L-09: one bit anywhere in the file is enough."""
    data = bytearray(bundle.pack(honest().entries()))
    data[len(data) // 2] ^= 1
    only(verify(bytes(data), trust=honest().trust()).verdict, "DAMAGED", "zip")


def test_damaged_a_file_too_many() -> None:
    entries = honest().entries()
    entries["reports/altro.pdf"] = b"%PDF"
    only(judge(honest(), entries), "DAMAGED", "file_extra")


def test_damaged_a_digest_that_does_not_fit() -> None:
    entries = honest().entries()
    entries["LEGGIMI.txt"] += b"."
    verdict = verify(bundle.pack(entries), trust=honest().trust()).verdict
    only(verdict, "DAMAGED", "file_differs")


def test_damaged_a_file_missing() -> None:
    entries = honest().entries()
    del entries["LEGGIMI.txt"]
    only(judge(honest(), entries), "DAMAGED", "file_missing")


# ------------------------------------------------------------------------------ 2 UNTRUSTED


def _other_log_key() -> Any:
    key = VerifierKey.log(ORIGIN, SigningKey(seed("another log")).public)
    return replace(honest().trust(), log_vkeys=(key,))


def _other_host_key() -> Any:
    trust = honest().trust()
    key = VerifierKey.log(trust.hosts[0].agent.name, SigningKey(seed("another agent")).public)
    return replace(trust, hosts=(replace(trust.hosts[0], agent=key),))


@pytest.mark.parametrize(
    ("trust", "code"),
    [
        (_other_log_key, "log_key_unpinned"),
        (_other_host_key, "agent_unpinned"),
        (lambda: replace(honest().trust(), approvers=(Link(1, "0" * 64),)), "approvers_unpinned"),
        (lambda: replace(honest().trust(), policies=(Link(1, "0" * 64),)), "policy_unpinned"),
        (lambda: replace(honest().trust(), policies=(Link(7, "0" * 64),)), "policy_unpinned"),
        (lambda: replace(honest().trust(), grant_key=SigningKey(seed("x")).public), "grant_key_unpinned"),
        (lambda: replace(honest().trust(), login=honest().trust().signing), "site_unpinned"),
        (lambda: replace(honest().trust(), signing=honest().trust().login), "site_unpinned"),
        (lambda: replace(honest().trust(), quorum=1), "quorum_lowered"),
    ],
)
def test_untrusted(trust: Callable[[], Any], code: str) -> None:
    only(judge(honest(), trust=trust()), "UNTRUSTED", code)


def test_untrusted_a_policy_file_that_is_not_the_recorded_one() -> None:
    entries = honest().entries()
    entries["policy.tenant"] = replace(honest().policy, longest_s=60).encode()
    only(judge(honest(), entries), "UNTRUSTED", "policy_file")


# ------------------------------------------------------------------------------ 3 FORGED


def test_forged_head() -> None:
    entries = honest().entries()
    text, line = entries["checkpoint"].decode().split("\n\n")
    dash, name, signature = line.splitlines()[0].split(" ")
    raw = bytearray(base64.b64decode(signature))
    raw[10] ^= 1
    bad = base64.b64encode(raw).decode()
    entries["checkpoint"] = f"{text}\n\n{dash} {name} {bad}\n".encode()
    only(judge(honest(), entries), "FORGED", "head_forged")


# ------------------------------------------------------------------------------ 4 UNWITNESSED


def test_unwitnessed() -> None:
    assert judge(busy_month(Twist(witnesses=1))).sound
    only(judge(busy_month(Twist(witnesses=1, cosigned=False))), "UNWITNESSED", "quorum_missing")


def test_unwitnessed_by_a_signature_that_was_spoiled() -> None:
    """No quorum is asked for, but a line under a known witness's key must hold."""
    entries = honest().entries()
    lines = entries["checkpoint"].decode().splitlines(keepends=True)
    start, signature = lines[-1].rsplit(" ", 1)
    raw = bytearray(base64.b64decode(signature))
    raw[-1] ^= 1
    lines[-1] = f"{start} {base64.b64encode(raw).decode()}\n"
    entries["checkpoint"] = "".join(lines).encode()
    only(judge(honest(), entries), "UNWITNESSED", "cosignature")


# ------------------------------------------------------------------------------ 5 REWRITTEN


def _forked(size: int) -> Checkpoint:
    tree = Tree()
    for n in range(size):
        tree.append(b"%d" % n)
    return Checkpoint(ORIGIN, size, tree.root())


def test_rewritten_since_last_time() -> None:
    w = honest()
    for size in (1, 40, w.tree.size):
        kept = SeenHeads((Checkpoint(ORIGIN, size, w.tree.root(size)),))
        assert judge(w, seen=kept).sound
        only(judge(w, seen=SeenHeads((_forked(size),))), "REWRITTEN", "saved_head")


def test_rewritten_cut_short() -> None:
    """L-09: a tail cut off is found by a head that was delivered before."""
    only(judge(honest(), seen=SeenHeads((_forked(1000),))), "REWRITTEN", "saved_newer")


def test_rewritten_against_a_kept_head() -> None:
    entries = honest().entries()
    entries["heads/5.note"] = checkpoint.sign(_forked(5), honest().log_key)
    only(judge(honest(), entries), "REWRITTEN", "kept_head")


def test_rewritten_against_a_head_somebody_approved() -> None:
    twist = Twist()
    key = SigningKey(seed("log"))
    twist.request = lambda r: replace(r, head=checkpoint.sign(_forked(7), key).decode())
    only(judge(busy_month(twist)), "REWRITTEN", "approved_head")


# ------------------------------------------------------------------------------ 6 TAMPERED


def test_tampered_entry_is_named() -> None:
    w = honest()
    n = next(i for i, d in enumerate(w.leaves) if b'"day":"2026-11-20"' in d)
    leaves = list(w.leaves)
    leaves[n] = leaves[n].replace(b'"day":"2026-11-20"', b'"day":"2026-11-21"')
    entries = w.entries()
    tile = tiles.entry_tiles(len(leaves))[0]
    entries[tile.path] = tiles.pack_entries(leaves)
    verdict = judge(w, entries)
    only(verdict, "TAMPERED", "entry")
    assert verdict.findings[0].where == f"n={n}"


def test_tampered_with_the_tree_rebuilt_over_it() -> None:
    """Entries and tiles agree with each other, and not with the head that was signed."""
    w = busy_month()
    signed = w.entries()["checkpoint"]
    n = next(i for i, d in enumerate(w.leaves) if b'"day":"2026-12-01"' in d)
    w.leaves[n] = w.leaves[n].replace(b"01:00:00", b"01:00:01")
    w.tree = Tree()
    for leaf in w.leaves:
        w.tree.append(leaf)
    only(judge(w, w.entries() | {"checkpoint": signed}), "TAMPERED", "root")


def test_tampered_tile() -> None:
    """The published hashes are not those of the entries, though the entries are the signed ones."""
    entries = honest().entries()
    path = tiles.hash_tiles(honest().tree.size)[0].path
    entries[path] = bytes(32) + entries[path][32:]
    only(judge(honest(), entries), "TAMPERED", "tile")


def test_tampered_by_leaving_entries_out() -> None:
    entries = honest().entries()
    path = tiles.entry_tiles(honest().tree.size)[0].path
    entries[path] = tiles.pack_entries(honest().leaves[:-1])
    verdict = judge(honest(), entries)
    assert ("TAMPERED", "entry_missing") in {(f.cls, f.code) for f in verdict.findings}


# ------------------------------------------------------------------------------ 7 MALFORMED


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (lambda d: d.replace(b'{"actor"', b'{ "actor"'), "record_form"),
        (lambda d: d.replace(b'"v":1', b'"v":2'), "record_form"),
        (lambda d: d.replace(b"log.heartbeat", b"log.heartbeer"), "record_form"),
        (lambda d: d.replace(b'"day":"2026-11-20"', b'"day":"2026-11-31"'), "record_form"),
        (lambda d: d.replace(b"t-1a2b3c4d", b"t-00000000"), "record_tenant"),
        (lambda d: d.replace(b'"time":"2026-11-', b'"time":"2026-10-').replace(b'"day":"2026-11', b'"day":"2026-10'),
         "record_time"),
    ],
)  # fmt: skip
def test_malformed(raw: Callable[[bytes], bytes], code: str) -> None:
    twist = Twist(raw=lambda _n, d: raw(d) if b'"day":"2026-11-20"' in d else d)
    only(judge(busy_month(twist, closed=False)), "MALFORMED", code)


# ------------------------------------------------------------------------------ 8 INCOMPLETE


def test_incomplete_a_record_of_a_session_is_gone() -> None:
    def skip(leaf: Leaf) -> Leaf:
        late = leaf.session_n is not None and leaf.record.KIND == "watch.left"
        return leaf._replace(session_n=leaf.session_n + 1) if late else leaf  # type: ignore[operator]

    only(judge(busy_month(Twist(leaf=skip))), "INCOMPLETE", "session_gap")


def test_incomplete_a_note_of_a_host_is_gone() -> None:
    only(judge(busy_month(Twist(leaf=without("session.refused")))), "INCOMPLETE", "host_gap")


def test_incomplete_an_outcome_before_its_question() -> None:
    only(judge(busy_month(Twist(leaf=without("approval.refused")))), "INCOMPLETE", "order")


def test_incomplete_a_session_the_log_lacks() -> None:
    verdict = judge(busy_month(Twist(leaf=without("session.opened"))))
    assert {f.cls for f in verdict.findings} == {"INCOMPLETE"}
    assert "unknown_session" in {f.code for f in verdict.findings}


# ------------------------------------------------------------------------------ 9 UNAPPROVED


def _once(kind: str, found: bytes = b"\x07" * 32) -> Callable[[str, bytes], bytes]:
    return lambda asked, challenge: found if asked == kind else challenge


def _signed(change: Callable[[Any], Any]) -> Twist:
    """The log tells a request that its statement does not."""
    return Twist(body=lambda kind, record: change(record) if kind == "request.opened" else record)


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        (Twist(challenge=_once("approval")), "assertion"),
        (Twist(challenge=_once("approvers")), "assertion"),
        (Twist(challenge=_once("policy")), "assertion"),
        (Twist(challenge=_once("enrolment")), "assertion"),
        (Twist(challenge=_once("activation")), "activation"),
        (_signed(lambda r: replace(r, longest_s=60)), "statement_differs"),
        (_signed(lambda r: replace(r, incident="I-2026-9999")), "statement_differs"),
        (Twist(body=changed("approval.given", demo_software=False)), "statement_differs"),
        (Twist(body=changed("approvers.changed", demo_software=False)), "statement_differs"),
        (Twist(body=changed("policy.changed", demo_software=False)), "statement_differs"),
        (Twist(body=changed("host.prepared", demo_software=False)), "statement_differs"),
        (Twist(body=changed("session.opened", demo_software=False)), "statement_differs"),
        (Twist(grant=lambda g: replace(g, longest_s=7200)), "grant_differs"),
        (
            Twist(
                grant=lambda g: replace(
                    g, channels=(*g.channels, Channel("files", folder="/srv", direction="from_host"))
                )
            ),
            "grant_differs",
        ),
        (Twist(grant=lambda g: replace(g, not_after=g.not_after + timedelta(hours=1))), "grant_differs"),
        (Twist(request=lambda r: replace(r, longest_s=7201)), "policy_breach"),
        (
            Twist(
                request=lambda r: replace(
                    r, channels=(*r.channels, Channel("files", folder="/srv", direction="from_host"))
                )
            ),
            "policy_breach",
        ),
        (Twist(leaf=without("supervision.taken")), "unsupervised"),
    ],
)
def test_unapproved(twist: Twist, code: str) -> None:
    world = busy_month(twist, closed=False)
    only(judge(world), "UNAPPROVED", code)


def test_unapproved_where_the_approver_read_another_machines_name() -> None:
    only(
        judge(busy_month(Twist(texts=lambda t: t | {"host_label": "PC reception"}))),
        "UNAPPROVED",
        "host_label",
    )


def test_unapproved_by_a_stranger() -> None:
    """A key that no approver set names; the session it opened counts as having no approval."""
    verdict = judge(busy_month(Twist(approver="stranger"), closed=False))
    assert {f.cls for f in verdict.findings} == {"UNAPPROVED"}
    assert {"not_approver", "too_few"} <= {f.code for f in verdict.findings}


def test_unapproved_without_its_evidence() -> None:
    w = honest()
    n = next(i for i, d in enumerate(w.leaves) if b'"type":"approval.given"' in d)
    leaf = Leaf.parse(w.leaves[n])
    entries = w.entries()
    del entries[f"evidence/{next(e.sha256 for e in leaf.evidence if e.kind == 'assertion')}"]
    verdict = judge(w, entries)
    assert {f.cls for f in verdict.findings} == {"UNAPPROVED"}
    assert "evidence_missing" in {f.code for f in verdict.findings}


# ------------------------------------------------------------------------------ 10 DISPUTED


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        (Twist(body=changed("channel.closed", out_bytes=1)), "note_differs"),
        (Twist(body=changed("channel.closed", agrees=False)), "count_differs"),
        (Twist(body=changed("host.heartbeat", sessions=9)), "note_differs"),
    ],
)
def test_disputed(twist: Twist, code: str) -> None:
    only(judge(busy_month(twist)), "DISPUTED", code)


def test_disputed_notes_of_another_key() -> None:
    twist = Twist(note_key=SigningKey(seed("an impostor")))
    only(judge(busy_month(twist)), "DISPUTED", "note_forged")


def test_disputed_a_note_that_is_not_there() -> None:
    w = honest()
    leaf = next(x for x in map(Leaf.parse, w.leaves) if isinstance(x.record, HostHeartbeat))
    entries = w.entries()
    del entries[f"evidence/{leaf.evidence[0].sha256}"]
    only(judge(w, entries), "DISPUTED", "note_missing")


# ------------------------------------------------------------------------------ 11 ALTERED, WITHHELD


def _text_of_a_refusal(w: World) -> int:
    return next(i for i, d in enumerate(w.leaves) if b"approval.refusal_explained" in d)


def test_altered() -> None:
    n = _text_of_a_refusal(honest())
    entries = honest().entries()
    was = honest().openings[n]
    entries[f"openings/{n}.json"] = bundle.encode_opening(Opening(was.salt, {"reason": "Altro."}))
    only(judge(honest(), entries), "ALTERED", "opening_differs")


def test_withheld() -> None:
    n = _text_of_a_refusal(honest())
    entries = honest().entries()
    del entries[f"openings/{n}.json"]
    only(judge(honest(), entries), "WITHHELD", "opening_missing")


# ------------------------------------------------------------------------------ 14 REPORT


def _shorter(report: dict[str, Any]) -> dict[str, Any]:
    sessions = [s | {"minutes": s["minutes"] - 5} for s in report["sessions"]]
    return report | {"sessions": sessions}


def _tidied(report: dict[str, Any]) -> dict[str, Any]:
    kept = [e for e in report["exceptions"] if e["kind"] != "no_supervision"]
    return report | {"exceptions": kept, "totals": report["totals"] | {"exceptions": len(kept)}}


def _renamed(report: dict[str, Any]) -> dict[str, Any]:
    return report | {"client": {"name": "Un altro"}}


def _head(report: dict[str, Any]) -> dict[str, Any]:
    return report | {"log": report["log"] | {"size": report["log"]["size"] - 1}}


@pytest.mark.parametrize(
    ("report", "code"),
    [(_shorter, "report_evidence"), (_tidied, "report_evidence"), (_renamed, "report_figures"),
     (_head, "report_evidence")],
)  # fmt: skip
def test_report_says_other_than_the_log(report: Callable[[Any], Any], code: str) -> None:
    only(judge(busy_month(Twist(report=report))), "REPORT", code)


def test_report_of_another_shape_is_a_finding() -> None:
    for shape in ({}, {"log": 1}, {"log": {}, "period": 3}, {"period": {"zone": "../../etc"}, "log": {}}):
        verdict = judge(busy_month(Twist(report=lambda _r, shape=shape: shape)))
        assert {f.cls for f in verdict.findings} == {"REPORT"}


def test_report_missing() -> None:
    entries = honest().entries()
    for name in honest().reports:
        del entries[f"reports/{name}"]
    only(judge(honest(), entries), "REPORT", "report_missing")


def test_report_exchanged() -> None:
    entries = honest().entries()
    name = next(n for n in entries if n.endswith(".json") and n.startswith("reports/"))
    entries[name] = encode({"v": 1})
    only(judge(honest(), entries), "REPORT", "report_differs")


def test_report_with_other_data_attached() -> None:
    only(judge(busy_month(Twist(attached=lambda _d: b"{}"))), "REPORT", "pdf_attachment")


def test_report_signed_by_somebody_else() -> None:
    """Another CA pinned than the one that signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Altro")])
    start = honest().now
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(9).not_valid_before(start - timedelta(days=900)).not_valid_after(start + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = cert.public_bytes(serialization.Encoding.PEM).decode()
    verdict = judge(honest(), trust=replace(honest().trust(), report_ca=pem))
    only(verdict, "REPORT", "pdf_signature")


def test_hosts_are_counted_as_confirmed() -> None:
    verdict = judge(honest())
    said = [n.it for n in verdict.notes if n.code == "hosts"]
    assert said == ["Macchine con chiavi confermate dal cliente: 1 di 1."]
    assert f"/host/{HOST} " in honest().entries()["checkpoint"].decode()


def test_l08_a_deleted_record_is_missed_by_its_number() -> None:
    """Taken out before the tree was built, as a vendor could: those behind it are out of their places, and the
    numbers of its session and host have a gap."""
    w = busy_month()
    n = next(n for n, data in enumerate(w.leaves) if Leaf.parse(data).record.KIND == "session.started")
    cut = copy.copy(w)
    cut.leaves, cut.tree = [], Tree()
    for data in (*w.leaves[:n], *w.leaves[n + 1 :]):
        cut.append_raw(data)
    found = judge(cut).findings
    first = next(f for f in found if f.code == "record_place")
    assert first.where == f"n={n}"
    assert str(n + 1) in first.en


def test_appointments_of_administrators_are_lawful_in_their_order() -> None:
    """Both verifiers: one that stands and is ended once is sound; another end, or one of nobody's, is not."""
    appointed = AdministratorAppointed(
        "n-1", TECHNICIAN, ("GEST",), (HOST,), "2026-11-01", "2027-10-31", "2026-10-30"
    )
    ended = AdministratorEnded("n-1", TECHNICIAN, "revoked")
    texts = {"function": "Sistemista", "evaluation": "Dieci anni.", "evaluated_by": "Rosa Prova"}

    def told(*more: AnyRecord) -> World:
        w = busy_month(closed=False)
        w.append(appointed, actor=Actor(TITOLARE, "titolare"), opening=texts)
        for record in more:
            w.append(record, actor=Actor(TITOLARE, "titolare"))
        return w

    assert judge(told(ended, NoticeChanged("names"))).sound
    for wrong in ((ended, ended), (replace(ended, person=ADS),), (replace(ended, appointment="n-2"),)):
        only(judge(told(*wrong)), "INCOMPLETE", "order")
    again = told()
    again.append(appointed, actor=Actor(TITOLARE, "titolare"), opening=texts)
    only(judge(again), "INCOMPLETE", "order")
    hidden = told()
    del hidden.openings[len(hidden.leaves) - 1]
    only(judge(hidden), "WITHHELD", "opening_missing")
