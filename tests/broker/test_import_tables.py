"""Tables of customers, people, hosts, products and contracts: every way to be wrong, and that a dry run says it all."""

from __future__ import annotations

import time
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.incident_records import ContractAgreed, ProductListed
from audit.person_records import AccessDenied, PersonAdmitted, PersonInvited, TenantOpened
from broker.api.import_words import WORDS, words
from broker.cases.import_tables import Imported, import_tables
from broker.cases.open_tenant import open_tenant
from broker.domain.fiscal_code import body_number
from broker.domain.import_set import Table
from broker.domain.import_table import MAX_BYTES, MAX_ROWS, Sheet, Wrong, decoded, read
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, people
from tests.broker.world import World, leaves, newcomer

VAT, TAX = "00743110157", "RSSMRA85T10A562S"
HEADS = {
    "clienti": "partita_iva;nome;indirizzo;comune;email;pec;telefono",
    "persone": "cliente;persona;ruolo;funzione;email",
    "macchine": "cliente;macchina;luogo",
    "prodotti": "prodotto",
    "contratti": "cliente;piano;dal;al;anticipato;pagato;patrono;prodotti",
}


def vat(number: int) -> str:
    for last in range(10):
        try:
            return body_number(f"{number:010d}{last}")
        except Refused:
            continue
    raise AssertionError


def table(kind: str, *rows: str) -> Table:
    return Table(f"{kind}.csv", "\r\n".join((HEADS[kind], *rows)) + "\r\n")


def whole(customers: int) -> list[Table]:
    """A house of that many: a titolare, an ADS, two hosts and a contract each."""
    codes = [vat(n) for n in range(1, customers + 1)]
    return [
        table("contratti", *(f"{c};professional;01/01/2026;31/12/2026;sì;07/01/2026;03/11;Paghe|Presenze" for c in codes)),
        table("prodotti", "Paghe", "Presenze"),
        table("macchine", *(f"{c};srv-{n};Sala macchine" for c in codes for n in (1, 2))),
        table("persone", *(f"{c};Nome {role};{role};Direzione;{role}@c{c}.example" for c in codes for role in ("titolare", "ads"))),
        table("clienti", *(f"{c};Cliente {c};Via Roma 1;Trento;info@c{c}.example;;+39 0461 1" for c in codes)),
    ]  # fmt: skip


async def ran(parts: Parts, world: World, tables: list[Table], *, dry_run: bool = False) -> Imported:
    return await import_tables(parts, world.owner.who, tables, dry_run=dry_run)


def told(found: Imported) -> list[tuple[str, int, int, list[Wrong]]]:
    return [(one.name, one.made, one.unchanged, one.wrong) for one in found.tables]


async def test_a_house_of_two_hundred_customers_starts_in_one_go(parts: Parts) -> None:
    """All kinds at once, whatever order they come in; the second time nothing changes, and it says so."""
    world = await World.make(parts)
    tables = whole(20)  # 200 are measured by hand; the plan is the same
    dry = await ran(parts, world, tables, dry_run=True)
    assert [(one.made, one.unchanged, one.wrong) for one in dry.tables] == [
        (20, 0, []), (2, 0, []), (40, 0, []), (40, 0, []), (20, 0, [])
    ]  # fmt: skip
    assert (dry.done, dry.links) == (False, [])
    async with parts.store.read() as work:
        assert len(await estate.customers(work)) == 1, "a dry run changes nothing"
    real = await ran(parts, world, tables)
    assert real.done
    assert told(real) == told(dry)
    assert len(real.links) == 40
    async with parts.store.read() as work:
        new = [one for one in await estate.customers(work) if one.id != world.tenant]
        hosts = await estate.tenant_hosts(work, new[0].id)
    kinds = [type(leaf.record) for leaf in await leaves(parts, new[0].id)]
    assert kinds == [
        TenantOpened,
        PersonAdmitted,
        PersonInvited,
        PersonAdmitted,
        PersonInvited,
        ContractAgreed,
    ]
    assert len(hosts) == 2
    assert sum(isinstance(leaf.record, ProductListed) for leaf in await leaves(parts, world.house)) == 2
    again = await ran(parts, world, tables)
    assert again.done
    assert [(one.made, one.unchanged) for one in again.tables] == [(0, 20), (0, 2), (0, 40), (0, 40), (0, 20)]
    assert again.links == []
    assert len(await leaves(parts, new[0].id)) == 6


WRONG = [
    ("clienti", "12345678901;N;;;;;", "partita_iva", "code"),
    ("clienti", "RSSMRA85T10A562X;N;;;;;", "partita_iva", "code"),
    ("clienti", f"{VAT};;;;;;", "nome", "missing"),
    ("clienti", f"{VAT};{'x' * 121};;;;;", "nome", "too_long"),
    ("clienti", f"{VAT};N\u202e;;;;;", "nome", "hidden_signs"),
    ("clienti", f"{VAT};N\x1b[2J;;;;;", "nome", "hidden_signs"),
    ("clienti", f"{VAT};N;;;no;;", "email", "email"),
    ("clienti", f"{VAT};N;;", "", "cells"),
    ("persone", f"{VAT};P;capo;f;a@b.example", "ruolo", "role"),
    ("persone", f"{VAT};P;titolare;f;a@b.example", "cliente", "customer_unknown"),
    ("macchine", f"{VAT};m;", "luogo", "missing"),
    ("macchine", f"{VAT};{'m' * 65};l", "macchina", "too_long"),
    ("contratti", f"{VAT};gold;01/01/2026;31/12/2026;;;;", "piano", "plan"),
    ("contratti", f"{VAT};basic;1/1/2026;31/12/2026;;;;", "dal", "day"),
    ("contratti", f"{VAT};basic;2026-01-01;31/12/2026;;;;", "dal", "day"),
    ("contratti", f"{VAT};basic;01/01/2026;31/02/2027;;;;", "al", "day"),
    ("contratti", f"{VAT};basic;01/01/2026;31/12/2026;forse;;;", "anticipato", "yes"),
    ("contratti", f"{VAT};basic;01/01/2026;31/12/2026;;;30/02;", "patrono", "patron"),
    ("contratti", f"{VAT};basic;01/01/2026;31/12/2026;;;;A||B", "prodotti", "names"),
    ("prodotti", "x" * 81, "prodotto", "too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "column", "code"), WRONG)
async def test_a_wrong_row_is_named_and_nothing_is_begun(
    parts: Parts, kind: str, row: str, column: str, code: str
) -> None:
    world = await World.make(parts)
    right = table("clienti", f"{TAX};Rossi Mario;;;;;") if kind != "clienti" else table("prodotti", "Paghe")
    found = await ran(parts, world, [right, table(kind, row)])
    assert not found.done
    (wrong,) = found.tables[1].wrong
    assert (wrong.row, wrong.column, wrong.code) == (2, column, code)
    italian, english = words(wrong)
    assert italian
    assert english
    async with parts.store.read() as work:
        assert len(await estate.customers(work)) == 1


async def test_what_is_there_with_other_values_is_an_error_that_names_them(parts: Parts) -> None:
    world = await World.make(parts)
    await ran(parts, world, [
        table("clienti", f"{VAT};Uno;Via Roma 1;;;;"), table("persone", f"{VAT};Anna;ads;f;anna@uno.example"),
        table("macchine", f"{VAT};srv;Sala"), table("contratti", f"{VAT};basic;01/01/2026;31/12/2026;;;;"),
    ])  # fmt: skip
    cases = (
        ("clienti", f"{VAT};Due;Via Roma 1;;;;", "nome", "differs"),
        ("persone", f"{VAT};Anna;titolare;f;anna@uno.example", "ruolo", "differs"),
        ("macchine", f"{VAT};SRV;Cantina", "luogo", "differs"),
        ("contratti", f"{VAT};enterprise;01/01/2026;31/12/2026;;;;", "piano", "contract_differs"),
        ("contratti", f"{VAT};basic;01/01/2027;30/12/2027;;;;", "al", "contract_last"),
        ("contratti", f"{VAT};basic;01/01/2027;31/12/2027;no;07/01/2027;;", "pagato", "contract_paid"),
        ("contratti", f"{VAT};basic;01/01/2027;31/12/2027;;;;Paghe", "prodotti", "product_unknown"),
        ("persone", f"{VAT};T;ads;f;{(await house_email(parts, world))}", "email", "of_the_house"),
    )  # fmt: skip
    for kind, row, column, code in cases:
        (outcome,) = (await ran(parts, world, [table(kind, row)])).tables
        (wrong,) = outcome.wrong
        assert (wrong.row, wrong.column, wrong.code) == (2, column, code), row
        assert "{" not in words(wrong)[0]


async def house_email(parts: Parts, world: World) -> str:
    async with parts.store.read() as work:
        person = await people.find_person(work, world.technician.id)
    assert person is not None
    return person.email


async def test_a_customer_whose_titolare_comes_in_admits_his_own(parts: Parts) -> None:
    """No side door: the vendor cannot bring in an approver by a file either."""
    world = await World.make(parts)
    other = await open_tenant(parts, world.owner.who, name="Uno", details={"vat": VAT})
    await newcomer(parts, world.owner, other.id, "titolare", "Tea")
    (outcome,) = (await ran(parts, world, [table("persone", f"{VAT};X;ads;f;x@y.example")])).tables
    assert [one.code for one in outcome.wrong] == ["titolare_admits"]


async def test_only_the_owner_imports(parts: Parts) -> None:
    world = await World.make(parts)
    for someone in (world.technician, world.titolare):
        with pytest.raises(Refused) as no:
            await import_tables(parts, someone.who, [table("prodotti", "Paghe")], dry_run=True)
        assert no.value.why is Why.NOT_ALLOWED
    assert isinstance((await leaves(parts, world.tenant))[-1].record, AccessDenied)


async def test_rows_that_begin_like_formulas_are_text(parts: Parts) -> None:
    """Kept as they are; files that come out of here disarm them (`audit/spreadsheet.py`)."""
    world = await World.make(parts)
    name = '=HYPERLINK("http://x";"y")'
    quoted = '"' + name.replace('"', '""') + '"'
    assert (await ran(parts, world, [table("clienti", f"{VAT};{quoted};;;;;")])).done
    async with parts.store.read() as work:
        assert name in {one.name for one in await estate.customers(work)}


@pytest.mark.parametrize(
    ("text", "row", "column", "code"),
    [
        ("", 0, "", "empty"),
        ("a;b\n1;2\n", 1, "", "no_kind"),
        ("partita_iva\n", 1, "nome", "heading_missing"),
        ("partita_iva;nome;nome\n", 1, "nome", "heading_twice"),
        ("partita_iva;nome;fax\n", 1, "fax", "heading_unknown"),
        ('prodotto\n"Paghe\n', 2, "", "quotes"),
        ("prodotto\n" + "x\n" * (MAX_ROWS + 1), 0, "", "too_many_rows"),
        ("prodotto\n" + "x" * MAX_BYTES, 0, "", "too_large"),
    ],
)
def test_what_is_no_table(text: str, row: int, column: str, code: str) -> None:
    found = read(text)
    assert not isinstance(found, Sheet)
    assert (found[0].row, found[0].column) == (row, column)
    assert code in [one.code for one in found]


def test_separators_marks_and_blank_lines() -> None:
    found = read("\ufeffprodotto\r\n\r\nPaghe\r\n  \r\nPaghe\r\n")
    assert isinstance(found, Sheet)
    assert [(one.row, one.code, dict(one.facts)) for one in found.wrong] == [(5, "twice", {"first": "3"})]
    comma = read(f'cliente,macchina,luogo\nit{VAT},srv,"Sala, al piano"\n')
    assert isinstance(comma, Sheet)
    assert comma.rows[0].cells == {"cliente": VAT, "macchina": "srv", "luogo": "Sala, al piano"}


def test_windows_1252_is_refused_by_its_row() -> None:
    assert decoded("prodotto\nPerché\n".encode()) == "prodotto\nPerché\n"
    wrong = decoded("prodotto\nPaghe\nPerché\n".encode("cp1252"))
    assert isinstance(wrong, Wrong)
    assert (wrong.row, wrong.code) == (3, "encoding")
    assert "CSV UTF-8" in words(wrong)[0]
    assert isinstance(decoded(b"x" * (MAX_BYTES + 1)), Wrong)


@given(st.text(max_size=300) | st.lists(st.sampled_from([*HEADS.values(), ";", "\n", '"', VAT, "x", "\x00", "01/01/2026"])).map("".join))  # fmt: skip
@settings(max_examples=40)
def test_any_text_is_judged(text: str) -> None:
    found = read(text)
    for one in found.wrong if isinstance(found, Sheet) else found:
        assert one.code in WORDS
        assert all(words(one))


_SALT = count()
_ROW = st.tuples(st.integers(0, 3), st.integers(0, 2))


@given(st.lists(_ROW, max_size=4), st.lists(_ROW, max_size=4), st.lists(_ROW, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_dry_run_and_a_real_one_say_the_same(
    parts: Parts,
    customers: list[tuple[int, int]],
    hosts: list[tuple[int, int]],
    people: list[tuple[int, int]],
) -> None:
    """Of whatever is in the tables and already there; and what a dry run finds right is made to the last row."""
    world = await _kept(parts)
    base = next(_SALT) // 3 * 10  # every third begins afresh, so that some of it is there already
    code = [vat(base + n + 1) for n in range(4)]
    tables = [
        table("clienti", *(f"{code[n]};Nome {m};;;;;" for n, m in customers)),
        table("macchine", *(f"{code[n]};srv-{m};Sala {m}" for n, m in hosts)),
        table("persone", *(f"{code[n]};P{m};ads;f;p{m}@c{code[n]}.example" for n, m in people)),
    ]
    dry = await ran(parts, world, tables, dry_run=True)
    real = await ran(parts, world, tables)
    assert told(real) == told(dry)
    assert real.stopped is None
    assert real.done is not any(one.wrong for one in dry.tables)
    if real.done:
        after = await ran(parts, world, tables, dry_run=True)
        assert all(one.made == 0 and not one.wrong for one in after.tables)


_WORLDS: dict[int, World] = {}


async def _kept(parts: Parts) -> World:
    if id(parts) not in _WORLDS:
        _WORLDS.clear()
        _WORLDS[id(parts)] = await World.make(parts)
    return _WORLDS[id(parts)]


async def test_the_plan_of_two_hundred_is_quick(parts: Parts) -> None:
    world = await World.make(parts)
    tables = whole(200)
    assert sum(len(one.text) for one in tables) < MAX_BYTES
    begun = time.perf_counter()
    dry = await ran(parts, world, tables, dry_run=True)
    assert [one.made for one in dry.tables] == [200, 2, 400, 400, 200]
    assert time.perf_counter() - begun < 20


async def test_c29_tables_bring_what_invoices_ask_for(parts: Parts) -> None:
    """Billing data with the customer, CIG and CUP with his contract; the same table again changes nothing."""
    owner = (await World.make(parts)).owner
    head = "partita_iva;nome;codice_fiscale;cap;provincia;codice_destinatario;scissione"
    customers = Table("c.csv", f"{head}\r\n{VAT};Istituto;{VAT};00184;rm;uf1234;sì\r\n")
    agreed = Table(
        "k.csv", f"cliente;piano;dal;al;cig;cup\r\n{VAT};basic;01/01/2026;31/12/2026;Z123456789;\r\n"
    )
    found = await import_tables(parts, owner.who, [customers, agreed], dry_run=False)
    assert found.done, found.tables
    again = await import_tables(parts, owner.who, [customers, agreed], dry_run=False)
    assert [one.unchanged for one in again.tables] == [1, 1]
    async with parts.store.read() as work:
        details = [await estate.details(work, one.id) for one in await estate.customers(work)]
    [details] = [one for one in details if one.get("vat") == VAT]
    assert {k: details[k] for k in ("province", "recipient", "split", "cig.1")} == {
        "province": "RM", "recipient": "UF1234", "split": "yes", "cig.1": "Z123456789",
    }  # fmt: skip
    wrong = Table("c.csv", f"{head}\r\n{VAT};Istituto;{VAT};184;Roma;X;forse\r\n")
    told = await import_tables(parts, owner.who, [wrong], dry_run=True)
    assert {one.code for one in told.tables[0].wrong} == {"postal_code", "province", "recipient", "yes"}
