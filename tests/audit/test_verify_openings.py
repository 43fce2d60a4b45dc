"""Texts: due ones are committed to, there, and the ones committed to; whoever is named has one name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from audit import bundle
from audit.channel_records import ChannelOpened, CommandExecuted
from audit.commitment import MAX_OPENING_BYTES, Opening
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted
from audit.record import Actor
from audit.request_records import RequestOpened, RequestWithdrawn
from tests.audit.verdicts import alone, honest, judge, moved, only
from tests.audit.world import HOST, HOUSE, TECHNICIAN, Twist, World, busy_month


def month(twist: Twist) -> World:
    return busy_month(twist, closed=False)


@pytest.mark.parametrize(
    "kind", ["person.admitted", "approval.refusal_explained", "session.closed", "command.executed"]
)
def test_a_text_that_is_due_is_committed_to(kind: str) -> None:
    """Else the broker withholds what it likes and nobody can tell that there was anything."""
    n = 0

    def unsealed(leaf: Leaf) -> Leaf:
        nonlocal n
        if kind != leaf.record.KIND or n:
            return leaf
        n = leaf.n
        return leaf._replace(sealed=None)

    w = month(Twist(leaf=unsealed))
    del w.openings[n]
    alone(judge(w), "WITHHELD", "not_sealed")


def test_a_request_commits_to_its_texts() -> None:
    w = World(Twist(leaf=moved("request.opened", sealed=None)))
    w.onboard()
    w.ask(1)
    w.openings.clear()
    codes = {f.code for f in judge(w).findings}
    assert {"not_sealed", "statement_differs"} <= codes


def test_a_reason_for_taking_a_request_back_may_be_given() -> None:
    for opening in (None, {"reason": "Risolto da solo."}):
        w = World()
        w.onboard()
        w.ask(1)
        w.append(
            RequestWithdrawn("r-00000001"),
            actor=Actor(TECHNICIAN, "technician"),
            opening=opening,
        )
        assert judge(w).sound


def _running(command: Opening | None) -> World:
    w = World()
    w.onboard()
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(ChannelOpened("c-1", "exec", "ssh", "10.8.0.31", ""), session=session)
    executed = Opening(bytes(32), {"command": "rm -rf /var/lib/gestionale"})
    w.told(CommandExecuted("c-1", executed.commitment, ""), session=session, opening=command or executed)
    return w


def test_a_command_is_the_one_its_agent_committed_to() -> None:
    """The broker shows another text for it, with a commitment of its own that fits."""
    assert judge(_running(None)).sound
    alone(judge(_running(Opening(bytes(32), {"command": "ls"}))), "ALTERED", "command_differs")


def test_a_text_that_is_there_and_another() -> None:
    entries = honest().entries()
    n = next(n for n, d in enumerate(honest().leaves) if b"person.admitted" in d)
    longer = Opening(bytes(32), {"name": "A" * MAX_OPENING_BYTES})  # than data can be, its file is not
    others = [bundle.encode_opening(one) for one in (longer, Opening(bytes(32), {"name": "Altri"}))]
    for data in (b"{}", b"", *others):
        files = entries | {f"openings/{n}.json": data}
        found = judge(honest(), files)
        assert ("ALTERED", "opening_differs") in {(f.cls, f.code) for f in found.findings}
        assert {f.cls for f in found.findings} == {"ALTERED"}


# -------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "texts",
    [
        lambda t: t | {"host_label": "CASSA-01"},
        lambda t: {k: v for k, v in t.items() if k != "host_label"},
        lambda _t: "soltanto testo",
        lambda _t: [],
        lambda _t: {},
    ],
)
def test_the_approver_read_this_machines_name(texts: Callable[[Any], Any]) -> None:
    only(judge(month(Twist(texts=texts))), "UNAPPROVED", "host_label")


def test_the_technician_the_approver_read_of_is_the_one_admitted() -> None:
    verdict = judge(month(Twist(texts=lambda t: t | {"technician_name": "Mario Rossi"})))
    alone(verdict, "UNAPPROVED", "person_name", person=TECHNICIAN)


def test_whoever_is_admitted_later_keeps_the_name_he_was_read_by() -> None:
    for name, code in (("Elia Nuovo", None), ("Un Altro", "person_name")):
        w = World()
        w.onboard()
        text = Opening(bytes(32), {"host_label": "RECEPTION-01", "technician_name": "Elia Nuovo"})
        w.append(
            RequestOpened("r-1", "00" * 32, "I-1", (), (), "2026-11-03T00:00:00.000Z", "2026-11-03T01:00:00.000Z", 60),
            actor=Actor("p-77777777", "technician"), host=HOST, opening=text,
        )  # fmt: skip
        w.append(PersonAdmitted("p-77777777", "technician", HOUSE), opening={"name": name})
        found = {f.code for f in judge(w).findings} - {"evidence_missing"}
        assert found == ({code} if code else set())


def test_a_pseudonym_is_not_pointed_at_somebody_else() -> None:
    w = World()
    w.onboard()
    w.append(PersonAdmitted(TECHNICIAN, "technician", HOUSE), opening={"name": "Mario Rossi"})
    found = {(f.cls, f.code) for f in judge(w).findings}
    assert found == {("INCOMPLETE", "admitted_twice"), ("UNAPPROVED", "person_name")}


def test_an_admission_without_a_name_names_nobody() -> None:
    w = World()
    w.onboard()
    for n, data in enumerate((["Mario"], {"name": 3}, {})):
        w.append(PersonAdmitted(f"p-{n}", "ads", HOUSE), opening=data)
    assert judge(w).sound
