"""The words at the desk: who, why, until when, approved by whom, and nothing that plays tricks on a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from agent.admitted import ApprovedBy
from agent.notice import Notice, plain
from audit.folders import DIRECTIONS
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from tests.agent.session_kit import TEXTS, admitted

ROME = timezone(timedelta(hours=1))
AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
ANNA = ApprovedBy("p-2", "ads", "Anna Bianchi")
NAMELESS = ApprovedBy("p-1", "titolare", None)


def notice(*approved_by: ApprovedBy, texts: object = TEXTS, at: datetime = AT, minutes: int = 87) -> Notice:
    found = admitted(
        session="s-1",
        begin=at,
        length_s=minutes * 60,
        texts=texts,  # type: ignore[arg-type]
        approved_by=approved_by or (ANNA,),
    )
    return Notice.read(found, at)


def words_beside_the_list(found: Notice) -> int:
    lines = found.wording(ask=True, zone=ROME, where=" --state /x").splitlines()
    return sum(len(line.split()) for line in lines if not line.startswith("- "))


def test_words_say_who_why_until_when_and_approved_by_whom() -> None:
    text = notice().wording(ask=False, zone=ROME, where="")
    assert text == (
        "\nVerbale: Tecnico 2 di Fornitore Alfa si collega a questo computer per: "
        "la stampante del banco non stampa i conti.\n"
        "Autorizzato da Anna Bianchi (ADS) fino alle 12:47. Nessuna registrazione.\n"
        "Può, come utente root:\n"
        "- Dare comandi in un terminale: con essi legge e cambia ciò che può quell’utente, e usa la rete della macchina\n"
        "- Eseguire comandi singoli, con gli stessi poteri di quell’utente\n"
        "Interrompi: verbale-agent interrupt s-1\n"
    )
    stopped = notice(texts={"incident_text": "Non stampa.", "reason": "x"}).wording(
        ask=False, zone=ROME, where=""
    )
    assert "per: Non stampa.\n" in stopped
    assert words_beside_the_list(notice()) <= 60
    assert notice().wording_ended(AT + timedelta(minutes=44), 2640, "none", ROME) == (
        "\nVerbale: collegamento terminato alle 12:04. Durata 44 min.\n"
    )
    assert "Durata 9 s" in notice().wording_ended(AT, 9, "none", ROME)
    assert "non è cominciato" in notice().wording_ended(AT, None, "none", ROME)


def test_words_without_texts_and_over_midnight() -> None:
    late = datetime(2026, 11, 22, 22, 20, tzinfo=UTC)
    text = notice(NAMELESS, texts="nothing", at=late, minutes=120).wording(ask=True, zone=ROME, where="")
    assert (
        "Un tecnico chiede di collegarsi a questo computer.\n"
        "Autorizzato da titolare p-1 fino alle 23/11/2026 01:20."
    ) in text


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (2, "Anna Bianchi (ADS) e titolare p-1"),
        (3, "Anna Bianchi (ADS), titolare p-1 e Anna Bianchi (ADS)"),
        (4, "Anna Bianchi (ADS), titolare p-1, Anna Bianchi (ADS) e un’altra persona"),
        (6, "Anna Bianchi (ADS), titolare p-1, Anna Bianchi (ADS) e altre 3 persone"),
    ],
)
def test_several_approvers(count: int, words: str) -> None:
    approvers = [ANNA, NAMELESS, ANNA, NAMELESS, ANNA, NAMELESS][:count]
    assert f"Autorizzato da {words} fino" in notice(*approvers).wording(ask=False, zone=ROME, where="")


def test_a_name_of_no_letters_is_no_name() -> None:
    tricky = ApprovedBy("p-2", "ads", "\u202e\x1b\n")
    assert notice(tricky).approved_by == ("ADS p-2",)


@pytest.mark.parametrize(
    ("left", "words"), [("some", "non si è potuto chiudere"), ("unknown", "Non è certo")]
)
def test_an_end_with_something_left_says_so(left: str, words: str) -> None:
    said = notice().wording_ended(AT, 60, left, ROME)  # type: ignore[arg-type]
    assert "collegamento terminato" in said
    assert words in said


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x1b[2Jb\x07", "a [2Jb"),
        ("pay \u202egnp.exe\u2066 now\u200b", "pay gnp.exe now"),
        ("one\ntwo\r\u2028three\u0085four", "one two three four"),
        ("x" * 500, "x" * 159 + "…"),
        ({"a": 1}, ""),
        ("  perché  €  日本 ", "perché € 日本"),
    ],
)
def test_strangers_texts_carry_no_controls(text: object, clean: str) -> None:
    assert plain(text) == clean


def test_a_recorded_session_says_what_is_kept_and_what_is_not() -> None:
    found = Notice.read(admitted(session="s-1", begin=AT, recording=True), AT)
    text = found.wording(ask=False, zone=ROME, where="")
    assert "Ciò che i comandi rispondono viene registrato; tasti e schermo no." in text
    assert found.to_file()["recording"] is True
    assert words_beside_the_list(found) <= 60
    screen = replace(found, screen="control")
    assert "Lo schermo viene registrato; i tasti no." in screen.wording(ask=True, zone=ROME, where="")
    assert words_beside_the_list(screen) <= 60


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel("terminal"), "12:47. Nessuna registrazione."),
        (Channel("desktop"), "12:47. Vede questo schermo. Nessuna registrazione."),
        (Channel("desktop", control=True), "12:47. Vede e usa questo schermo. Nessuna registrazione."),
    ],
)
def test_whoever_sees_the_screen_is_said_to(channel: Channel, words: str) -> None:
    found = Notice.read(admitted(session="s-1", begin=AT, length_s=87 * 60, channels=(channel,)), AT)
    text = found.wording(ask=True, zone=ROME, where=" --state /x")
    assert words in text
    assert words_beside_the_list(found) <= 60


PORT = NamedPort("rdp", "127.0.0.1", 3389)
MUCH = (
    Channel("files", folder="/srv/dati", direction=DIRECTIONS[0]),
    Channel("files", folder="/srv/altri", direction=DIRECTIONS[2]),
    Channel("forward", port=PORT),
    Channel("desktop", control=True, clipboard=True),
    Channel("tool", "anydesk"),
    Channel("exec"),
)


def test_all_that_may_happen_stands_there_in_the_pages_words() -> None:
    found = Notice.read(admitted(session="s-1", begin=AT, channels=MUCH), AT)
    for text in (found.wording(ask=True, zone=ROME, where=""), found.wording_login(ROME, "")):
        assert "- Usare lo strumento esterno «anydesk». Il suo contenuto Verbale non lo vede\n" in text
        assert (
            "- Raggiungere la porta 3389 (rdp) di questa macchina. Ciò che vi passa Verbale non lo vede\n"
            in text
        )
        assert "- Vedere lo schermo di quell’utente e usarne mouse e tastiera\n" in text
        assert "- Copiare testo da quello schermo e incollarcene\n" in text
        assert "- altre 2 cose: verbale-agent information\n" in text
        assert "/srv" not in text
    assert found.to_file()["may"] == list(found.may)
    assert len(found.may) == 8 - 1


def test_what_he_opens_is_said_with_its_time() -> None:
    said = notice().wording_uses(AT, ROME, "lo schermo")
    assert said == "\nVerbale: Tecnico 2 di Fornitore Alfa usa dalle 11:20 lo schermo.\n"
