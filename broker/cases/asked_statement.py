"""What a request states, which its approvers sign: within the customer's rules, of one host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from audit.declared import DeclaredRequest
from audit.policy import Policy
from audit.recording_rules import demanded
from audit.request import Request
from audit.statement_parts import HostKey
from broker.domain.estate import EnrolledHost, HostWithoutAgent
from broker.domain.grants import Scope, Wish, declared_scope, scope
from broker.parts import Parts
from broker.store.tx import Tx


def allowed_scope(wish: Wish, policy: Policy, host: EnrolledHost | HostWithoutAgent, tx: Tx) -> Scope:
    if isinstance(host, HostWithoutAgent):
        return declared_scope(wish, policy, host.id, tx.at)
    return scope(wish, policy, host.id, tx.at)


def asked_statement(
    parts: Parts,
    tx: Tx,
    host: EnrolledHost | HostWithoutAgent,
    policy: Policy,
    allowed: Scope,
    common: dict[str, Any],
) -> Request | DeclaredRequest:
    """What approvers sign; of a host without an agent it is another thing."""
    assert tx.head is not None  # a tenant with a policy has its log
    common |= {
        "activities": allowed.activities,
        "not_before": allowed.not_before,
        "not_after": allowed.not_after,
        "longest_s": allowed.longest_s,
        "policy": policy.digest.hex(),
        "head": tx.head.note.decode(),
        "nonce": parts.chance.octets(32),
    }
    if isinstance(host, HostWithoutAgent):
        line = policy.bare_host(host.id)
        assert line is not None  # it was allowed
        plain = replace(common.pop("technician"), ssh_keys=())  # nothing there is reached by ssh
        return DeclaredRequest(host=line, technician=plain, login=parts.settings.login, **common)
    recorded = demanded(
        policy.recording,
        [c.kind for c in allowed.channels],
        administrator=allowed.account.administrator,
    )
    return Request(
        host=HostKey(host.id, host.agent_key),
        channels=allowed.channels,
        account=allowed.account,
        recording=recorded,
        **common,
    )
