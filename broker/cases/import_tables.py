"""Import tables of customers, people, hosts, products and contracts, by the very cases that their pages call.

Nothing is begun while anything is wrong in any of the tables. What is begun is made row by row, each with its
records in its own customer's log; where that is cut off, the same tables again make what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broker.cases.admit_person import admit_person
from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.deny import allow
from broker.cases.draft_invoices import set_order
from broker.cases.list_products import list_product
from broker.cases.open_tenant import open_tenant
from broker.cases.prepare_host import MAX_HOSTS, prepare_host
from broker.domain.import_plan import Known, contract_of, details_of, plan, with_made
from broker.domain.import_set import Outcome, Table, in_order
from broker.domain.import_table import MAX_BYTES, Kind, Row, Sheet
from broker.domain.people import Action, Role, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import import_known

MAX_TABLES = 10


@dataclass(frozen=True, slots=True)
class Link:
    """Of a person who was admitted: shown once, and good for three days."""

    code: str
    name: str
    email: str
    link: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Imported:
    """`done`: everything there was to make was made. `stopped`: a row was refused after all, by somebody's doing
    meanwhile; what went before it stays made."""

    done: bool
    tables: list[Outcome]
    links: list[Link] = field(default_factory=list)
    stopped: Refused | None = None


async def import_tables(parts: Parts, who: Who, tables: Sequence[Table], *, dry_run: bool) -> Imported:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    if len(tables) > MAX_TABLES or sum(len(one.text) for one in tables) > MAX_BYTES:
        raise Refused(Why.TOO_LARGE, field="tables", limit=f"{MAX_BYTES // 1024} KiB")
    sheets, outcomes = in_order(tables)
    known = await _known(parts, sheets)
    for sheet, outcome in sheets:
        planned = plan(sheet, known)
        outcome.made, outcome.unchanged = len(planned.make), len(planned.unchanged)
        outcome.wrong = list(planned.wrong)
        known = with_made(known, sheet, planned)
    right = bool(sheets) and not any(one.wrong for one in outcomes)
    if dry_run or not right:
        return Imported(False, outcomes)
    links: list[Link] = []
    for sheet, outcome in sheets:
        made = 0
        try:
            known = await _known(parts, sheets)
            planned = plan(sheet, known)
            if planned.wrong:  # somebody else entered something meanwhile
                outcome.wrong = list(planned.wrong)
                break
            for row in planned.make:
                links += await _make(parts, who, sheet.kind, row, known)
                made += 1
        except Refused as no:
            outcome.made = made
            return Imported(False, outcomes, links, no)
        outcome.made = made
    return Imported(not any(one.wrong for one in outcomes), outcomes, links)


async def _known(parts: Parts, sheets: Sequence[tuple[Sheet, Outcome]]) -> Known:
    codes = {
        row.cells.get("partita_iva") or row.cells.get("cliente", "")
        for sheet, _ in sheets
        for row in sheet.rows
    }
    async with parts.store.read() as work:
        return await import_known.known(work, codes, patron=parts.settings.patron, most_hosts=MAX_HOSTS)


async def _make(parts: Parts, who: Who, kind: Kind, row: Row, known: Known) -> list[Link]:
    cells = row.cells
    if kind == "customers":
        await open_tenant(parts, who, name=cells["nome"], details=details_of(row))
        return []
    if kind == "products":
        await list_product(parts, who, cells["prodotto"])
        return []
    tenant = known.customers[cells["cliente"]].tenant
    if kind == "hosts":
        await prepare_host(parts, who, tenant, label=cells["macchina"], place=cells["luogo"])
        return []
    if kind == "contracts":
        agreed = await agree_contract(parts, who, tenant, _terms(row, known))
        if "cig" in cells or "cup" in cells:
            codes = cells.get("cig", ""), cells.get("cup", "")
            await set_order(parts, who, tenant, agreed.number, codes)
        return []
    role: Role = "titolare" if cells["ruolo"] == "titolare" else "ads"
    name, email = cells["persona"], cells["email"]
    invited = await admit_person(
        parts, who, tenant=tenant, role=role, name=name, function=cells["funzione"], email=email
    )
    return [Link(cells["cliente"], name, email, invited.link, invited.expires)]


def _terms(row: Row, known: Known) -> Terms:
    agreed = contract_of(row, known, 0)
    plan_ = None if agreed.plan is None else agreed.plan.id
    return Terms(
        plan_, agreed.first, agreed.last, agreed.prepaid, agreed.paid, agreed.patron, products=agreed.products
    )
