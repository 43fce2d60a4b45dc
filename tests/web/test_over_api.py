"""`verbale NOUN VERB`: every operation a person uses, from a terminal, as the person that he is."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from broker import app
from broker.api.operations import NOUNS, OPERATIONS, PAGE_ONLY
from tests.broker.world import Someone
from tests.stories.telling import Story
from web import site as program
from web.commands import login, over_api, told
from web.commands.broker_call import Answer, Call, Unanswered, read_origin
from web.commands.login import Login

ORIGIN = "http://localhost:8700"


@cache
def described() -> dict[str, Any]:
    made = FastAPI()
    for router in app.ROUTERS:
        made.include_router(router)
    return made.openapi()


def test_every_operation_has_a_command_or_a_reason() -> None:
    found = {
        f"{method.upper()} {path}" for path, methods in described()["paths"].items() for method in methods
    }
    commands = {one.name for one in OPERATIONS}
    assert commands | set(PAGE_ONLY) == found
    assert not commands & set(PAGE_ONLY)
    assert all(len(reason) > 10 for reason in PAGE_ONLY.values())
    assert len({one.words for one in OPERATIONS}) == len(OPERATIONS)
    assert {one.words.split()[0] for one in OPERATIONS} == set(NOUNS)


def test_every_command_has_its_options(capsys: pytest.CaptureFixture[str], kept: Callable[..., Path]) -> None:
    """From the description alone, so a field that comes or goes is an option that comes or goes."""
    description = described()

    def asking(_: Login) -> Call:
        return lambda _method, _path, _body: Answer(200, json.dumps(description).encode())

    file = kept(None)
    for one in OPERATIONS:
        with pytest.raises(SystemExit) as end:
            over_api.main([*one.words.split(), "--login", str(file), "--help"], asking)
        assert end.value.code == 0, one.words
        assert f"verbale {one.words}" in capsys.readouterr().out


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., Path]:
    """A file as `verbale login` leaves it."""

    def make(someone: Someone | None, role: str = "owner") -> Path:
        path = tmp_path / f"{role if someone is None else someone.who.role}.json"
        who = None if someone is None else someone.who
        made = Login(ORIGIN, "" if someone is None else someone.token, "N", who.role if who else role,
                     who.tenant if who else "t-00000000", "2026-11-10T20:00:00Z")  # fmt: skip
        path.write_text(json.dumps({name: getattr(made, name) for name in Login.__slots__}))
        path.chmod(0o600)
        return path

    return make


class Terminal:
    """Commands of one person against the site, in a thread of their own, as they would run."""

    def __init__(self, site: FastAPI, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=ORIGIN)
        self.file = file
        self.capsys = capsys

    async def run(self, *words: str) -> tuple[int, str, str]:
        loop = asyncio.get_running_loop()

        def asking(who: Login) -> Call:
            def call(method: str, path: str, body: Any = None) -> Answer:
                headers = {"origin": ORIGIN, "cookie": f"verbale_session={who.token}"}
                sent = self.client.request(method, path, json=body, headers=headers)
                found = asyncio.run_coroutine_threadsafe(sent, loop).result(30)
                return Answer(found.status_code, found.content, found.headers.get("content-type", ""))

            return call

        code = await asyncio.to_thread(over_api.main, [*words, "--login", str(self.file)], asking)
        said = self.capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def terminal(
    site: FastAPI, kept: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> Callable[[Someone], Terminal]:
    return lambda someone: Terminal(site, kept(someone), capsys)


async def test_an_incident_from_report_to_end(
    story: Story, terminal: Callable[[Someone], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = story.world
    titolare, technician = terminal(world.titolare), terminal(world.technician)
    first = ("--category", "1", "--reference", "Prot. 12/2026", "--dated", "2026-11-02")
    code, _, err = await terminal(world.owner).run("category", "set", "--tenant", world.tenant, *first)
    assert code == 0, err
    story.clock.advance(minutes=1)
    # His own customer needs no --tenant; text may come from a pipe.
    monkeypatch.setattr("sys.stdin", io.StringIO("Non stampa. \n"))
    code, out, _ = await titolare.run("incidents", "report", "--text", "-", "--proposed", "B", "--json")
    assert code == 0
    incident = json.loads(out)["incident"]
    tenant = ("--tenant", world.tenant)
    code, out, _ = await technician.run("incidents", "list", *tenant)
    assert code == 0
    head, row = out.splitlines()
    assert head.split("\t")[:2] == ["tenant", "incident"]
    assert row.split("\t")[:2] == [world.tenant, incident]
    one = (*tenant, "--incident", incident)
    for verb, more in (("take", ()), ("rate", ("--severity", "B")), ("answer", ("--how", "call")), ("close", ("--outcome", "solved"))):  # fmt: skip
        code, out, err = await technician.run("incidents", verb, *one, *more)
        assert code == 0, err
    assert out == "Fatto.\n"
    code, out, _ = await technician.run("incidents", "show", *one)
    assert "outcome: solved\n" in out


async def test_papers_products_post_accesses(story: Story, terminal: Callable[[Someone], Terminal]) -> None:
    world = story.world
    owner, titolare = terminal(world.owner), terminal(world.titolare)
    tenant = ("--tenant", world.tenant)
    assert (await owner.run("papers", "list", *tenant))[0] == 0
    code, out, _ = await owner.run("products", "add", "--name", "Presenze", "--json")
    product = json.loads(out)["id"]
    code, _, err = await owner.run("products", "add", "--name", "Presenze")
    assert (code, err[-1]) == (1, "\n")
    assert (await owner.run("products", "remove", "--product", product))[:2] == (0, "Fatto.\n")
    code, out, _ = await owner.run("contracts", "agree", *tenant, "--plan", "basic", "--first", "2026-01-01",
                                   "--last", "2026-12-31", "--no-prepaid", "--closures", "2026-08-14")  # fmt: skip
    assert code == 0
    assert "prepaid: no\n" in out
    assert (await owner.run("post", "list"))[0] == 0
    code, out, _ = await titolare.run("accesses", "export", "--form", "csv")
    assert code == 0
    assert len(out.splitlines()) > 1
    code, out, _ = await titolare.run("reports", "cadence", "--json")
    assert json.loads(out) == {"cadence": "monthly"}


async def test_a_refusal_is_a_sentence_and_a_one(
    story: Story, terminal: Callable[[Someone], Terminal]
) -> None:
    ads = terminal(story.world.ads)
    code, out, err = await ads.run("products", "add", "--name", "x")
    assert (code, out) == (1, "")
    assert err == "Il suo ruolo non permette questa operazione. La chieda a chi ne ha il compito.\n"
    code, _, err = await ads.run("incidents", "show", "--incident", "I-2026-0009", "--tenant", "t-00000000")
    assert code == 1
    assert err.startswith("Qui non c’è nulla.")


async def test_what_is_signed_is_a_page(story: Story, terminal: Callable[[Someone], Terminal]) -> None:
    """No signing act from a terminal: the page's address, and the broker is not even called."""
    ads = terminal(story.world.ads)
    code, out, _ = await ads.run("requests", "approve", "--request", "r-12345678")
    assert (code, out) == (0, f"Si fa nel browser: {ORIGIN}/richieste/r-12345678/approva\n")
    code, out, _ = await ads.run("signing", "rules", "--json")
    assert json.loads(out) == {"page": f"{ORIGIN}/regole"}


def test_misuse_is_a_two(kept: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    def asking(_: Login) -> Call:
        return lambda _method, _path, _body: Answer(200, json.dumps(described()).encode())

    file = str(kept(None))
    for argv in (["incidents"], ["incidents", "nonsense"], ["incidents", "show", "--login", file],
                 ["incidents", "rate", "--tenant", "t-1", "--incident", "I", "--severity", "Z", "--login", file]):  # fmt: skip
        with pytest.raises(SystemExit) as end:
            over_api.main(argv, asking)
        assert end.value.code == 2
        assert capsys.readouterr().err.startswith("usage: verbale incidents")


def test_nobody_logged_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "login.json"
    assert program.main(["post", "list", "--login", str(file)]) == 1
    assert capsys.readouterr().err == f"{login.NOBODY}\n"
    file.write_text("{}")
    file.chmod(0o644)
    assert program.main(["post", "list", "--login", str(file)]) == 1
    assert "chmod 600" in capsys.readouterr().err
    file.chmod(0o600)
    assert program.main(["post", "list", "--login", str(file)]) == 1
    assert "non è un accesso" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["ftp://x", "https://x/y", "verbale.example", "https://u@x", "http://verbale.example", "https://x:99999"])  # fmt: skip
def test_no_address_of_a_broker(text: str) -> None:
    with pytest.raises(Unanswered):
        read_origin(text)


def test_rows_hold_no_sign_that_moves_a_cursor() -> None:
    found = list(told.lines([{"a": "x\x1b[2J\ty\nz", "b": None}, {"a": "ù", "c": [1]}], aligned=False))
    assert found == ["a\tb\tc", "x·[2J·y ⏎ z\t-\t-", "ù\t-\t[1]"]
    assert list(told.lines([], aligned=True)) == ["Nessuna riga."]
    assert list(told.lines([{"a": "xx", "b": 1}], aligned=True)) == ["a   b", "xx  1"]


async def test_c21_an_act_that_matters_asks_for_a_fresh_code_and_goes_on(
    story: Story, terminal: Callable[[Someone], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program is told what to do; a person at a terminal is asked, and what he typed goes on."""
    world, settings = story.world, story.parts.settings
    titolare = terminal(world.titolare)
    words = ("webhooks", "open", "--address", "https://riceve.example/", "--kinds", "session.started")
    object.__setattr__(settings, "proof_s", 0)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert await titolare.run(*words) == (1, "", f"{over_api.PROVE}\n")

    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    def entered(file: Path) -> Login:
        object.__setattr__(settings, "proof_s", 600)
        return login.kept(file)

    monkeypatch.setattr("sys.stdin", Keyboard())
    monkeypatch.setattr(over_api, "enter", entered)
    code, out, err = await titolare.run(*words)
    assert (code, err) == (0, f"{over_api.PROVE}\n")
    assert "secret: " in out
