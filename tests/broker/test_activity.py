"""The closed list of what can be done, and what a code asks for beside itself (S-26, §1.5)."""

from __future__ import annotations

import pytest

from audit.statement_parts import Activity
from broker.domain.activity import OFFICE_APPS, Doing, done, office_apps, outside
from broker.domain.refusal import Refused

EXTRA = {
    "RST": {"target": "NAS in sala server"},
    "BKP": {"other_data": True},
    "POL": {"change": "Dominio nuovo"},
}


def doing(*codes: str, kind: str = "ASS", **extra: object) -> Doing:
    return Doing(tuple(Activity(code, kind) for code in codes), **extra)


def refused(said: Doing, **known: object) -> str:
    with pytest.raises(Refused) as no:
        done(said, **known)
    return no.value.facts["field"]


def test_s26_thirteen_codes_in_both_types():
    assert len(Activity.CODES) == len(set(Activity.CODES)) == 13
    for code in Activity.CODES:
        for kind in ("ASS", "FOR"):
            assert done(doing(code, kind=kind, **EXTRA.get(code, {}))).activities == (Activity(code, kind),)


def test_s26_without_a_code_nothing_is_recorded():
    assert refused(doing()) == "activities"
    assert refused(doing("GEST", "GEST")) == "activities"
    assert refused(doing("GIOCO")) == "activities"


def test_s26_a_restore_says_where_to():
    assert refused(doing("RST")) == "target"
    assert refused(doing("RST", target="  ")) == "target"


def test_s26_a_backup_of_the_business_softwares_own_data_is_another_code():
    assert refused(doing("BKP")) == "other_data"
    assert refused(doing("GEST", "BKP")) == "other_data"


def test_s26_a_new_policy_names_the_change_that_called_for_it():
    assert refused(doing("POL")) == "change"


def test_s26_office_applications_are_those_of_the_list():
    assert done(doing("OFFICE", apps=("Excel", "Word"))).apps == ("Word", "Excel")
    assert refused(doing("OFFICE", apps=("Access",))) == "apps"
    assert done(doing("OFFICE", apps=("Access",)), apps=("Access",)).apps == ("Access",)
    assert refused(doing("GEST", apps=("Word",))) == "apps"


def test_what_a_code_does_not_ask_for_is_not_kept():
    kept = done(doing("GEST", target="NAS", change="x", other_data=True))
    assert (kept.target, kept.change, kept.other_data) == ("", "", False)


def test_passwords_in_what_is_said_are_covered():
    assert "Segreta1" not in done(doing("RST", target="share, password: Segreta1")).target


def test_codes_stand_in_the_lists_order():
    kept = done(Doing((Activity("AGG", "FOR"), Activity("GEST", "FOR"), Activity("GEST", "ASS"))))
    assert [(one.code, one.type) for one in kept.activities] == [
        ("GEST", "ASS"),
        ("GEST", "FOR"),
        ("AGG", "FOR"),
    ]


def test_training_is_nothing_but_training():
    assert doing("GEST", kind="FOR").training
    mixed = Doing((Activity("GEST", "FOR"), Activity("AGG", "ASS")))
    assert not mixed.training
    assert mixed.teaches
    assert not doing("GEST").teaches


def test_s32_codes_that_nobody_approved():
    approved = (Activity("GEST", "ASS"),)
    assert outside(doing("GEST", kind="FOR"), approved) == ()
    assert outside(doing("AGG", "GEST", "LAN"), approved) == ("LAN", "AGG")


def test_words_of_what_was_done():
    kept = done(doing("RST", "POL", "OFFICE", target="NAS", change="Dominio", apps=("Word",)))
    assert kept.words() == {
        "activities": [{"code": code, "type": "ASS"} for code in ("OFFICE", "RST", "POL")],
        "target": "NAS", "change": "Dominio", "apps": ["Word"],
    }  # fmt: skip
    assert done(doing("GEST")).words() == {"activities": [{"code": "GEST", "type": "ASS"}]}


def test_the_list_of_office_applications_is_the_owners():
    assert office_apps(["Word", " Word ", "", "Teams"]) == ("Word", "Teams")
    assert office_apps(OFFICE_APPS) == OFFICE_APPS
    for names in ([], [""], [f"App {n}" for n in range(41)], ["a\u202eb"]):
        with pytest.raises(Refused):
            office_apps(names)
