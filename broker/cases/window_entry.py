"""A request's window as it stands in a calendar, whether somebody subscribes to it or a letter brings it."""

from __future__ import annotations

from broker.domain.calendar import Entry, Pair, Status
from broker.domain.estate import Tenant
from broker.domain.request import AnyRequest, Approved, AwaitingApproval, Opened, Supervised
from broker.parts import Parts

NAME: Pair = ("Verbale: finestre e scadenze", "Verbale: windows and due dates")


def window_entry(parts: Parts, one: AnyRequest, customer: Tenant, host: str, *, named: bool) -> Entry:
    """`host` is its label; `named`: for the vendor's people, whose customer it is."""
    statement = one.asked.statement
    status, revision, (it, en) = _stands(one)
    where = f"{host}, {customer.name}" if named else host
    return Entry(
        uid=one.asked.id,
        begins=statement.not_before,
        ends=statement.not_after,
        zone=customer.zone,
        words=(f"{it}: {where}", f"{en}: {where}"),
        status=status,
        revision=revision,
        link=f"{parts.settings.origin}/richieste/{one.asked.id}",
    )


def _stands(one: AnyRequest) -> tuple[Status, int, Pair]:
    match one:
        case AwaitingApproval():
            return "TENTATIVE", 0, ("Assistenza da autorizzare", "Assistance to be approved")
        case Approved() | Supervised() | Opened():
            return "CONFIRMED", 1, ("Assistenza autorizzata", "Assistance approved")
        case _:
            return "CANCELLED", 2, ("Assistenza annullata", "Assistance cancelled")
