"""Draft invoices month by month, for the vendor's owner: to be seen, as a table, each as FatturaPA (U-28, C-29)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.forms import PERIOD
from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.cases.export_tally import TallyFile
from broker.cases.see_hours import months_of
from broker.cases.see_tally import tallied
from broker.domain import invoice_files
from broker.domain.estate import Tenant
from broker.domain.fattura_pa import fattura
from broker.domain.instants import day_of
from broker.domain.invoice import Draft, draft
from broker.domain.invoice_party import Party, cig, cup, order_keys, party, read
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.workbook import MEDIA
from broker.parts import Parts
from broker.store import contracts, estate
from broker.store.database import Work

Form = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Drafts:
    """`quiet`: how many customers have nothing to be asked for."""

    period: str
    months: tuple[str, ...]
    drafts: tuple[Draft, ...]
    vendor: Party
    quiet: int


async def see_drafts(parts: Parts, who: Who, period: str = "") -> Drafts:
    """Of a month, the last one that is over where none is named. Each customer's is of a moment of its own: where
    readers take turns, others have theirs."""
    await allow(parts, who, Action.DRAFT_INVOICES, who.tenant, "tenant")
    async with parts.store.read() as work:
        house, customers = await estate.house(work), await estate.customers(work)
        assert house is not None  # somebody of it asks
        choice = months_of(day_of(house.opened, house.zone), day_of(parts.clock.now(), house.zone))
        wanted = period or choice[min(1, len(choice) - 1)]
        if not PERIOD.fits(wanted) or wanted not in choice:
            raise Refused(Why.BAD_INPUT, field="period")
        vendor = await _party(work, house)
    found = []
    for one in customers:
        async with parts.store.read() as work:
            found.append(await _draft(parts, work, one, wanted, vendor))
    drafts = tuple(one for one in found if one is not None)
    return Drafts(wanted, choice, drafts, vendor, len(found) - len(drafts))


async def _draft(parts: Parts, work: Work, customer: Tenant, period: str, vendor: Party) -> Draft | None:
    """None as well for a month that was over when the customer came."""
    if period < f"{day_of(customer.opened, customer.zone):%Y-%m}":
        return None
    view = await tallied(parts, work, customer, period, period)
    return draft(view.tally, await _party(work, customer), vendor)


async def _party(work: Work, tenant: Tenant) -> Party:
    return party(tenant.name, await estate.details(work, tenant.id))


async def export_drafts(parts: Parts, who: Who, period: str, form: Form, *, bom: bool = True) -> TallyFile:
    """Every line of the month's drafts; `bom`: the table begins with a byte order mark."""
    found = await see_drafts(parts, who, period)
    name = f"bozze-{found.period}.{form}"
    if form == "csv":
        data = invoice_files.table(found.drafts, bom=bom)
        return TallyFile(name, "text/csv; charset=utf-8; header=present", data)
    return TallyFile(name, MEDIA, invoice_files.book(found.drafts))


async def export_fattura(parts: Parts, who: Who, tenant: str, period: str) -> TallyFile:
    """A customer's draft as XML, dated today. `Refused` (not_found) where there is nothing to be asked for."""
    await allow(parts, who, Action.DRAFT_INVOICES, tenant, "tenant")
    async with parts.store.read() as work:
        house, customer = await estate.house(work), await estate.tenant(work, tenant)
        assert house is not None
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        found = await _draft(parts, work, customer, period, await _party(work, house))
    if found is None:
        raise Refused(Why.NOT_FOUND)
    data = fattura(found, day_of(parts.clock.now(), house.zone))
    return TallyFile(f"{found.number}.xml", "application/xml", data)


# ------------------------------------------------------------------------- whom they are made out to


@dataclass(frozen=True, slots=True)
class PartyView:
    """`contracts`: their numbers, which CIG and CUP are entered by."""

    tenant: Tenant
    party: Party
    contracts: tuple[int, ...]


async def see_party(parts: Parts, who: Who, tenant: str) -> PartyView:
    """Of a customer, or of the house itself."""
    await allow(parts, who, Action.DRAFT_INVOICES, tenant, "tenant")
    async with parts.store.read() as work:
        found = await estate.tenant(work, tenant)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        numbers = [one.number for one in await contracts.every(work, tenant)]
        return PartyView(found, await _party(work, found), tuple(reversed(numbers)))


async def set_party(parts: Parts, who: Who, tenant: str, entered: dict[str, str]) -> PartyView:
    """Every field of the form (`domain.invoice_party`); an empty one is taken away."""
    await allow(parts, who, Action.DRAFT_INVOICES, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        found = await estate.tenant(tx.work, tenant)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        told = read(entered, house=found.kind == "house")
        if not told["vat"] and len(str((await estate.details(tx.work, tenant)).get("vat", ""))) == 16:
            del told["vat"]  # a person's codice fiscale, which imports know him by
        await estate.set_details(tx, tenant, told)
    return await see_party(parts, who, tenant)


async def set_order(parts: Parts, who: Who, tenant: str, contract: int, codes: tuple[str, str]) -> None:
    """CIG and CUP of a contract with a public body; an empty one is taken away."""
    await allow(parts, who, Action.DRAFT_INVOICES, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        if contract not in {one.number for one in await contracts.every(tx, tenant)}:
            raise Refused(Why.BAD_INPUT, field="contract")
        given = (form(text) if text else "" for form, text in zip((cig, cup), codes, strict=True))
        await estate.set_details(tx, tenant, dict(zip(order_keys(contract), given, strict=True)))
