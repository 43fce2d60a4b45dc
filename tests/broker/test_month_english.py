"""Every sentence that a month's data says has its English."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from audit import month_exceptions, month_sessions
from broker.domain import administrators, data_protection, figures, protection_told, service_levels
from broker.domain.month_english import english, in_english

SAID = {
    "what",
    "why",
    "note",
    "place",
    "keep",
    "minimum",
}  # keys of the data whose values are sentences of ours


def written(node: ast.expr) -> Iterator[str]:
    """The sentences that an expression can be, holes filled with some word."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from written(one)
            yield from written(other)
        case _:
            return


def sentences(module: ModuleType) -> set[str]:
    """Values of the keys of `SAID`, and what is assigned to names that are called so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            for key, value in pairs:
                if isinstance(key, ast.Constant) and key.value in SAID:
                    found |= set(written(value))
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id in SAID for t in node.targets
        ):
            found |= set(written(node.value))
    return {one for one in found if " " in one}


@pytest.mark.parametrize(
    "module", [month_exceptions, month_sessions, service_levels, figures, administrators, data_protection]
)
def test_what_a_month_says_has_its_english(module: ModuleType) -> None:
    found = sentences(module)
    assert found
    assert [one for one in found if english(one) == one] == []


def test_why_somebody_went_first_has_its_english() -> None:
    assert [one for one in service_levels._WHY_JUMPED.values() if english(one) == one] == []


def test_classes_that_are_kept_have_their_english() -> None:
    assert [one for one in data_protection._NAMES.values() if english(one) == one] == []


def test_changed_settings_have_their_english() -> None:
    """Every way in which one of them is said, with every word that may stand in it."""
    tree = ast.parse(inspect.getsource(protection_told))
    said = {
        text
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "_what"
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
        for text in written(node.value)
    }
    assert len(said) >= 10
    assert [one for one in said if english(one) == one] == []
    for label in protection_told._NAMED.values():
        assert label not in english(f"Regole n. 2: {label}: cambiati")
    for label in protection_told._VALUED.values():
        for choice in protection_told._CHOICES.values():
            told = english(f"Regole n. 2: {label} da «{choice}» a «7»")
            assert label not in told
            assert choice not in told
    for one in protection_told._CLASSES.values():
        assert one not in english(f"Regole n. 2: conservazione di {one} da «6 mesi» a «24 mesi»")
    for words in (protection_told._CADENCES, protection_told._NOTICES):
        prefix = (
            "Cadenza dei rapporti: "
            if words is protection_told._CADENCES
            else "Avviso sugli amministratori: mostra "
        )
        assert [one for one in words.values() if one in english(prefix + one)] == []
    for one in ("le prime", "testo non più agli atti", "testo precedente non più agli atti", "nulla di diverso",
                "registrazione da «nessuna» a «ogni sessione»", "registrazione: cambiati documenti o finestre escluse"):  # fmt: skip
        assert english(f"Regole n. 2: {one}") not in {f"Rules no. 2: {one}", f"Regole n. 2: {one}"}


def test_a_name_that_reads_like_a_sentence_stays_a_name() -> None:
    month = {
        "client": {"name": "Rapporti"},
        "people": [{"id": "p-1", "name": "Contratto n. 5"}],
        "hosts": [
            {"id": "h-1", "name": "Portale Verbale", "place": "Servizio di Alfa"},
            {"id": "broker", "name": "Portale Verbale", "place": "Servizio di Alfa"},
        ],
        "sessions": [{"text": "La macchina non ha più risposto."}],
    }
    said = in_english(month)
    assert said["hosts"][1] == {"id": "broker", "name": "Verbale portal", "place": "Service of Alfa"}
    assert said | {"hosts": month["hosts"]} == month
    assert said["hosts"][0] == month["hosts"][0]


def test_what_is_not_known_stays_as_it_is() -> None:
    for one in ("", "Una frase di un altro programma.", "a: b", "Regole n. 1"):
        assert english(one) == one
    assert english("Regole n. 4: qualcosa di nuovo") == "Rules no. 4: qualcosa di nuovo"
    assert (
        english("Dal x{y}z chi ne è privo non si collega.")
        == "From x{y}z whoever lacks them does not connect."
    )
