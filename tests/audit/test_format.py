"""FORMAT.md says what the code does: its examples run, its table is the one records.py gives."""

from __future__ import annotations

import doctest
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import audit
from audit import forms, trust_file
from audit.approval import Approval
from audit.approvers import Approver, Approvers, Origin
from audit.bare_host import BareHost
from audit.channel_records import CHANNEL
from audit.check_in import CheckIn
from audit.declared import Declaration, DeclaredRequest
from audit.duty_order import LEAVING_MOVES, RIGHT_MOVES, VERIFICATION_MOVES
from audit.enrolment import Enrolment
from audit.erasure import Erasure
from audit.external_witness import ExternalWitness
from audit.findings import STEP_OF
from audit.folders import FolderLine
from audit.grant import Grant
from audit.host_note import HostNote
from audit.incident_order import INCIDENT_MOVES
from audit.letter_order import LETTER_MOVES
from audit.named_ports import NamedPort
from audit.paper_key import Objection
from audit.policy import Policy, Tool
from audit.program_order import DEFECT_MOVES, RELEASE_MOVES
from audit.protection_order import BREACH_MOVES
from audit.record import form_of
from audit.recording import SegmentLeaf
from audit.recording_rules import Ground, RecordingRules
from audit.recording_stream import Seen
from audit.records import KINDS
from audit.recovery import HeadLine, Recovery
from audit.request import Request
from audit.school_order import CLEAN_UP_MOVES
from audit.school_statements import ArchivesDelegation, CleanUpInstruction
from audit.sentences import FINDINGS
from audit.signed_stop import SignedStop
from audit.statement_parts import Account, Activity, Channel, HostKey, LoginCredential, Technician
from audit.story import CONTEST_MOVES, GRANT_MOVES, REQUEST_MOVES, SESSION_MOVES
from audit.terms import TERMS
from audit.verifica import tables
from audit.warrant import Delegation, Mandate

FORMAT = Path(audit.__file__).parent / "FORMAT.md"


def kinds_table() -> str:
    """Every kind with its code, class, body, evidence and opening, as FORMAT.md §3 prints it."""
    lines = ["| code | kind | class | body | evidence | opening |", "|---|---|---|---|---|---|"]
    for kind in sorted(KINDS.values(), key=lambda k: k.CODE):
        hints = get_type_hints(kind, include_extras=True)
        body = ", ".join(f"`{item.name}` {_said(hints[item.name])}" for item in fields(kind))
        evidence = ", ".join(f"`{one}`" for one in kind.EVIDENCE)
        opening = {"never": "", "may": "may", "must": "yes"}[kind.SEALED]
        lines.append(f"| {kind.CODE} | `{kind.KIND}` | {kind.RETAIN} | {body} | {evidence} | {opening} |")
    return "\n".join(lines)


def _said(hint: Any) -> str:
    if type(None) in get_args(hint):
        return _said(next(a for a in get_args(hint) if a is not type(None))) + "?"
    if get_origin(hint) is tuple:
        return f"[{_said(get_args(hint)[0])}]"
    return {int: "int", bool: "bool"}.get(hint) or form_of(hint).name


def test_every_form_is_explained() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    named = {form.name for form in vars(forms).values() if isinstance(form, forms.Form)} | {CHANNEL.name}
    assert [name for name in sorted(named) if f"| {name} |" not in text] == []


def test_the_table_of_kinds_is_that_of_the_code() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    start = text.index("-->\n", text.index("<!-- kinds:")) + 4
    found = text[start : text.index("\n<!-- /kinds -->")]
    assert found == kinds_table(), "print kinds_table() between the two marks of FORMAT.md §3"


def test_every_finding_has_its_row() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    rows = text[text.index("<!-- codes") : text.index("<!-- /codes -->")].splitlines()[3:]
    codes = [code for row in rows for code in re.findall(r"`([a-z_]+)`", row.split("|")[1])]
    assert sorted(codes) == sorted(FINDINGS)
    assert {row.split("|")[2].strip() for row in rows} == set(STEP_OF)


def test_the_lawful_order_is_that_of_the_code() -> None:
    found = tables.read()["moves"]
    every = {
        "request": REQUEST_MOVES,
        "session": SESSION_MOVES,
        "grant": GRANT_MOVES,
        "contest": CONTEST_MOVES,
        "incident": INCIDENT_MOVES,
        "letter": LETTER_MOVES,
        "verification": VERIFICATION_MOVES,
        "right": RIGHT_MOVES,
        "leaving": LEAVING_MOVES,
        "release": RELEASE_MOVES,
        "defect": DEFECT_MOVES,
        "breach": BREACH_MOVES,
        "clean_up": CLEAN_UP_MOVES,
    }
    for what, moves in every.items():
        assert {kind: (frozenset(row["from"]), row["after"]) for kind, row in found[what].items()} == moves


# The table's name of an object -> the class that reads it. Whether forms agree, bent values tell (`verifica/`).
OBJECTS: dict[str, Any] = {
    "request": Request, "approval": Approval, "policy": Policy,
    "approvers": Approvers, "enrolment": Enrolment, "grant": Grant, "host_note": HostNote,
    "trust": trust_file.Trust, "host": HostKey, "login_credential": LoginCredential,
    "technician": Technician, "channel_line": Channel, "folder_line": FolderLine, "activity_line": Activity,
    "account": Account, "tool": Tool, "site": Origin, "approver": Approver,
    "port": NamedPort, "recording_rules": RecordingRules, "ground": Ground, "segment": SegmentLeaf, "segment_seen": Seen,
    "supervision": CheckIn, "stop": SignedStop,
    "recovery": Recovery, "head_line": HeadLine,
    "declared_request": DeclaredRequest, "declaration": Declaration, "bare_host": BareHost,
    "objection": Objection, "delegation": Delegation, "mandate": Mandate, "archives_delegation": ArchivesDelegation, "clean_up": CleanUpInstruction, "erasure": Erasure, "external_witness": ExternalWitness, "link": trust_file.Link, "pinned_approver": trust_file.PinnedApprover, "pinned_host": trust_file.PinnedHost,
}  # fmt: skip


ALWAYS = {"declared_request": ("attested", "times")}  # of one value only, so that no class keeps them


def test_the_objects_are_those_of_the_code() -> None:
    found = tables.read()["objects"]
    assert set(found) == {*OBJECTS, "account_line", "retention", "role_line"}
    assert [row["name"] for row in found["retention"]] == list(TERMS)
    for name, kind in OBJECTS.items():
        hints = get_type_hints(kind)
        optional = {n for n, hint in hints.items() if type(None) in get_args(hint)}
        flags = {
            item.name
            for item in fields(kind)
            if item.default is False
            or (name in {"policy", "recording_rules"} and item.default == ())
            or (name == "segment_seen" and item.name == "windows")
        }
        spelled = {"external": "external_witnesses"} if name == "policy" else {}
        listed = {spelled.get(item.name, item.name): item.name in optional | flags for item in fields(kind)}
        listed |= dict.fromkeys(ALWAYS.get(name, ()), False)
        assert {row["name"]: row["optional"] for row in found[name]} == listed, name


def test_the_terms_are_those_of_the_code() -> None:
    found = tables.read()["terms"]
    assert found == {
        name: {"shortest": term.shortest, "usual": term.usual, "longest": term.longest}
        for name, term in TERMS.items()
    }


def test_examples_run() -> None:
    result = doctest.testfile(
        str(FORMAT), module_relative=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL, encoding="utf-8"
    )
    assert result.attempted > 20
    assert result.failed == 0


def test_every_class_has_its_step() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    assert all(name in text for name in STEP_OF)
