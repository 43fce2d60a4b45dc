"""An import of 200 customers in which everything is wrong at once; one that is cut off; and the mended one, whole."""

from __future__ import annotations

import asyncio
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.task_group import TaskGroup
from broker.api.import_words import WORDS, words
from broker.cases.check_logs import check_completely
from broker.cases.import_tables import MAX_TABLES, import_tables
from broker.cases.open_tenant import open_tenant
from broker.cases.prepare_host import MAX_HOSTS
from broker.domain.contract import MAX_PRODUCTS
from broker.domain.import_set import Table
from broker.domain.import_table import MAX_BYTES, MAX_ROWS, MAX_WRONG
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate
from broker.store.database import SqliteDatabase
from broker.store.tx import Tx
from tests.broker.test_import_tables import TAX, house_email, ran, table, told, vat, whole
from tests.broker.world import World, leaves, newcomer

CUSTOMERS = 200
THERE, LED = vat(901), vat(902)  # customers that are in before the import
ELSEWHERE = {"encoding", "too_large"}  # of a file's bytes, before it is a table: `test_import_tables.py`
YEAR = "01/01/2027;31/12/2027"


BILLED = {"clienti": ("cap", "provincia", "codice_destinatario"), "contratti": ("cig", "cup")}


def wider(kind: str, text: str) -> str:
    """With the columns of invoices, which may be left out."""
    named = BILLED.get(kind, ())
    head, *rows = text.splitlines()
    return "".join(
        f"{line}\r\n" for line in (";".join((head, *named)), *(row + ";" * len(named) for row in rows))
    )


def rows_wrong(house: str) -> dict[str, list[tuple[str, str, str]]]:
    """By table: the row, its column and what is wrong there."""
    new = vat(903)
    return {
        "clienti": [
            (f"{THERE};Altro nome;;;;;;;;", "nome", "differs"),
            ("12345678901;N;;;;;;;;", "partita_iva", "code"),
            (f"{new};;;;;;;;;", "nome", "missing"),
            (f"{new};{'x' * 121};;;;;;;;", "nome", "too_long"),
            (f"{new};N\u202e;;;;;;;;", "nome", "hidden_signs"),
            (f"{new};N;;;no;;;;;", "email", "email"),
            (f"{new};N;;;;;", "", "cells"),
            (f"{vat(1)};Cliente {vat(1)};Via Roma 1;Trento;info@c{vat(1)}.example;;+39 0461 1;;;", "partita_iva", "twice"),
            (f"{new};N;;;;;;3812;;", "cap", "postal_code"),
            (f"{new};N;;;;;;;Roma;", "provincia", "province"),
            (f"{new};N;;;;;;;;12345", "codice_destinatario", "recipient"),
        ],
        "persone": [
            (f"{THERE};P;capo;f;a@b.example", "ruolo", "role"),
            (f"{new};P;ads;f;a@b.example", "cliente", "customer_unknown"),
            (f"{THERE};P;ads;f;{house}", "email", "of_the_house"),
            (f"{LED};P;ads;f;p@led.example", "cliente", "titolare_admits"),
        ],
        "macchine": [(f"{THERE};srv-altro;", "luogo", "missing")],
        "prodotti": [("x" * 81, "prodotto", "too_long")],
        "contratti": [
            (f"{THERE};gold;{YEAR};;;;;;", "piano", "plan"),
            (f"{THERE};basic;1/1/2027;31/12/2027;;;;;;", "dal", "day"),
            (f"{THERE};basic;{YEAR};forse;;;;;", "anticipato", "yes"),
            (f"{THERE};basic;{YEAR};;;30/02;;;", "patrono", "patron"),
            (f"{THERE};basic;{YEAR};;;;A||B;;", "prodotti", "names"),
            (f"{THERE};basic;{YEAR};;;;Cassa;;", "prodotti", "product_unknown"),
            (f"{THERE};basic;01/02/2027;30/12/2027;;;;;;", "al", "contract_last"),
            (f"{THERE};basic;01/03/2027;31/12/2028;no;07/01/2027;;;;", "pagato", "contract_paid"),
            (f"{THERE};enterprise;01/01/2026;31/12/2026;;;;;;", "piano", "contract_differs"),
            (f"{THERE};basic;{YEAR};;;;;123;", "cig", "cig"),
            (f"{THERE};basic;{YEAR};;;;;;123", "cup", "cup"),
        ],
    }  # fmt: skip


NO_TABLES = {
    "vuota": ("", [(0, "", "empty")]),
    "altra": ("a;b\r\n1;2\r\n", [(1, "", "no_kind")]),
    "colonne": (
        "partita_iva;comune;comune;fax\r\n",
        [(1, "fax", "heading_unknown"), (1, "comune", "heading_twice"), (1, "nome", "heading_missing")],
    ),
    "virgolette": ('prodotto\r\n"Paghe\r\n', [(2, "", "quotes")]),
}


async def prepared(parts: Parts) -> World:
    """Two customers are there: one with a contract and almost as many hosts as fit, one whose titolare comes in."""
    world = await World.make(parts)
    first = [
        table("clienti", f"{THERE};Uno;;;;;"),
        table("contratti", f"{THERE};basic;01/01/2026;31/12/2026;;;;"),
    ]
    assert (await ran(parts, world, first)).done
    led = await open_tenant(parts, world.owner.who, name="Due", details={"vat": LED})
    await newcomer(parts, world.owner, led.id, "titolare", "Tea")
    return world


async def size(parts: Parts, world: World) -> dict[str, int]:
    async with parts.store.read() as work:
        every = [one.id for one in await estate.customers(work)]
    return {one: len(await leaves(parts, one)) for one in (world.house, *every)}


async def test_two_hundred_customers_with_every_error_at_once(parts: Parts) -> None:
    """Each kind by table, row, column and one sentence, in a dry run as in a real one; nothing is written; mended, it
    goes in whole."""
    world = await prepared(parts)
    wrong = rows_wrong(await house_email(parts, world))
    good = {one.name.removesuffix(".csv"): one.text for one in whole(CUSTOMERS)}
    hosts = good["macchine"]
    full = "".join(f"{vat(7)};m-{n};l\r\n" for n in range(MAX_HOSTS - 1))  # with the two it has: one too many
    tables = [
        Table(f"{kind}.csv", wider(kind, (hosts + full if kind == "macchine" else text)) + "".join(f"{row}\r\n" for row, _, _ in wrong[kind]))
        for kind, text in good.items()
    ]  # fmt: skip
    wanted = {
        one.name: [
            (len(one.text.splitlines()) - len(wrong[one.name[:-4]]) + n, column, code)
            for n, (_, column, code) in enumerate(wrong[one.name[:-4]], 1)
        ]
        for one in tables
    }
    last = len((hosts + full).splitlines())
    wanted["macchine.csv"].insert(0, (last, "macchina", "full"))
    tables += [Table(f"{name}.csv", text) for name, (text, _) in NO_TABLES.items()]
    wanted |= {f"{name}.csv": said for name, (_, said) in NO_TABLES.items()}
    tables.append(table("prodotti", "Paghe"))
    assert len(tables) == MAX_TABLES
    before = await size(parts, world)

    dry = await ran(parts, world, tables, dry_run=True)
    found = {name: [(w.row, w.column, w.code) for w in all_] for name, _, _, all_ in told(dry)[:-1]}
    for name, said in wanted.items():
        assert found[name] == said, name
    assert [(w.row, w.code) for w in dry.tables[-1].wrong] == [(0, "kind_twice")]
    codes = {w.code for one in dry.tables for w in one.wrong}
    assert codes == set(WORDS) - ELSEWHERE - {"too_many_rows"}
    for one in dry.tables:
        for each in one.wrong:
            assert all(said and "{" not in said for said in words(each)), each
    real = await ran(parts, world, tables)
    assert not real.done
    assert told(real) == told(dry)
    assert (real.links, real.stopped) == ([], None)
    assert await size(parts, world) == before, "nothing was written"

    mended = await ran(parts, world, whole(CUSTOMERS), dry_run=True)
    assert [(one.made, one.wrong) for one in mended.tables] == [
        (200, []),
        (2, []),
        (400, []),
        (400, []),
        (200, []),
    ]
    # Made are the first twelve of them: the plan is of all, and every row of a kind goes the same way.
    few = whole(12)
    done = await ran(parts, world, few)
    assert done.done
    assert [one.made for one in done.tables] == [12, 2, 24, 24, 12]
    assert len(done.links) == 24


async def test_more_than_fits_is_told_of_once(parts: Parts) -> None:
    """Too many rows, more errors than one list tells, a catalogue that is full, and more than one request takes."""
    world = await World.make(parts)
    (long,) = (await ran(parts, world, [Table("l.csv", "prodotto\n" + "x\n" * (MAX_ROWS + 1))])).tables
    assert [(w.row, w.code) for w in long.wrong] == [(0, "too_many_rows")]
    (many,) = (
        await ran(parts, world, [table("macchine", *(f"{TAX};m-{n};" for n in range(MAX_WRONG + 9)))])
    ).tables
    assert {w.code for w in many.wrong} == {"missing"}
    assert len(many.wrong) == MAX_WRONG
    catalogue = table("prodotti", *(f"P{n}" for n in range(MAX_PRODUCTS + 1)))
    (shelf,) = (await ran(parts, world, [catalogue])).tables
    assert [(w.row, w.column, w.code, w.facts) for w in shelf.wrong] == [
        (0, "prodotto", "full", (("limit", str(MAX_PRODUCTS)),))
    ]
    for tables in ([table("prodotti", "P")] * (MAX_TABLES + 1), [Table("b.csv", "x" * (MAX_BYTES + 1))]):
        with pytest.raises(Refused) as no:
            await import_tables(parts, world.owner.who, tables, dry_run=True)
        assert no.value.why is Why.TOO_LARGE


# ----------------------------------------------------------------------------------------- cut off


KILLED = """
import asyncio, os, pickle, signal, sys
from pathlib import Path
from broker.cases.import_tables import import_tables
from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.parts import Parts
from broker.store.database import open_database
from broker.store.tx import Store, Tx
from tests.doubles import FakeChance, FakeClock, MemoryKeys

url, at, settings, who, tables, last = pickle.loads(Path(sys.argv[1]).read_bytes())
append, calls = Tx.append, [0]

async def dying(self, *args, **more):
    found = await append(self, *args, **more)
    calls[0] += 1
    if calls[0] == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return found

async def main():
    Tx.append = dying
    keys, chance = MemoryKeys(), FakeChance(b"child")
    parts = Parts(FakeClock(at), chance, keys, Store(open_database(url), keys, chance), Hub(chance), Bus(), settings, None)
    await import_tables(parts, who, tables, dry_run=False)

asyncio.run(main())
"""
STEPS = [1, 3, 7]  # in the first customer's own transaction; among the customers; among their people


async def goes_on(parts: Parts, world: World, tables: list[Table]) -> None:
    """The logs are whole, the same tables make what is left, and then there is nothing left."""
    assert all(one.wrong is None for one in await check_completely(parts, None))
    rows = [len(one.text.splitlines()) - 1 for one in tables]
    left = await ran(parts, world, tables)
    assert left.done
    assert [one.made + one.unchanged for one in left.tables] == rows
    again = await ran(parts, world, tables)
    assert [(one.made, one.unchanged) for one in again.tables] == [(0, n) for n in rows]
    assert all(one.wrong is None for one in await check_completely(parts, None))


@pytest.mark.parametrize("step", STEPS)
async def test_a_broker_killed_in_the_middle_of_an_import(parts: Parts, tmp_path: Path, step: int) -> None:
    """A signal nobody can catch, between a record and its commit: no row is half made."""
    if not isinstance(parts.store.database, SqliteDatabase):
        pytest.skip("the other process opens the same file")
    world, tables = await World.make(parts), whole(3)
    given = tmp_path / "given"
    facts = (parts.settings.database, parts.clock.now(), parts.settings, world.owner.who, tables, step)
    given.write_bytes(pickle.dumps(facts))
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, str(given)], timeout=120, capture_output=True, check=False
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    async with parts.store.read() as work:
        made = [one for one in await estate.customers(work) if one.id != world.tenant]
    assert len(made) == min(step - 1, 3), "what was under way when it died is not there"
    await goes_on(parts, world, tables)


@pytest.mark.parametrize("step", STEPS)
async def test_a_connection_lost_in_the_middle_of_an_import(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Whoever asked is gone, so the request is cancelled where it stands."""
    world, tables = await World.make(parts), whole(3)
    append, reached, calls = Tx.append, asyncio.Event(), 0

    async def waiting(self: Tx, *args: object, **more: object) -> object:
        nonlocal calls
        found = await append(self, *args, **more)  # type: ignore[arg-type]
        calls += 1
        if calls == step:
            reached.set()
            await asyncio.sleep(60)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Tx, "append", waiting)
        async with TaskGroup() as group:
            running = group.create_task(ran(parts, world, tables))
            await reached.wait()
            running.cancel()
    assert running.cancelled()
    await goes_on(parts, world, tables)
