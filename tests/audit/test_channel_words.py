"""What each channel lets somebody do, in words: every kind, both languages, seeing told from using."""

from __future__ import annotations

from typing import get_args

import pytest

from audit import channel_words as words
from audit.folders import DIRECTIONS, FolderLine
from audit.named_ports import NamedPort
from audit.statement_parts import Channel, ChannelKind

HERE, BEYOND = NamedPort("rdp", "127.0.0.1", 3389), NamedPort("web", "10.0.0.7", 80)
SEE, USE = Channel("desktop"), Channel("desktop", control=True)
ALL = Channel("desktop", control=True, clipboard=True)
FILES = [Channel("files", folder="/srv", direction=way) for way in DIRECTIONS]


def test_every_kind_has_a_name_and_words_of_what_it_would_allow() -> None:
    assert set(words.KINDS) == set(get_args(ChannelKind))
    assert len(words.cannot([])) == len(words.KINDS)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (Channel("terminal"), ["Dare comandi in un terminale: con essi legge e cambia"]),
        (Channel("exec"), ["Eseguire comandi singoli"]),
        (FILES[0], ["Prelevare file da «/srv»"]),
        (FILES[1], ["Inviare file in «/srv»"]),
        (FILES[2], ["Prelevare e inviare file in «/srv»"]),
        (Channel("forward", port=HERE), ["Raggiungere la porta 3389 (rdp) di questa macchina."]),
        (
            Channel("forward", port=BEYOND),
            ["Raggiungere attraverso questa macchina la porta 80 (web) di 10.0.0.7."],
        ),
        (SEE, ["Vedere lo schermo di quell’utente, senza toccare nulla"]),
        (USE, ["Vedere lo schermo di quell’utente e usarne mouse e tastiera"]),
        (
            ALL,
            [
                "Vedere lo schermo di quell’utente e usarne mouse e tastiera",
                "Copiare testo da quello schermo",
            ],
        ),
        (Channel("tool", "anydesk"), ["Usare lo strumento esterno «anydesk»."]),
    ],
)
def test_what_it_allows(channel: Channel, said: list[str]) -> None:
    found = words.can(channel)
    assert len(found) == len(said)
    assert all(italian.startswith(begin) for (italian, _), begin in zip(found, said, strict=True))
    assert all(english and english != italian for italian, english in found)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (Channel("terminal"), "un terminale"),
        (Channel("exec"), "un comando"),
        (FILES[2], "file: preleva e invia in «/srv»"),
        (SEE, "lo schermo, senza toccarlo"),
        (USE, "lo schermo, con mouse e tastiera"),
        (ALL, "lo schermo, con mouse, tastiera e appunti"),
        (Channel("forward", port=HERE), "la porta 3389 (rdp) di questa macchina"),
        (Channel("tool", "anydesk"), "lo strumento «anydesk»"),
    ],
)
def test_what_is_open(channel: Channel, said: str) -> None:
    assert words.in_use(channel)[0] == said


def test_several_that_are_open() -> None:
    assert words.in_use(Channel("terminal"), 3) == ("3 terminali", "3 terminals")
    assert words.in_use(Channel("exec"), 2)[0] == "2 comandi"
    assert words.in_use(Channel("forward", port=HERE), 2) == words.in_use(Channel("forward", port=HERE))
    many = [FolderLine(f"/srv/{n}", DIRECTIONS[0]) for n in range(4)]
    two = "file: preleva da «/srv/0», preleva da «/srv/1»"
    assert words.files_in_use(many[:2])[0] == two
    assert words.files_in_use(many[:3])[0] == f"{two}, e un’altra cartella"
    assert words.files_in_use(many)[0] == f"{two}, e altre 2 cartelle"


def test_several_channels_are_told_one_after_the_other() -> None:
    assert words.all_can([ALL, Channel("exec")]) == words.can(ALL) + words.can(Channel("exec"))


def test_what_was_not_asked_for() -> None:
    italian = [it for it, _ in words.cannot([Channel("terminal"), SEE])]
    assert "Eseguire comandi singoli" not in italian  # a terminal can do that
    assert italian[-2:] == ["Usare mouse e tastiera dello schermo", "Copiare o incollare testo dallo schermo"]
    assert [it for it, _ in words.cannot([USE])][-1] == "Copiare o incollare testo dallo schermo"
    assert "Usare mouse e tastiera dello schermo" not in [it for it, _ in words.cannot([ALL])]
    assert words.cannot([Channel("exec")])[0] == ("Aprire un terminale", "Open a terminal")
