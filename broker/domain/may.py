"""«Posso intervenire?»: what a request still lacks before its session can be opened, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broker.domain.declared import AnyDeclared
from broker.domain.declared import phase as declared_phase
from broker.domain.preconditions import Lack
from broker.domain.refusal import Why
from broker.domain.request import AnyRequest, Approved, AwaitingApproval, Opened, Supervised
from broker.domain.session import AnySession, phase


def stands(request: AnyRequest, session: AnySession | None, declared: AnyDeclared | None = None) -> str:
    """One word of decisions §16 for both together; `opening` while the agent's answer is awaited. Of a host
    without an agent, what its technician declared."""
    if isinstance(request, Opened) and declared is not None:
        return declared_phase(declared)
    if isinstance(request, Opened) and session is not None:
        return phase(session)
    return request.STATE


def missing(
    request: AnyRequest,
    session: AnySession | None,
    at: datetime,
    *,
    connected: bool,
    lacks: Sequence[Lack] = (),
) -> tuple[Why, ...]:
    """In the order in which they are named: authorisation, supervision, window, papers that block, host. Empty:
    he may. `lacks` is what `preconditions.lacking` found.

    `wrong_state` alone: it is over, or runs already.
    """
    if not isinstance(request, AwaitingApproval | Approved | Supervised):
        return (Why.WRONG_STATE,)
    found: list[Why] = []
    if isinstance(request, AwaitingApproval):
        found.append(Why.AUTHORISATION_MISSING)
    if isinstance(request, Approved) and request.supervision != "waived":
        found.append(Why.SUPERVISION_MISSING)
    statement = request.asked.statement
    if not statement.not_before <= at < statement.not_after:
        found.append(Why.WINDOW_CLOSED)
    found += [one.code for one in lacks if one.blocks]
    if not connected and not request.asked.declared:
        found.append(Why.HOST_UNREACHABLE)
    return tuple(found)
