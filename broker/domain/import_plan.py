"""What an import would do, of a table and what is already there: rows to make, rows that change nothing, what is wrong.

A dry run and a real one have the same plan, and nothing is begun of a table in which anything is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from broker.domain.contract import MAX_PRODUCTS, Contract, agree
from broker.domain.import_table import BETWEEN, MAX_WRONG, NO_PLAN, Row, Sheet, Wrong
from broker.domain.invoice_party import order_keys
from broker.domain.refusal import Refused

DETAILS = {
    "indirizzo": "street", "comune": "town", "email": "email", "pec": "pec", "telefono": "phone",
    "codice_fiscale": "fiscal_code", "cap": "postal_code", "provincia": "province",
    "codice_destinatario": "recipient", "scissione": "split",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownPerson:
    name: str
    role: str
    function: str


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """`hosts`: place by label in small letters, of those in use. `people`: by address. `led`: its titolare comes
    in, and he alone admits people from then on."""

    tenant: str
    name: str
    details: Mapping[str, str]
    led: bool = False
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """`customers` by their code. `house_emails`: of the vendor's own people, who are nobody at a customer.
    `products`: id by name, of those that are listed."""

    customers: Mapping[str, KnownCustomer]
    house_emails: frozenset[str] = frozenset()
    products: Mapping[str, str] = field(default_factory=dict)
    patron: str | None = None
    most_hosts: int = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    make: tuple[Row, ...]
    unchanged: tuple[Row, ...]
    wrong: tuple[Wrong, ...]


def plan(sheet: Sheet, known: Known) -> Plan:
    """Of the rows that have their form; those that have not are in `sheet.wrong`, and in the plan's too."""
    judge = {
        "customers": _customer,
        "people": _person,
        "hosts": _host,
        "contracts": _contract,
        "products": _product,
    }
    make: list[Row] = []
    unchanged: list[Row] = []
    wrong = list(sheet.wrong)
    for row in sheet.rows:
        try:
            fresh = judge[sheet.kind](row, known)
        except _No as no:
            wrong.append(no.wrong)
        else:
            (make if fresh else unchanged).append(row)
    if sheet.kind == "hosts":
        wrong += _too_many(make, known)
    if sheet.kind == "products" and len(known.products) + len(make) > MAX_PRODUCTS:
        wrong.append(Wrong(0, "prodotto", "full", facts=(("limit", str(MAX_PRODUCTS)),)))
    return Plan(tuple(make), tuple(unchanged), tuple(sorted(wrong)[:MAX_WRONG]))


class _No(Exception):
    def __init__(self, row: Row, column: str, code: str, **facts: str) -> None:
        super().__init__(code)
        self.wrong = Wrong(row.number, column, code, row.cells.get(column, ""), tuple(facts.items()))


def _of(row: Row, known: Known) -> KnownCustomer:
    found = known.customers.get(row.cells["cliente"])
    if found is None:
        raise _No(row, "cliente", "customer_unknown")
    return found


def _same(row: Row, there: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """True; or no, naming the first column that differs and what is there."""
    for column, value in wanted.items():
        if there.get(column, "") != value:
            raise _No(row, column, "differs", there=there.get(column, ""))
    return True


def _customer(row: Row, known: Known) -> bool:
    found = known.customers.get(row.cells["partita_iva"])
    if found is None:
        return True
    there = {"nome": found.name} | {column: found.details.get(name, "") for column, name in DETAILS.items()}
    there["scissione"] = there["scissione"] or "no"
    return not _same(row, there, {name: value for name, value in row.cells.items() if name != "partita_iva"})


def details_of(row: Row) -> dict[str, str]:
    """As the customer's sheet keeps them."""
    kept = {name: row.cells[column] for column, name in DETAILS.items() if column in row.cells}
    if kept.get("split") == "no":
        del kept["split"]
    return {"vat": row.cells["partita_iva"], **kept}


def _person(row: Row, known: Known) -> bool:
    customer = _of(row, known)
    found = customer.people.get(row.cells["email"])
    if found is not None:
        there = {"persona": found.name, "ruolo": found.role, "funzione": found.function}
        return not _same(row, there, {name: row.cells[name] for name in there})
    if row.cells["email"] in known.house_emails:
        raise _No(row, "email", "of_the_house")
    if customer.led:
        raise _No(row, "cliente", "titolare_admits")
    return True


def _host(row: Row, known: Known) -> bool:
    found = _of(row, known).hosts.get(row.cells["macchina"].casefold())
    return found is None or not _same(row, {"luogo": found}, {"luogo": row.cells["luogo"]})


def _too_many(make: list[Row], known: Known) -> list[Wrong]:
    count = {code: len(one.hosts) for code, one in known.customers.items()}
    found = []
    for row in make:
        code = row.cells["cliente"]
        count[code] += 1
        if count[code] > known.most_hosts:
            limit = (("limit", str(known.most_hosts)),)
            found.append(Wrong(row.number, "macchina", "full", row.cells["macchina"], limit))
    return found


def _product(row: Row, known: Known) -> bool:
    return row.cells["prodotto"] not in known.products


_COLUMNS = {"plan": "piano", "last": "al", "paid": "pagato", "patron": "patrono", "closures": "al"}


def contract_of(row: Row, known: Known, number: int) -> Contract:
    """As it would be agreed; `_No`, inside a plan, where it cannot be."""
    cells = row.cells
    names = cells["prodotti"].split(BETWEEN) if "prodotti" in cells else None
    for name in names or ():
        if name not in known.products:
            raise _No(row, "prodotti", "product_unknown", name=name)
    try:
        return agree(
            number,
            plan=None if cells["piano"] == NO_PLAN else cells["piano"],
            first=date.fromisoformat(cells["dal"]),
            last=date.fromisoformat(cells["al"]),
            prepaid=cells.get("anticipato", "yes") == "yes",
            paid=date.fromisoformat(cells["pagato"]) if "pagato" in cells else None,
            patron=cells.get("patrono") or known.patron,
            closures=frozenset(),
            half_shifts=False,
            products=None if names is None else frozenset(known.products[name] for name in names),
        )
    except Refused as no:
        column = _COLUMNS.get(no.facts.get("field", ""), "dal")
        raise _No(row, column, "contract_last" if column == "al" else "contract_paid") from no


def _contract(row: Row, known: Known) -> bool:
    customer = _of(row, known)
    wanted = contract_of(row, known, 0)
    there = [one for one in customer.contracts if one.first == wanted.first]
    if not there:
        return True
    last = there[-1]
    for column, mine, theirs in (
        ("piano", wanted.plan, last.plan), ("al", wanted.last, last.last), ("anticipato", wanted.prepaid, last.prepaid),
        ("pagato", wanted.paid, last.paid), ("patrono", wanted.patron, last.patron),
        ("prodotti", wanted.products, last.products),
    ):  # fmt: skip
        if mine != theirs:
            raise _No(row, column, "contract_differs")
    for column, key in zip(("cig", "cup"), order_keys(last.number), strict=True):
        if row.cells.get(column, "") not in ("", customer.details.get(key, "")):
            raise _No(row, column, "contract_differs")
    return False


def with_made(known: Known, sheet: Sheet, made: Plan) -> Known:
    """What will be known once that was made: later tables of the same import rest on it."""
    if sheet.kind == "customers":
        new = {
            row.cells["partita_iva"]: KnownCustomer("", row.cells["nome"], details_of(row))
            for row in made.make
        }
        return replace(known, customers={**known.customers, **new})
    if sheet.kind == "products":
        return replace(known, products={**known.products, **{name: name for name in _names(made)}})
    return known


def _names(made: Plan) -> list[str]:
    return [row.cells["prodotto"] for row in made.make]
