"""A small customer to sign with: one titolare, one ADS, one technician, one host; all from seeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from audit import host_note
from audit.approval import Approval
from audit.approvers import Approver, Approvers, Origin
from audit.canonical import b64
from audit.check_in import CheckIn
from audit.enrolment import Enrolment
from audit.erasure import Erasure
from audit.keys import SigningKey
from audit.note import VerifierKey
from audit.paper_key import Objection
from audit.policy import Policy, Tool
from audit.request import Request
from audit.school_statements import ArchivesDelegation, CleanUpInstruction
from audit.signed import EnrolmentFile, SignedStatement
from audit.signed_stop import SignedStop
from audit.statement import Statement
from audit.statement_parts import Account, Activity, Channel, HostKey, LoginCredential, Technician
from audit.warrant import Delegation, Mandate
from web.demo.authenticator import SoftwareAuthenticator

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TENANT, HOST, SESSION = "t-1a2b3c4d", "h-00000001", "s-0123456789"
ORIGIN = f"registro.localhost/{TENANT}/2026"
SIGNING = Origin("firma.localhost", "http://firma.localhost:8701")
LOGIN = Origin("localhost", "http://localhost:8700")
LOG_KEY, GRANT_KEY, AGENT_KEY, WITNESS_KEY = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3, 4))
LOG_VKEY = VerifierKey.log(ORIGIN, LOG_KEY.public)
WITNESS_VKEY = VerifierKey.witness(host_note.key_name(ORIGIN, HOST), WITNESS_KEY.public)
TITOLARE = SoftwareAuthenticator(b"titolare", SIGNING)
ADS = SoftwareAuthenticator(b"ads", SIGNING)
STRANGER = SoftwareAuthenticator(b"stranger", SIGNING)
VENDOR = SoftwareAuthenticator(b"vendor", SIGNING)  # an administrator of the vendor
TECHNICIAN = SoftwareAuthenticator(b"technician", LOGIN)
ACCOUNT = Account("assistenza", administrator=False)


def approver(person: str, role: str, by: SoftwareAuthenticator, **changes: Any) -> Approver:
    return replace(
        Approver(
            person,
            "titolare" if role == "titolare" else "ads",
            b64(by.credential),
            by.public_key,
            NOW - timedelta(days=1),
            NOW + timedelta(days=300),
        ),
        **changes,
    )


APPROVERS = Approvers(
    TENANT, 1, None, SIGNING, (approver("p-1", "titolare", TITOLARE), approver("p-2", "ads", ADS))
)
POLICY = Policy(
    TENANT,
    1,
    None,
    ("terminal", "exec", "tool"),
    (Tool("supremo", ("/opt/supremo",), ("supremo",), 10),),
    ((HOST, ACCOUNT),),
    "waivable",
    "inform",
    "end",
    3600,
    86_400,
    1,
    0,
)
ENROLMENT = Enrolment(
    tenant=TENANT,
    host=HOST,
    label="cassa",
    broker="http://localhost:8700",
    log_origin=ORIGIN,
    log_vkey=LOG_VKEY.text,
    grant_key=GRANT_KEY.public.text,
    login=LOGIN,
    approvers=APPROVERS.digest.hex(),
    policy=POLICY.digest.hex(),
    code="00" * 32,
    issued=NOW,
    expires=NOW + timedelta(hours=24),
)
REQUEST = Request(
    tenant=TENANT,
    request="r-00000001",
    created=NOW,
    host=HostKey(HOST, AGENT_KEY.public.text),
    technician=Technician(
        "p-9", "vendor", (LoginCredential(b64(TECHNICIAN.credential), TECHNICIAN.public_key),), ("SHA256:x",)
    ),
    incident="I-2026-0001",
    texts="11" * 32,
    activities=(Activity("SERV", "ASS"),),
    channels=(Channel("terminal"), Channel("tool", "supremo")),
    account=ACCOUNT,
    not_before=NOW,
    not_after=NOW + timedelta(hours=2),
    longest_s=3600,
    recording=False,
    policy=POLICY.digest.hex(),
    head="22" * 32,
    nonce=b"n" * 32,
)
APPROVAL = Approval(TENANT, REQUEST.digest.hex(), "p-1", "self", "p-1", NOW)
ERASURE = Erasure(
    TENANT, ("r-00000001", "r-00000002"), ("VB-0001-2026-11",), "asked_by_person", NOW + timedelta(days=40)
)
PAGE_KEY = SigningKey(bytes([5]) * 32)
CHECK_IN = CheckIn(
    TENANT, SESSION, REQUEST.digest.hex(), "33" * 32, REQUEST.host, "p-1", PAGE_KEY.public.text, NOW,
    REQUEST.not_after,
)  # fmt: skip
SIGNED_STOP = SignedStop(TENANT, SESSION, REQUEST.digest.hex(), "33" * 32, REQUEST.host, "p-1", NOW)
DELEGATION = Delegation(
    TENANT, "w-00000001", ("p-2",), (HOST,), ("terminal", "tool"), ("SERV",), False, NOW, NOW + timedelta(days=200)
)  # fmt: skip
MANDATE = Mandate(
    TENANT, "w-00000002", ("p-7", "p-9"), None, ("terminal", "exec", "tool"), None, False, NOW,
    NOW + timedelta(days=200), own_requests=True,
)  # fmt: skip
ARCHIVES = ArchivesDelegation(TENANT, "a-00000001", ("p-7", "p-9"), NOW, NOW + timedelta(days=200))
CLEAN_UP = CleanUpInstruction(
    TENANT, "u-2027", "2027-08-31", ("Registro elettronico 2020/21", "Prestiti della biblioteca"), NOW
)
OBJECTION = Objection(TENANT, "44" * 32, "p-2", NOW)
STATEMENTS: tuple[Statement, ...] = (
    REQUEST, APPROVAL, POLICY, APPROVERS, ENROLMENT, ERASURE, CHECK_IN, SIGNED_STOP, DELEGATION, MANDATE, OBJECTION,
)  # fmt: skip


def signed(statement: Statement, by: SoftwareAuthenticator = TITOLARE) -> SignedStatement:
    return SignedStatement(statement.encode(), by.assertion(statement.digest))


def enrolment_file(**changes: Any) -> EnrolmentFile:
    whole = EnrolmentFile(signed(ENROLMENT), (signed(APPROVERS),), (signed(POLICY),), "CODE-1")
    return replace(whole, **changes)
