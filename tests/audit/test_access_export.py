"""What an export holds: entries of a selection, what explains them, and a claim that the log's key signs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from audit import access_export
from audit.access_export import CLAIM, CSV, JSONL, Claim, Selection, key_name
from audit.canonical import encode
from audit.errors import Malformed
from audit.note import VerifierKey, parse_note
from tests.audit.exported import MADE, export
from tests.audit.verdicts import honest
from tests.audit.world import ADS, HOST, ORIGIN, TECHNICIAN, TENANT

THIRD = datetime(2026, 11, 3, tzinfo=UTC)


def lines(selection: Selection) -> list[dict[str, object]]:
    return [json.loads(line) for line in export(honest(), selection)[JSONL].splitlines()]


def test_l13_a_selection_takes_a_person_a_host_a_time_and_administrators_alone() -> None:
    size = honest().tree.size
    everything = lines(Selection(0, size))
    ads = lines(Selection(0, size, administrators=True))
    assert {line["person"] for line in ads} == {ADS}
    assert [line for line in everything if line["administrator"]] == ads
    his = lines(Selection(0, size, person=TECHNICIAN))
    assert {line["person"] for line in his} == {TECHNICIAN}
    assert {line["host"] for line in lines(Selection(0, size, host=HOST))} == {HOST}
    early = lines(Selection(0, size, until=THIRD.replace(day=4)))
    late = lines(Selection(0, size, since=THIRD.replace(day=4)))
    assert early + late == everything
    assert early
    assert late
    assert lines(Selection(size - 1, size)) == []


def test_the_table_says_what_the_lines_say() -> None:
    found = export(honest())
    rows = list(csv.DictReader(io.StringIO(found[CSV].decode("utf-8-sig"), newline=""), delimiter=";"))
    told = [json.loads(line) for line in found[JSONL].splitlines()]
    assert [(row["Voce"], row["Evento"], row["Persona"], row["Ora locale"]) for row in rows] == [
        (str(one["seq"]), one["event"], one.get("person", ""), one["local"]) for one in told
    ]
    assert {row["Amministratore di sistema"] for row in rows} == {"sì", "no"}
    assert {row["Privilegi"] for row in rows} == {"utente", ""}


def test_the_claim_is_signed_by_the_logs_key_under_a_name_of_its_own() -> None:
    w = honest()
    found = export(w)
    note = parse_note(found[CLAIM])
    note.check(VerifierKey.log(key_name(ORIGIN), w.log_key.public))
    claim = Claim.parse(note.text)
    assert claim == Claim.of(TENANT, MADE, Selection(0, w.tree.size), found[CSV], found[JSONL])
    assert claim.count == len(found[JSONL].splitlines())
    whole = replace(claim, selection=Selection(3, 9, MADE, MADE, person=ADS, host=HOST, administrators=True))
    assert Claim.parse(whole.text) == whole


@pytest.mark.parametrize(
    "bent",
    [
        lambda text: text.replace('"count"', '"counts"'),
        lambda text: text.replace('"v":1', '"v":2'),
        lambda text: text + "\n",
        lambda text: text.removesuffix("\n"),
        lambda text: text.replace('"first":0', '"first":0,"x":1'),
    ],
)
def test_a_claim_has_one_spelling(bent: object) -> None:
    text = Claim(TENANT, MADE, Selection(0, 1), 0, "0" * 64, "0" * 64).text
    with pytest.raises(Malformed):
        Claim.parse(bent(text))  # type: ignore[operator]


def test_what_people_read_names_the_command() -> None:
    assert "verbale-verify ACCESSI.zip --trust trust.json" in access_export.README
    assert encode({"a": 1}) == b'{"a":1}'
