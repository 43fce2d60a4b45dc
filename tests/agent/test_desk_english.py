"""The person at the desk is told the same in English as in Italian, and what stands in records in neither."""

from __future__ import annotations

import asyncio
import json
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from agent import desk_call, information, paper_desk
from agent.admitted import ApprovedBy
from agent.desk_call import DeskSaysNo
from agent.desk_socket import Order, Reply
from agent.desk_words import DESK
from agent.language import Language
from agent.main import main
from agent.notice import Notice
from agent.settings import Settings
from agent.window import words
from agent.window.sentences import WINDOW
from agent.window.words import MAX_WORDS, Told, question, strip, text_of
from agent.wire.refusals import Sentence
from audit.folders import DIRECTIONS
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from tests.agent.session_kit import House, admitted, eventually, house
from tests.web.italian import ITALIAN

ROME = timezone(timedelta(hours=1))
AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
# What people typed, and two names that the law gives no English for.
TYPED = (
    "la stampante del banco non stampa i conti",
    "Tecnico 2",
    "Fornitore Alfa",
    "Anna Bianchi",
    "titolare",
    "garanteprivacy",
)
NEVER = ("consent", "token", "ticket", "hash", "client", " log ", " log.", "registro")
MUCH = (
    Channel("terminal"),
    Channel("files", folder="/srv/dati", direction=DIRECTIONS[0]),
    Channel("forward", port=NamedPort("rdp", "127.0.0.1", 3389)),
    Channel("desktop", control=True, clipboard=True),
    Channel("tool", "anydesk"),
)
TABLES = {
    **{f"desk {code}": one for code, one in DESK.items()},
    **{f"window {code}": one for code, one in WINDOW.items()},
    **{f"information {code}": one for code, one in information._SAID.items()},
    "paper waits": paper_desk.waiting(timedelta(hours=5)),
    "paper stopped": paper_desk.stopped(),
    "paper stopped here": paper_desk.stopped_here(),
    "paper taken": paper_desk.taken(),
    "title": information.TITLE,
}


def notice(**more: object) -> Notice:
    more = {"channels": MUCH, "recording": True} | more
    return Notice.read(admitted(session="s-1", begin=AT, length_s=5220, watched=True, **more), AT)  # type: ignore[arg-type]


def told(state: str = "asking", language: Language = "en", **more: object) -> Told:
    return Told.read(json.dumps(notice().to_file() | {"state": state} | more).encode(), language)


def italian_in(text: str) -> list[str]:
    for typed in TYPED:
        text = text.replace(typed, "").replace(typed.capitalize(), "")
    return [text[max(0, m.start() - 20) : m.end() + 20] for m in ITALIAN.finditer(text)]


@pytest.mark.parametrize("code", TABLES)
def test_each_sentence_has_both_languages_with_the_same_pieces(code: str) -> None:
    one = TABLES[code]
    pieces = [sorted(part[1] or "" for part in string.Formatter().parse(text)) for text in (one.it, one.en)]
    assert {piece for piece in pieces[0] if piece} == {piece for piece in pieces[1] if piece}
    assert one.en.strip()
    assert one.it.endswith("\n") == one.en.endswith("\n")
    assert italian_in(one.en) == []
    assert not [word for word in NEVER if word in f"{one.en.lower()} "]


def test_the_english_question_is_that_of_the_design() -> None:
    """U-31."""
    plainly = Notice.read(admitted(session="s-1", begin=AT, length_s=5220), AT)
    asked = Told.read(json.dumps(plainly.to_file() | {"state": "asking"}).encode(), "en")
    assert text_of(question(asked, ROME)) == (
        "Tecnico 2 of Fornitore Alfa asks to connect to this computer for: la stampante del banco non stampa i conti. "
        "Authorised by Anna Bianchi (ADS) until 12:47. Not recorded. "
        "Please close personal documents before you go on."
    )
    assert [run.text for run in question(asked, ROME) if run.strong] == [
        "Tecnico 2", "Fornitore Alfa", "Anna Bianchi (ADS)", "12:47", "Not recorded.",
    ]  # fmt: skip
    tomorrow = replace(asked, ends=AT + timedelta(days=1), approved_by=("ADS p-2", "titolare p-1"))
    assert "by ADS p-2 and titolare p-1 until 11:20 on 23/11/2026." in text_of(question(tomorrow, ROME))


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_question_stays_within_sixty_words_in_both_languages(language: Language) -> None:
    """U-31."""
    long = replace(told(incident="a " * 80, language=language), screen="control")
    text = text_of(question(long, ROME))
    assert len(text.split()) <= MAX_WORDS
    assert "a…. Aut" in text
    for one in (notice(), notice(channels=(Channel("terminal"),)), notice(recording=False)):
        lines = one.wording(ask=True, zone=ROME, where=" --state /x", language=language).splitlines()
        assert sum(len(line.split()) for line in lines if not line.startswith("- ")) <= 60


def terminal_texts(one: Notice, language: Language) -> list[str]:
    return [
        one.wording(ask=True, zone=ROME, where="", language=language),
        one.wording(ask=False, zone=ROME, where=" --state /x", language=language),
        one.wording_login(ROME, "", language),
        one.wording_uses(AT, ROME, "the screen", language),
        one.wording_paused(AT, ROME, "paused_by_watcher", language),
        one.wording_paused(AT, ROME, "supervision_lost", language),
        one.wording_resumed(AT, ROME, language),
        one.wording_ended(AT, None, "none", ROME, language),
        one.wording_ended(AT, 9, "some", ROME, language),
        one.wording_ended(AT, 2640, "unknown", ROME, language),
    ]


def test_terminals_are_told_in_english_line_by_line_what_they_are_in_italian() -> None:
    mandate = replace(ApprovedBy("p-9", "vendor_ads", None), person="p-9")
    one = notice(approved_by=tuple([mandate] * 6))
    for italian, english in zip(terminal_texts(one, "it"), terminal_texts(one, "en"), strict=True):
        assert len(italian.splitlines()) == len(english.splitlines())
        assert italian_in(english) == []
    assert "by ADS of the vendor, under a mandate p-9, " in terminal_texts(one, "en")[0]
    assert "and 3 more people until 12:47." in terminal_texts(one, "en")[0]
    assert notice().wording_ended(AT + timedelta(minutes=44), 2640, "none", ROME, "en") == (
        "\nVerbale: connection ended at 12:04. It lasted 44 min.\n"
    )


def window_texts(one: Told) -> list[str]:
    title, lines = words.may(one)
    return [
        text_of(question(one, ROME)),
        text_of(strip(one, ROME)[0]),
        strip(one, ROME)[1],
        strip(replace(one, watched=False), ROME)[1],
        strip(replace(one, online=False), ROME)[1],
        strip(one, ROME, answers=False)[1],
        words.using(one),
        words.recorded(one),
        words.recorded(replace(one, recording=False)),
        words.countdown(one, AT),
        words.more(1, one.language),
        words.more(7, one.language),
        title,
        *lines,
    ]


@pytest.mark.parametrize("state", ["asking", "live", "paused"])
def test_the_window_says_all_of_it_in_english(state: str) -> None:
    more = {
        "at": "2026-11-22T10:48:00.000Z",
        "answer_by": "2026-11-22T10:48:00.000Z",
        "open": ["un terminale"] * 5,
        "open_en": ["a terminal"] * 5,
        "technician": "",
    }
    english, italian = (window_texts(told(state, language, **more)) for language in ("en", "it"))
    assert len(english) == len(italian)
    assert [bool(text) for text in english] == [bool(text) for text in italian]
    for text in english:
        assert italian_in(text) == []


def test_the_notice_of_article_13_has_the_same_paragraphs_in_english() -> None:
    """L-26."""
    one, policy = notice(), admitted(session="s-1", begin=AT).policy
    texts = [information.text(one, policy, (), language) for language in ("it", "en")]
    assert [line.endswith(":") for line in texts[0].splitlines()] == [
        line.endswith(":") for line in texts[1].splitlines()
    ]
    assert italian_in(texts[1]) == []
    assert "not the legal basis of the processing" in texts[1]
    assert "- See that account’s screen and use its mouse and keyboard" in texts[1]
    assert f"The titolare’s rules no. {policy.number}, text {information.VERSION}." in texts[1]


def test_an_agent_that_tells_italian_alone_is_still_understood() -> None:
    older = {name: value for name, value in notice().to_file().items() if not name.endswith("_en")}
    found = Told.read(json.dumps(older | {"state": "live", "open": ["un terminale"]}).encode(), "en")
    assert (found.may, found.approved_by, found.open) == (
        notice().may,
        ("Anna Bianchi (ADS)",),
        ("un terminale",),
    )
    assert text_of(strip(found, ROME)[0]).startswith("Tecnico 2 of Fornitore Alfa is connected")


def test_nothing_in_the_english_fields_plays_tricks_or_is_long() -> None:
    found = told(
        may_en=["\x1b[2Jx\u202e" + "y" * 500] * 99,
        approved_by_en=["\x00A{who}"] * 99,
        open_en=[7, "z\u2028{x}"],
    )
    assert len(found.may) == words.MAX_MAY
    assert found.may[0].startswith("[2Jx yy")
    assert len(found.may[0]) == words.MAX_LINE
    assert found.approved_by == ("A{who}",) * (words.MAX_NAMED + 1)
    assert found.open == ("", "z {x}")
    assert "A{who}" in text_of(question(found, ROME))
    assert told(may_en="not a list").may == notice().may


def test_braces_in_what_somebody_wrote_stay_braces() -> None:
    one = replace(notice(), technician="{who}", organisation="{0}", incident="{}", account="{account.x}")
    for language in ("it", "en"):
        assert "{who}" in one.wording(ask=True, zone=ROME, where="", language=language)
        information.text(one, admitted(session="s-1", begin=AT).policy, (), language)
        assert "{account.x}" in words.may(replace(told(), account="{account.x}"))[0]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "it"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "VERBALE_LANG": "it"}, "it"),
        ({"LANG": "it_IT.UTF-8", "VERBALE_LANG": "en"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "it_IT", "VERBALE_LANG": "fr"}, "it"),
    ],
)
def test_a_language_may_be_named_and_else_is_the_locale_s(
    environ: dict[str, str], language: Language
) -> None:
    assert Settings.read(environ, state_dir=None, language=None, is_root=False).language == language


def test_an_order_asks_for_the_notice_in_one_of_two_languages() -> None:
    assert Order.read(b'{"op":"information","language":"en"}') == Order("information", None, language="en")
    assert Order.read(b'{"op":"information","language":"en","session":"s"}').session == "s"
    assert Order.read(b'{"op":"information"}').language == "it"
    assert Order.read(b'{"op":"information","language":"fr"}').language == "it"


def test_an_answer_without_english_is_shown_as_it_came() -> None:
    assert Reply("Vecchio agente.").shown("en") == "Vecchio agente."
    assert Reply.of(Sentence("Sì.", "Yes.")).shown("en") == "Yes."


def files(h: House, session: str) -> tuple[dict[str, object], str]:
    place = h.state_dir / "desk" / session
    return json.loads(place.with_suffix(".json").read_text()), place.with_suffix(".txt").read_text()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("language", ["it", "en"])
async def test_records_are_the_same_in_whatever_language_the_desk_is_told(
    tmp_path: Path, language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house(tmp_path, language=language) as h:
        session = await h.begin()
        in_file, at_login = files(h, session)
        assert in_file["may_en"] != in_file["may"]
        assert ("is connected" in at_login or "has been connected" in at_login) is (language == "en")
        line = await h.channel(session, "terminal")
        await eventually(lambda: files(h, session)[0]["open_en"] == ["a terminal"])
        assert files(h, session)[0]["open"] == ["un terminale"]
        line.type(b"exit\n")
        where = ["--state", str(tmp_path), "--lang", "en"]
        for order in (["information"], ["report", "--text", "odd"], ["interrupt", "--why", "enough"]):
            assert await asyncio.to_thread(main, [*order, *where]) == 0
            said = capsys.readouterr().out
            assert italian_in(said) == [], said
        with pytest.raises(DeskSaysNo, match="Nobody is connected or asks"):
            await asyncio.to_thread(desk_call.request_information, [tmp_path], language="en")
        ended = await asyncio.to_thread(
            desk_call.request, [tmp_path], {"op": "ended", "session": session}, "en"
        )
        assert ended["text"].startswith("Verbale: connection ended at")
        kinds = [kind for kind in h.broker.kinds() if not kind.startswith("channel.")]
        assert kinds[-3:] == ["desk.reported", "session.ended", "session.stop_explained"]
        told_in = [one for one in ("connection", "collegamento", "language") if one in str(h.broker.reports)]
        assert told_in == []
        assert h.broker.body("session.started")["desk"] == "nobody"
