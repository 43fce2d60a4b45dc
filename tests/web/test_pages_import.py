"""Importing by hand: upload, what it would do, confirm; and the same from a terminal."""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from broker.store import estate
from tests.broker.world import World
from tests.web.test_english import italian_in
from web.commands import import_files
from web.commands.broker_call import Answer, Call
from web.commands.login import Login

Browse = Any
ORIGIN = "http://localhost:8700"
VAT = "00743110157"
CUSTOMERS = f"partita_iva;nome;comune\r\n{VAT};Bar «Sport»;Trento\r\n"
PEOPLE = f"cliente;persona;ruolo;funzione;email\r\n{VAT};Anna;titolare;Titolare;anna@uno.example\r\n"


async def upload(
    browse: Browse, who: Any, *files: tuple[str, bytes], to: str = "/importazione"
) -> httpx.Response:
    sent = [("file", (name, data, "text/csv")) for name, data in files]
    found: httpx.Response = await browse(who).client.post(
        to, files=sent, headers={"origin": ORIGIN, "accept": "text/html"}
    )
    return found


async def names(world: World) -> set[str]:
    async with world.parts.store.read() as work:
        return {one.name for one in await estate.customers(work)}


async def test_upload_look_confirm(world: World, browse: Browse) -> None:
    files = (("clienti.csv", b"\xef\xbb\xbf" + CUSTOMERS.encode()), ("persone.csv", PEOPLE.encode()))
    page = await upload(browse, world.owner, *files)
    assert page.status_code == 200
    assert "Nulla è ancora cambiato." in page.text
    assert "1 da creare · 0 già presenti" in page.text
    assert "Bar «Sport»" not in await names(world)
    fields = [
        (name, (None, html.unescape(value)))
        for name, value in re.findall(r'type="hidden" name="(name|text)" value="([^"]*)"', page.text)
    ]
    assert len(fields) == 4
    done = await browse(world.owner).client.post(
        "/importazione/conferma", files=fields, headers={"origin": ORIGIN, "accept": "text/html"}
    )
    assert done.status_code == 200
    assert "Importato." in done.text
    assert "anna@uno.example" in done.text
    assert "/invito#" in done.text or "/invito/" in done.text
    assert "Bar «Sport»" in await names(world)
    again = await upload(browse, world.owner, *files)
    assert "importare non cambierebbe nulla" in again.text
    assert 'action="/importazione/conferma"' not in again.text


async def test_wrong_rows_by_file_row_and_column(world: World, browse: Browse) -> None:
    bad = b"partita_iva;nome\n12345678901;<script>alert(1)</script>\n"
    page = await upload(browse, world.owner, ("<b>.csv", bad))
    assert page.status_code == 200
    assert (
        '<th scope="row">2</th><td class="mono" lang="it">partita_iva</td><td class="wrap">12345678901</td>'
        in page.text
    )
    assert "<script>alert" not in page.text
    assert "<b>.csv" not in page.text
    windows = await upload(
        browse, world.owner, ("clienti.csv", "partita_iva;nome\n1;Perché\n".encode("cp1252"))
    )
    assert windows.status_code == 422
    assert "CSV UTF-8" in windows.text
    assert (await upload(browse, world.owner, to="/importazione")).status_code in (400, 422)


async def test_in_english(world: World, browse: Browse) -> None:
    """Headings apart: a table has one spelling of them."""
    owner = browse(world.owner).speak("en")
    page = (await owner.get("/importazione")).text
    assert 'lang="en"' in page
    assert (
        italian_in(re.sub(r'<span[^>]* lang="it">[^<]*</span>|<span lang="it">[^<]*</span>', "", page)) == []
    )


@pytest.fixture
def terminal(
    site: FastAPI, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """`verbale import` of the owner, in a thread of its own."""
    login = tmp_path / "login.json"
    token = world.owner.token
    login.write_text(json.dumps({"origin": ORIGIN, "token": token, "name": "N", "role": "owner", "tenant": world.house, "expires": ""}))  # fmt: skip
    login.chmod(0o600)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=ORIGIN)

    async def run(*paths: Path, **more: Any) -> tuple[int, str, str]:
        loop = asyncio.get_running_loop()

        def asking(who: Login) -> Call:
            def call(method: str, path: str, body: Any = None) -> Answer:
                headers = {"origin": ORIGIN, "cookie": f"verbale_session={who.token}"}
                sent = client.request(method, path, json=body, headers=headers)
                found = asyncio.run_coroutine_threadsafe(sent, loop).result(30)
                return Answer(found.status_code, found.content)

            return call

        options = {"dry_run": False, "links": None, "json": False} | more
        args = argparse.Namespace(paths=list(paths), login=login, **options)
        code = await asyncio.to_thread(import_files.run, args, asking)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


async def test_a_folder_from_a_terminal(terminal: Callable[..., Any], world: World, tmp_path: Path) -> None:
    folder = tmp_path / "avvio"
    folder.mkdir()
    (folder / "clienti.csv").write_text(CUSTOMERS, newline="")
    (folder / "persone.csv").write_text(PEOPLE, newline="")
    code, out, _ = await terminal(folder, dry_run=True)
    assert (code, out.splitlines()[-1]) == (0, "Nulla è cambiato: era una prova.")
    assert "clienti.csv: 1 da creare, 0 già presenti e invariate, 0 da correggere" in out
    links = tmp_path / "inviti.csv"
    code, out, _ = await terminal(folder, links=links)
    assert code == 0
    assert "clienti.csv: 1 create" in out
    assert links.stat().st_mode & 0o777 == 0o600
    assert "anna@uno.example" in links.read_text(encoding="utf-8-sig")
    code, out, _ = await terminal(folder, json=True)
    assert code == 0
    assert [(one["made"], one["unchanged"]) for one in json.loads(out)["tables"]] == [(0, 1), (0, 1)]


async def test_wrong_rows_and_files_from_a_terminal(terminal: Callable[..., Any], tmp_path: Path) -> None:
    bad = tmp_path / "x.csv"
    bad.write_text("partita_iva;nome\n123;N\n")
    code, out, _ = await terminal(bad)
    assert code == 1
    assert "x.csv:2:partita_iva: «123» Non è una partita IVA" in out
    assert out.endswith("Nulla è stato importato.\n")
    bad.write_bytes(b"prodotto\nPerch\xe9\n")
    code, _, err = await terminal(bad)
    assert (code, err[:9]) == (1, "x.csv:2: ")
    assert (await terminal(tmp_path / "nowhere.csv"))[0] == 2
    empty = tmp_path / "vuota"
    empty.mkdir()
    assert (await terminal(empty))[0] == 2
