"""A host to enrol: the test customer's statements, with this machine's own account and a broker's port."""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.enrol import LocalUser
from agent.pins_store import load_enrolled, load_keys
from agent.settings import Settings
from agent.wire import frames
from audit.approvers import Approvers
from audit.enrolment import Enrolment
from audit.policy import Policy, Tool
from audit.signed import EnrolmentFile
from audit.statement_parts import Account, HostKey
from tests.agent.orders import REQUEST, Log, Story
from tests.audit import people
from web.demo.authenticator import SoftwareAuthenticator

NAME = pwd.getpwuid(os.geteuid()).pw_name
USER = LocalUser(NAME, is_root=os.geteuid() == 0)
CODE = "ABCD-EFGH-JKLM-NPQR"
CHANCE = bytes(range(96))


def now() -> datetime:
    return datetime.now(UTC)


def approvers() -> Approvers:
    start = now() - timedelta(days=1)
    term = {"valid_from": start, "valid_until": start + timedelta(days=300)}
    return replace(people.APPROVERS, approvers=(people.approver("p-1", "titolare", people.TITOLARE, **term),))


def policy(account: str = NAME, tools: tuple[Tool, ...] = ()) -> Policy:
    return replace(
        people.POLICY, accounts=((people.HOST, Account(account, administrator=False)),), tools=tools
    )


def enrolment(rules: Policy, broker: str, **changes: Any) -> Enrolment:
    made = replace(
        people.ENROLMENT,
        broker=broker,
        approvers=approvers_of_today().digest.hex(),
        policy=rules.digest.hex(),
        code=hashlib.sha256(CODE.encode()).hexdigest(),
        issued=now() - timedelta(minutes=1),
        expires=now() + timedelta(hours=1),
    )
    return replace(made, **changes)


_TODAY: list[Approvers] = []


def approvers_of_today() -> Approvers:
    """One set for the whole run: its times would otherwise differ between two calls."""
    if not _TODAY:
        _TODAY.append(approvers())
    return _TODAY[0]


def file(
    broker: str = "http://127.0.0.1:9",
    *,
    account: str = NAME,
    by: SoftwareAuthenticator = people.TITOLARE,
    tools: tuple[Tool, ...] = (),
    **changes: Any,
) -> EnrolmentFile:
    rules = policy(account, tools)
    return EnrolmentFile(
        people.signed(enrolment(rules, broker, **changes), by),
        (people.signed(approvers_of_today()),),
        (people.signed(rules),),
    )


def written(path: Path, of: EnrolmentFile) -> Path:
    path.write_bytes(of.encode())
    return path


def settings(state: Path, **changes: Any) -> Settings:
    machine = state.parent / "machine-id"
    if not machine.exists():
        machine.write_text("3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    return replace(Settings(state, (state,), "it", None, None, machine, "0.1.0"), **changes)


def order_for(state: Path, log: Log) -> frames.Open:
    """A good order for the host of this state, now."""
    enrolled, keys = load_enrolled(state), load_keys(state)
    assert enrolled is not None
    assert keys is not None
    start = now() - timedelta(minutes=1)
    request = replace(
        REQUEST,
        created=start,
        host=HostKey(people.HOST, keys.identity.public.text),
        account=Account(NAME, administrator=False),
        not_before=start,
        not_after=start + timedelta(hours=1),
        policy=enrolled.pins.policy.digest.hex(),
    )
    story = Story(request=request)
    return replace(story, approvals=((story.approval(given=start), people.TITOLARE),)).open(log)
