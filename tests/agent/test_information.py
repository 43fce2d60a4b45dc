"""*Informativa*: from the verified order and the signed rules alone, bounded, and closed to tricks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import desk, desk_call, information
from agent.desk_call import DeskSaysNo
from agent.notice import Notice
from audit.statement_parts import Channel
from tests.agent.session_kit import SALT, SECOND, TEXTS, admitted, house

pytestmark = pytest.mark.usefixtures("patient")
AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)


def test_it_says_who_what_why_how_long_and_where_to_complain() -> None:
    """L-26: before anybody connects, with the version of its text; the rules' number binds it to the session."""
    found = admitted(session="s-1", begin=AT, channels=(Channel("desktop", control=True),), recording=True)
    notice = replace(Notice.read(found, AT), customer="Albergo Esempio")
    policy = replace(found.policy, retention=(("access", 9), ("recording", 2)))
    text = information.text(notice, policy)
    for words in (
        "Titolare: Albergo Esempio.",
        "Responsabile, per conto del titolare (art. 28): Fornitore Alfa.",
        "la stampante del banco non stampa i conti.",
        "l’ha autorizzato Anna Bianchi (ADS).",
        "- Vedere lo schermo di quell’utente e usarne mouse e tastiera",
        "Si registra ciò che i comandi rispondono, con i segreti coperti",
        "Si registra lo schermo così come appare",
        "I tasti battuti no.",
        "nomi negli accessi e segnalazioni: 9 mesi",
        "testi della richiesta: 120 mesi",
        "registrazioni, se ce ne sono: 2 mesi",
        "Garante per la protezione dei dati personali",
        "A Albergo Esempio, o a chi ha autorizzato: Anna Bianchi (ADS).",
        f"Regole del titolare n. {policy.number}, testo {information.VERSION}.",
    ):
        assert words.lower() in text.lower()


def test_without_texts_it_still_names_roles() -> None:
    found = admitted(session="s-1", begin=AT, texts="nothing")  # type: ignore[arg-type]
    text = information.text(Notice.read(found, AT), found.policy)
    assert "Titolare: chi amministra questo computer." in text
    assert "il fornitore che si collega" in text


def test_what_the_customer_adds_is_bounded_and_harmless() -> None:
    lines = information.own_lines(b"Scriva a dpo@example.com\x1b[2J\n\n\xff\n" + b"x\n" * 100)
    assert lines[0] == "Scriva a dpo@example.com [2J"
    assert len(lines) < information.MAX_OWN_LINES
    found = admitted(session="s-1", begin=AT)
    assert "- Scriva a dpo@example.com [2J" in information.text(Notice.read(found, AT), found.policy, lines)


def test_l25_nobody_at_a_desk_is_asked_for_consent_to_processing() -> None:
    """L-25: *Consenti collegamento* is about the connection, and is no legal basis; no text says otherwise."""
    package = Path(information.__file__).parent
    said = [path for path in package.rglob("*.py") if "consenso" in path.read_text(encoding="utf-8").lower()]
    assert said == []
    found = admitted(session="s-1", begin=AT, channels=(Channel("terminal"),))
    text = information.text(Notice.read(found, AT), found.policy)
    assert "non è la base del trattamento" in text


async def test_at_the_desk_s_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / information.FILE).write_text("Scriva a dpo@example.com\n")
    async with house(tmp_path) as h:
        with pytest.raises(DeskSaysNo, match="Nessuno è collegato"):
            await asyncio.to_thread(desk_call.request_information, [tmp_path])
        session = await h.begin()
        await h.sessions.open(admitted(session=SECOND, begin=datetime.now(UTC), texts=TEXTS), SALT)
        both = await asyncio.to_thread(desk_call.request_information, [tmp_path])
        assert both.count(information.TITLE.it) == 2
        one = await asyncio.to_thread(desk_call.request_information, [tmp_path], session)
        assert one.count(information.TITLE.it) == 1
        assert "dpo@example.com" in one
        monkeypatch.setattr(desk, "MAX_INFORMATION_BYTES", 3000)
        assert (await asyncio.to_thread(desk_call.request_information, [tmp_path])).count(
            information.TITLE.it
        ) == 1
