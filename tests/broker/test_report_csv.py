"""The report as a table: what is in it, and nothing a spreadsheet would work out."""

from __future__ import annotations

import csv
import io

import pytest

from audit.spreadsheet import cell
from broker.domain.report_csv import HEAD, table
from tests.broker.month_sample import encode, sample, with_doings


def rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data[3:].decode(), newline=""), delimiter=";"))


def test_sessions_and_what_was_done_in_them() -> None:
    found = rows(table(encode(with_doings(sample(2)))))
    told = [(one["Intervento"], one["Che cosa"], one["Esito"]) for one in found]
    assert told == [
        ("1", "intervento", "solved"),
        ("1", "file", "whole"),
        ("1", "file", "partial, conti diversi alle due estremità"),
        ("1", "file", "renamed"),
        ("1", "file", "whole"),
        ("1", "file", "496 non elencati: stanno nel registro"),
        ("1", "file rifiutato", "refused, outside_folder"),
        ("1", "porta di rete", ""),
        ("1", "porta di rete", ""),
        ("1", "schermo", "usato"),
        ("1", "schermo", "visto"),
        ("1", "programma con licenza", "chiuso a forza, 2 processi rimasti"),
        ("2", "intervento", "solved"),
        ("2", "appunti", "3 non elencati: stanno nel registro"),
    ]
    by_column = {column: [one[column] for one in found] for column in HEAD}
    assert by_column["Nome"][:5] == [
        "s-0000000001", "/srv/dati/listino 2026.csv", "/srv/dati/listino 2026.csv",
        "/srv/dati/listino 2026.csv → /srv/dati/nuovo.csv", "",
    ]  # fmt: skip
    assert (by_column["Byte verso la macchina"][1], by_column["Byte dalla macchina"][2]) == ("3000000", "700")
    port = found[7]
    assert (port["Nome"], port["Byte verso la macchina"], port["Byte dalla macchina"]) == (
        "rdp 3389", "12345", "6700000",
    )  # fmt: skip
    assert by_column["Persona"][9:11] == ["Noè Fittizio", "Niccolò Campione"]
    assert by_column["SHA-256"][1] == "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "|", "%", "\t=", "\r=", " =", "\u200b=", "＝", "\u202e@"]
)
def test_no_name_is_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("http://x";"y")\r\n=1+1;2'
    assert cell(text).startswith("'")
    month = with_doings(sample(2))
    month["sessions"][0]["doings"]["files"]["lines"][0]["path"] = text
    month["hosts"] = [one | {"name": text} for one in month["hosts"]]
    month["people"] = [one | {"name": text} for one in month["people"]]
    found = rows(table(encode(month)))
    assert len(found) == 14
    assert not any(value[:1] in tuple("=+-@|%＝") for one in found for value in one.values() if value)
    assert found[1]["Nome"].startswith("'")


def test_what_is_plain_stays_as_it_is() -> None:
    assert [cell(one) for one in ("/srv/a=b", 12, "", "perche\u0301", "a\nb\u202ec", '"x"')] == [
        "/srv/a=b", "12", "", "perché", "a b c", '"x"',
    ]  # fmt: skip


def test_a_month_without_sessions_has_its_head() -> None:
    assert (
        table(encode(sample(0))) == b"\xef\xbb\xbf" + (";".join(f'"{one}"' for one in HEAD) + "\r\n").encode()
    )
