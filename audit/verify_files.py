"""Steps 1 and 2: the files are the ones declared, and the keys are the ones the customer pinned."""

from __future__ import annotations

from collections.abc import Mapping

from audit import sealed, tiles
from audit.approvers import Approvers
from audit.bundle import Entries, parse_sums
from audit.bundle_files import REQUIRED, SUMS, known
from audit.enrolment import Enrolment
from audit.errors import Malformed
from audit.findings import Judgement
from audit.trust_file import Link, Trust


def check_files(files: Entries, judge: Judgement) -> None:
    """Step 1, as far as it needs no record: SHA256SUMS, known names, required files."""
    for name in REQUIRED:
        if name not in files:
            judge.find("DAMAGED", "file_missing", name)
    written = files.get(SUMS, b"")
    at, agree = 0, True
    for name in files:
        if name == SUMS:
            continue
        digest = files.sha256(name)
        if not known(name):
            judge.find("DAMAGED", "file_extra", name)
        elif name.startswith("evidence/") and name != f"evidence/{digest}":
            judge.find("DAMAGED", "file_differs", name)
        line = f"{digest}  {name}\n".encode()
        agree = agree and written[at : at + len(line)] == line
        at += len(line)
    if SUMS not in files:
        judge.find("DAMAGED", "file_missing", SUMS)
    elif not agree or at != len(written):
        _compare_sums(files, written, judge)


def _compare_sums(files: Entries, written: bytes, judge: Judgement) -> None:
    """SHA256SUMS is not the one these files give: name what is wrong."""
    try:
        declared = parse_sums(written)
    except Malformed:
        judge.find("DAMAGED", "sums", SUMS)
        return
    for name in sorted(declared.keys() - files.keys()):
        judge.find("DAMAGED", "file_missing", name)
    for name in sorted(files.keys() - declared.keys() - {SUMS}):
        judge.find("DAMAGED", "file_extra", name)
    for name, digest in declared.items():
        if name in files and files.sha256(name) != digest:
            judge.find("DAMAGED", "file_differs", name)


def check_leftovers(files: Entries, size: int, cited: set[str], missed: set[str], judge: Judgement) -> None:
    """Step 1 again, once the records are read: nothing lies in the bundle that nobody cites, and all
    evidence that is cited does.

    `cited` are names under evidence/, openings/, reports/ and recordings/, and tokens, that a record stands behind, `missed` those
    among them whose absence another step has said.
    """
    for name in sorted(n for n in cited - missed if n.startswith("evidence/") and n not in files):
        judge.find("DAMAGED", "file_missing", name)
    expected = {t.path for t in tiles.hash_tiles(size)} | {t.path for t in tiles.entry_tiles(size)}
    inside = {name: sealed.split(name) for name in files}
    keyed = {sealed.key_name(one[0]) for one in inside.values() if one is not None}
    for name, sealing in inside.items():
        if sealing is not None:
            plain, key = sealing[1], sealed.key_name(sealing[0])
            if known(name) and (plain not in cited or plain in files or key not in files):
                judge.find("DAMAGED", "file_extra", name)
            continue
        if name.startswith("keys/") and known(name) and name not in keyed:
            judge.find("DAMAGED", "file_extra", name)
        wanted = expected if name.startswith("tile/") else cited
        ours = known(name) and (
            name.startswith(("tile/", "evidence/", "openings/", "reports/", "recordings/"))
            or name.endswith(".tsr")
        )
        if ours and name not in wanted:
            judge.find("DAMAGED", "file_extra", name)


def check_chain(what: str, pinned: tuple[Link, ...], found: Mapping[int, str], judge: Judgement) -> None:
    """Step 2: the recorded chain hangs on the pinned one. `found` maps number to digest.

    One pinned link must be there, and none that the customer pinned may lie beyond what is recorded.
    """
    code = "approvers_unpinned" if what == "approvers" else "policy_unpinned"
    if not any(link.number in found for link in pinned):
        judge.find("UNTRUSTED", code, what, number=pinned[-1].number)
        return
    for link in pinned:
        missing = link.number not in found and link.number > max(found)
        if missing or found.get(link.number, link.digest) != link.digest:
            judge.find("UNTRUSTED", code, what, number=link.number)


def check_approvers(approvers: Approvers, trust: Trust, where: str, judge: Judgement) -> None:
    """Step 2: signatures count on the pinned page; the pinned keys are those of the pinned set."""
    if approvers.signing != trust.signing:
        judge.find("UNTRUSTED", "site_unpinned", where)
    if approvers.number == trust.approvers[-1].number:
        listed = {(a.person, a.role, a.credential, a.public_key) for a in approvers.approvers}
        if listed != {(c.person, c.role, c.credential, c.public_key) for c in trust.credentials}:
            judge.find("UNTRUSTED", "approvers_unpinned", where, number=approvers.number)


def check_enrolment(enrolment: Enrolment, trust: Trust, where: str, judge: Judgement) -> None:
    """Step 2: what a host was told to believe is what the customer pinned."""
    if enrolment.grant_key != trust.grant_key.text:
        judge.find("UNTRUSTED", "grant_key_unpinned", where)
    if enrolment.login != trust.login:
        judge.find("UNTRUSTED", "site_unpinned", where)
