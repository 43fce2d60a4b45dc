"""The commercial part of a report: whom it names, what the titolare has to do, days of his own zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from audit.approvers import Approver, ApproverRole, Approvers, Origin
from audit.canonical import Value
from broker.domain.estate import EnrolledHost, PreparedHost, RevokedHost, Tenant
from broker.domain.figures import Estate, Previous, commercial, number_of
from broker.domain.people import Person, Role

# Half past midnight on 1 December in Rome.
ISSUED = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
EVIDENCE: dict[str, Value] = {
    "period": {"from": "2026-11-01", "to": "2026-11-30", "zone": "Europe/Rome", "spans": []},
    "people": [{"id": "p-00000011"}],
}


def person(number: int, role: Role, *, active: bool = True) -> Person:
    tenant = "t-00000001" if role in ("technician", "owner") else "t-9c41e07a"
    ident = f"p-{number:08x}"
    return Person(
        ident, tenant, role, f"Nome {number}", f"Funzione {number}", f"{number}@esempio.invalid", active
    )


def tenant(ident: str, name: str, *, demo: bool = False, zone: str = "Europe/Rome") -> Tenant:
    return Tenant(ident, "customer", name, zone, demo, datetime(2026, 1, 1, tzinfo=UTC))


def host(number: int, *, confirmed: bool) -> EnrolledHost:
    return EnrolledHost(
        "t-9c41e07a", f"h-{number:08x}", f"HOST-{number}", "agent", "witness", confirmed, 0, "Sala server"
    )


def appointed(
    number: int, since: datetime, until: datetime, role: ApproverRole = "ads", key: str = "a"
) -> Approver:
    return Approver(f"p-{number:08x}", role, f"{key}{number}", "key", since, until)


def estate(*approvers: Approver) -> Estate:
    site = Origin("firma.esempio.invalid", "https://firma.esempio.invalid")
    return Estate(
        customer=tenant("t-9c41e07a", "Grand Hotel Dimostrativo S.r.l."),
        details={"street": "Via dell’Esempio 12", "town": "", "plan": "basic"},
        house=tenant("t-00000001", "Software House Esempio S.r.l."),
        house_details={"email": "rapporti@fornitore.esempio.invalid"},
        people=(person(1, "titolare"), person(2, "ads"), person(3, "ads", active=False)),
        house_people=(person(0x11, "technician"), person(0x12, "technician"), person(0x10, "owner")),
        hosts=(
            host(1, confirmed=True),
            host(2, confirmed=False),
            PreparedHost("t-9c41e07a", "h-00000003", "HOST-3", "Cucina"),
            RevokedHost("t-9c41e07a", "h-00000004", "HOST-4", "Cantina", None),
        ),
        approvers=[(at(1, 10), Approvers("t-9c41e07a", 1, None, site, approvers))] if approvers else [],
    )


def figures(of: Estate, issued: datetime = ISSUED) -> dict[str, Value]:
    return commercial(of, EVIDENCE, "VB-9c41e07a-2026-11", issued, None)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_only_who_did_something_or_must_stand_there_is_named() -> None:
    """Of the vendor's people the one technician of the month; of the customer's, who is still with it."""
    named = figures(estate())["people"]
    assert [(p["id"], p["side"], p["role"]) for p in named] == [
        ("p-00000001", "client", "controller"),
        ("p-00000002", "client", "ads"),
        ("p-00000011", "vendor", "technician"),
    ]


def test_empty_details_leave_no_key() -> None:
    found = figures(estate())
    assert found["client"] == {
        "name": "Grand Hotel Dimostrativo S.r.l.", "street": "Via dell’Esempio 12", "controller": "p-00000001",
    }  # fmt: skip
    assert found["vendor"] == {
        "name": "Software House Esempio S.r.l.", "email": "rapporti@fornitore.esempio.invalid",
    }  # fmt: skip
    assert "specimen" not in found


def test_titolare_who_left_is_not_written_to() -> None:
    found = estate()
    gone = replace(found, people=(person(1, "titolare", active=False), person(4, "titolare")))
    assert figures(gone)["client"]["controller"] == "p-00000004"
    alone = replace(found, people=(person(1, "titolare", active=False),))
    assert "controller" not in figures(alone)["client"]


def test_an_unconfirmed_machine_is_something_to_do() -> None:
    """Machines without an agent have no keys to confirm, nor any that are counted."""
    found = figures(estate())
    assert found["actions"] == [{"kind": "confirm", "host": "h-00000002"}]
    assert [(h["id"], h.get("confirmed")) for h in found["hosts"]] == [
        ("h-00000001", True), ("h-00000002", False), ("h-00000003", None), ("h-00000004", None), ("broker", None),
    ]  # fmt: skip


def test_days_are_the_customers() -> None:
    """Issued at half past midnight of 1 December in Rome: thirty days later is the 31st, not the 30th."""
    assert figures(estate())["contest"]["until"] == "2026-12-31"
    late = appointed(2, datetime(2026, 11, 5, 23, 30, tzinfo=UTC), datetime(2027, 11, 5, 23, 0, tzinfo=UTC))
    assert figures(estate(late))["administrators"] == [
        {"person": "p-00000002", "areas": [], "appointed": "2026-11-06", "valid_to": "2027-11-05",
         "change": "added", "changed": "2026-11-06"},
    ]  # fmt: skip
    abroad = replace(estate(), customer=tenant("t-9c41e07a", "Hotel", zone="America/New_York"))
    assert figures(abroad)["contest"]["until"] == "2026-12-30"


def test_an_administrator_who_left_but_may_still_sign_is_named() -> None:
    found = figures(estate(appointed(3, at(2, 1), at(12, 1))))
    assert [line["person"] for line in found["administrators"]] == ["p-00000003"]
    assert "p-00000003" in [p["id"] for p in found["people"]]


def test_numbers_and_the_report_before() -> None:
    assert number_of("t-9c41e07a", "2026-11", None) == "VB-9c41e07a-2026-11"
    assert number_of("t-9c41e07a", "2026-11", 2) == "VB-9c41e07a-2026-11-P2"
    before = Previous("VB-9c41e07a-2026-10", "ab" * 32, 388)
    found = commercial(estate(), EVIDENCE, "VB-9c41e07a-2026-11", ISSUED + timedelta(days=1), before)
    assert found["report"]["previous"] == {
        "number": "VB-9c41e07a-2026-10", "pdf_sha256": "ab" * 32, "size": 388,
    }  # fmt: skip
    assert [a["name"] for a in found["attachments"]] == [
        "VB-9c41e07a-2026-11.json",
        "VB-9c41e07a-2026-11.zip",
    ]


def test_a_demo_makes_specimens_and_without_an_address_no_term() -> None:
    found = replace(estate(), customer=tenant("t-9c41e07a", "Hotel", demo=True), house_details={})
    assert figures(found)["specimen"] is True
    assert "contest" not in figures(found)
