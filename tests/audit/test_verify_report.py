"""The issued report against the log: its month, its figures, its number, its head, and no second one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from audit import bundle, instant, periods, verify_report
from audit.checkpoint import Checkpoint, sign
from audit.commitment import Opening
from audit.findings import Verdict
from audit.leaf import Leaf
from audit.log_records import LogHeartbeat, PeriodClosed, PeriodFigures, PeriodSnapshot, ReportIssued
from audit.merkle import Tree
from audit.pdf_signature import PdfJudgement, Signer
from audit.periods import month_bounds
from audit.person_records import PersonAdmitted
from audit.verify import verify
from tests.audit import all_doings
from tests.audit.verdicts import alone, changed, honest, judge, only, said, sound, without
from tests.audit.world import (
    HOST,
    ORIGIN,
    TECHNICIAN,
    ZONE,
    Twist,
    World,
    busy_month,
)


def codes(verdict: Verdict) -> set[tuple[str, str]]:
    return {(f.cls, f.code) for f in verdict.findings}


def told(period: str, zone: str = ZONE, **changes: str) -> PeriodClosed:
    first, until = map(instant.to_text, month_bounds(period, zone))
    return PeriodClosed(period, **({"first": first, "until": until} | changes))


# --------------------------------------------------------------------------------- which month it is


def test_a_month_told_in_another_zone() -> None:
    """November on Kiritimati ends ten hours early: what happened then would be in no report."""
    w = busy_month(closed=False)
    w.close(told=told("2026-11", "Pacific/Kiritimati"))
    assert ("INCOMPLETE", "period_bounds") in codes(judge(w))


def test_a_report_that_names_another_zone_than_the_log() -> None:
    twist = Twist(report=lambda r: r | {"period": r["period"] | {"zone": "Pacific/Kiritimati"}})
    alone(judge(busy_month(twist)), "REPORT", "report_evidence", what="period")


def test_a_month_closed_on_the_fifth() -> None:
    w = World()
    w.onboard()
    w.until(5, 12)
    w.close()
    alone(judge(w), "INCOMPLETE", "period_early")


def test_a_month_left_out() -> None:
    """December is closed first: what happened in November would be in no report."""
    w = busy_month(closed=False)
    w.now = datetime(2027, 1, 1, 6, tzinfo=UTC)
    w.close("2026-12")
    alone(judge(w), "INCOMPLETE", "period_order")


def test_a_snapshot_tells_up_to_its_own_instant() -> None:
    w = busy_month(closed=False)
    w.now = datetime(2026, 11, 30, 22, 55, tzinfo=UTC)
    start, _ = map(instant.to_text, month_bounds("2026-11", ZONE))
    half = instant.to_text(datetime(2026, 11, 8, tzinfo=UTC))
    w.leaves.pop()
    w.tree = Tree()
    for data in w.leaves:
        w.tree.append(data)
    report = w.close(told=PeriodSnapshot("2026-11", start, half))
    assert report["totals"]["sessions"] == 1
    assert report["partial"] is True
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "partial") == ["Report VB-0001-2026-11 is of an unfinished month."]


# ------------------------------------------------------------------------------- what it is made from


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        (Twist(leaf=without("period.closed")), "report_period"),
        (Twist(body=changed("report.issued", partial=True)), "report_period"),
        (Twist(leaf=without("period.figures")), "report_figures"),
        (Twist(body=changed("report.issued", number="VB-0002-2026-11")), "report_missing"),
        (Twist(figures=lambda f: f | {"report": f["report"] | {"number": "VB-0009"}}), "report_figures"),
        (Twist(figures=lambda f: f | {"people": []}), "report_ties"),
        (Twist(report=lambda r: r | {"totals": r["totals"] | {"minutes": 1}}), "report_evidence"),
    ],
)
def test_what_stands_behind_it(twist: Twist, code: str) -> None:
    assert ("REPORT", code) in codes(judge(busy_month(twist)))


def test_figures_that_are_older_than_the_close() -> None:
    w = busy_month(closed=False)
    w.append(PeriodFigures("2026-11"), opening={})
    w.twist.leaf = without("period.figures")
    w.close()
    assert ("REPORT", "report_figures") in codes(judge(w))


@pytest.mark.parametrize("figures", [{"report": 3}, {}, {"report": {}}])
def test_figures_of_another_shape(figures: dict[str, Any]) -> None:
    w = busy_month(Twist(report=lambda r: r), closed=False)
    w.close()
    n = next(i for i, d in enumerate(w.leaves) if b'"type":"period.figures"' in d)
    opening = Opening(bytes(32), figures)
    leaf = Leaf.parse(w.leaves[n])._replace(sealed=opening.commitment)
    w.leaves[n], w.openings[n] = leaf.encode(), opening
    w.tree = Tree()
    for data in w.leaves:
        w.tree.append(data)
    assert ("REPORT", "report_unread") in codes(judge(w))


def test_figures_whose_opening_is_no_object() -> None:
    w = busy_month(closed=False)
    w.close()
    n = next(i for i, d in enumerate(w.leaves) if b'"type":"period.figures"' in d)
    entries = w.entries()
    entries[f"openings/{n}.json"] = b"[]"
    assert codes(judge(w, entries)) == {("ALTERED", "opening_differs"), ("REPORT", "report_figures")}


def test_a_report_that_is_no_json() -> None:
    w = honest()
    name = next(n for n in w.reports if n.endswith(".json"))
    for data in (b"[]", b'{"log":1}', b"{", b'{"a":1.5}'):
        again = busy_month(Twist(body=changed("report.issued", json_sha256=_sha(data))))
        entries = again.entries() | {f"reports/{name}": data}
        found = codes(judge(again, entries))
        assert ("REPORT", "report_unread") in found
        assert {cls for cls, _ in found} == {"REPORT"}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_log_reads_nothing_from_a_bundle_that_was_tampered_with() -> None:
    w = busy_month()
    entries = w.entries()
    path = next(n for n in entries if n.startswith("tile/entries"))
    entries[path] = entries[path].replace(b'"day":"2026-11-20"', b'"day":"2026-11-21"')
    verdict = judge(w, entries)
    assert verdict.steps[13].state == "unknown"


# ------------------------------------------------------------------------------------------ one each


def again(w: World, number: str, *, partial: bool = False) -> None:
    """The same report issued once more, under that number."""
    was = next(r for r in (Leaf.parse(d).record for d in w.leaves) if isinstance(r, ReportIssued))
    w.append(replace(was, number=number, partial=partial))
    for kind in ("json", "pdf"):
        w.reports[f"{number}.{kind}"] = w.reports[f"VB-0001-2026-11.{kind}"]


def test_a_number_is_given_once() -> None:
    w = busy_month()
    again(w, "VB-0001-2026-11")
    alone(judge(w), "REPORT", "report_twice")


def test_a_month_has_one_final_report() -> None:
    w = busy_month()
    again(w, "VB-0002-2026-11")
    assert ("REPORT", "report_twice") in codes(judge(w))


def test_one_report_recorded_a_thousand_times_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = verify_report.evidence_part
    monkeypatch.setattr(verify_report, "evidence_part", lambda *a, **kw: asked.append(1) or real(*a, **kw))
    w = busy_month()
    for _ in range(1000):
        again(w, "VB-0001-2026-11")
    verdict = verify(bundle.pack(w.entries()), trust=w.trust()).verdict
    assert len(asked) == 1
    assert verdict.counts["findings"] == 1000


def test_more_reports_than_ten_years_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads the log again: whoever sends thousands does so to keep us busy."""
    monkeypatch.setattr(verify_report, "MAX_JUDGED", 2)
    w = busy_month()
    for n in range(4):
        again(w, f"VB-0002-2026-11-P{n}", partial=True)
    found = judge(w).findings
    assert [f.where for f in found if f.code == "report_unread"] == ["reports/VB-0002-2026-11-P1.json"]


def test_an_older_report_may_be_elsewhere_and_the_last_one_may_not() -> None:
    w = busy_month()
    w.now = datetime(2027, 1, 1, 6, tzinfo=UTC)
    w.append(LogHeartbeat("2027-01-01"))
    w.close("2026-12")
    sound(judge(w))
    entries = {n: d for n, d in w.entries().items() if "VB-0001-2026-11." not in n}
    verdict = judge(w, entries)
    sound(verdict)
    assert said(verdict, "older_report") == [
        "Report VB-0001-2026-11 is recorded, but its file is not in this bundle."
    ]
    entries = {n: d for n, d in w.entries().items() if "VB-0001-2026-12.pdf" not in n}
    assert ("REPORT", "report_missing") in codes(judge(w, entries))


def test_a_pdf_that_is_none() -> None:
    w = busy_month(Twist(body=changed("report.issued", pdf_sha256=_sha(b"%PDF-1.7"))))
    entries = w.entries() | {"reports/VB-0001-2026-11.pdf": b"%PDF-1.7"}
    alone(judge(w, entries), "REPORT", "pdf_signature")


# --------------------------------------------------------------------------------------------- zones


def test_a_machine_without_zones_says_what_it_cannot_know(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle_and_trust = honest(), honest().trust()

    def none(name: str) -> Any:
        raise periods.ZoneInfoNotFoundError(name)

    files = bundle_and_trust[0].entries()
    monkeypatch.setattr(periods, "ZoneInfo", none)
    files[bundle.SUMS] = bundle.sums(files)
    verdict = verify(bundle.pack(files), trust=bundle_and_trust[1]).verdict
    sound(verdict)
    assert [s.n for s in verdict.steps if s.state == "unknown"] == [8, 14]
    assert "tzdata" in verdict.steps[13].why


def test_a_log_of_no_known_zone_has_no_months() -> None:
    w = busy_month(Twist(body=changed("tenant.opened", zone="Europe/Atlantis")))
    verdict = judge(w)
    assert codes(verdict) == {("INCOMPLETE", "zone")}
    assert verdict.steps[13].state == "unknown"


# ------------------------------------------------------------------------------------------ its head


def _head(size: int, root: bytes) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A head signed by the log's own key; `size` beyond the honest one's."""

    def change(printed: dict[str, Any]) -> dict[str, Any]:
        honest_size = int(printed["checkpoint"].split("\n")[1])
        forged = Checkpoint(ORIGIN, honest_size + size, root)
        return printed | {"checkpoint": sign(forged, honest().log_key).decode()}

    return change


def test_the_printed_head_is_of_this_log() -> None:
    """Signed by the log's own key, of a history that is not this one."""
    only(judge(busy_month(Twist(printed=_head(1, bytes(32))))), "REWRITTEN", "report_head")


def test_the_printed_head_is_judged_also_where_the_lines_differ() -> None:
    """A log rewritten since gives other lines too: that it was rewritten is said all the same."""
    twist = Twist(printed=_head(1, bytes(32)), report=lambda r: r | {"totals": r["totals"] | {"minutes": 1}})
    assert {("REPORT", "report_evidence"), ("REWRITTEN", "report_head")} <= codes(judge(busy_month(twist)))


@pytest.mark.parametrize("size", [0, -1])
def test_the_printed_head_covers_what_is_told(size: int) -> None:
    alone(
        judge(busy_month(Twist(printed=_head(size, bytes(32))))),
        "REPORT",
        "report_evidence",
        what="log.checkpoint",
    )


@pytest.mark.parametrize(
    ("printed", "what"),
    [
        (lambda h: h | {"vkey": "x"}, "log.vkey"),
        (lambda h: h | {"key_id": "00000000"}, "log.vkey"),
        (lambda h: h | {"state": "altered"}, "log.state"),
        (lambda h: h | {"quorum": 3}, "log.quorum"),
        (lambda h: h | {"checkpoint": "x"}, "log.checkpoint"),
        (lambda h: {k: v for k, v in h.items() if k != "checkpoint"}, "log.checkpoint"),
        (lambda h: {k: v for k, v in h.items() if k != "quorum"}, "log.quorum"),
        (lambda h: {k: v for k, v in h.items() if k != "vkey"}, "log.vkey"),
    ],
)
def test_what_it_prints_of_the_head(printed: Callable[[Any], Any], what: str) -> None:
    alone(judge(busy_month(Twist(printed=printed))), "REPORT", "report_evidence", what=what)


def test_what_it_prints_of_witnesses_is_the_vendors_word() -> None:
    """Names and times of witnesses cannot be compared with anything: it is said."""
    line = {"name": "RECEPTION-01", "size": 9, "state": "agrees", "time": "2026-11-30T09:00:00.000Z"}
    verdict = judge(busy_month(Twist(printed=lambda h: h | {"witnesses": [line]})))
    sound(verdict)
    assert len(said(verdict, "head_words")) == 1
    assert said(judge(honest()), "head_words") == []


def test_the_quorum_is_the_one_in_force_when_it_was_made() -> None:
    """The rules change between the close and the figures: either number is right."""

    def month(quorum: int) -> World:
        w = busy_month(Twist(printed=lambda h: h | {"quorum": quorum}), closed=False)
        real = w.append

        def append(record: Any, **kw: Any) -> int:
            if isinstance(record, PeriodFigures):
                w.append = real  # type: ignore[method-assign]
                w.change_policy(witnesses=1)
            return real(record, **kw)

        w.append = append  # type: ignore[method-assign]
        w.close()
        return w

    for quorum in (0, 1):
        assert ("REPORT", "report_evidence") not in codes(judge(month(quorum)))
    assert ("REPORT", "report_evidence") in codes(judge(month(2)))


# --------------------------------------------------------------------------------------------- names


def _people(**names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(figures: dict[str, Any]) -> dict[str, Any]:
        people = [p | ({"name": names[p["id"]]} if p["id"] in names else {}) for p in figures["people"]]
        return figures | {"people": people}

    return change


def _hosts(**line: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(figures: dict[str, Any]) -> dict[str, Any]:
        hosts = [
            {k: v for k, v in (h | line).items() if v is not None} if h["id"] == HOST else h
            for h in figures["hosts"]
        ]
        return figures | {"hosts": hosts}

    return change


def test_people_are_printed_by_the_names_they_were_admitted_by() -> None:
    twist = Twist(figures=_people(**{TECHNICIAN: "Mario Rossi"}))
    alone(judge(busy_month(twist)), "REPORT", "report_evidence", what=TECHNICIAN)


def test_nobody_is_printed_whom_the_log_never_named() -> None:
    def stranger(figures: dict[str, Any]) -> dict[str, Any]:
        return figures | {"people": [*figures["people"], {"id": "p-99999999", "name": "Chiunque"}]}

    alone(judge(busy_month(Twist(figures=stranger))), "REPORT", "report_evidence", what="p-99999999")


def test_a_technician_nobody_admitted() -> None:
    def leave_out(leaf: Leaf) -> Leaf | None:
        gone = isinstance(leaf.record, PersonAdmitted) and leaf.record.person == TECHNICIAN
        return None if gone else leaf

    alone(judge(busy_month(Twist(leaf=leave_out))), "REPORT", "report_evidence", what=TECHNICIAN)


def test_an_admission_whose_text_is_withheld_is_step_elevens() -> None:
    w = busy_month()
    n = next(i for i, d in enumerate(w.leaves) if TECHNICIAN.encode() in d and b"person.admitted" in d)
    entries = w.entries()
    del entries[f"openings/{n}.json"]
    alone(judge(w, entries), "WITHHELD", "opening_missing")


@pytest.mark.parametrize("line", [{"name": "CASSA-01"}, {"confirmed": False}, {"confirmed": None}])
def test_hosts_are_printed_as_they_were_signed_and_confirmed(line: dict[str, Any]) -> None:
    alone(judge(busy_month(Twist(figures=_hosts(**line)))), "REPORT", "report_evidence", what=HOST)


def test_a_host_that_is_not_confirmed_is_printed_so() -> None:
    twist = Twist(body=changed("host.enrolled", confirmed=False), figures=_hosts(confirmed=False))
    assert codes(judge(busy_month(twist))) == {("DISPUTED", "note_differs")}


def test_hosts_the_log_never_heard_of_have_no_keys() -> None:
    def more(**line: Any) -> Twist:
        return Twist(figures=lambda f: f | {"hosts": [*f["hosts"], {"id": "h-7", "name": "NUOVA", **line}]})

    sound(judge(busy_month(more())))
    alone(judge(busy_month(more(confirmed=True))), "REPORT", "report_evidence", what="h-7")


def test_an_opening_that_cannot_be_read_is_step_elevens() -> None:
    """A report recomputed without a request's text: the text is what differs."""
    w = busy_month()
    n = next(i for i, d in enumerate(w.leaves) if b'"type":"request.opened"' in d)
    entries = w.entries() | {f"openings/{n}.json": b"{"}
    assert codes(judge(w, entries)) == {("ALTERED", "opening_differs"), ("REPORT", "report_evidence")}


def test_without_the_extra_the_pdf_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    w, trust, files = busy_month(), honest().trust(), honest().entries()
    judged = PdfJudgement(Signer.NOT_JUDGED, None)
    monkeypatch.setattr(verify_report, "judge_pdf", lambda *_: judged)
    verdict = judge(w, files, trust=trust)
    sound(verdict)
    assert verdict.steps[13].state == "unknown"


# ------------------------------------------------------------------------- what was done in sessions


def _doing(sort: str, **changes: Any) -> Twist:
    """Its first line says something else than the log."""

    def bent(report: dict[str, Any]) -> dict[str, Any]:
        [one] = report["sessions"]
        told = one["doings"][sort]
        lines = [told["lines"][0] | changes, *told["lines"][1:]]
        return report | {"sessions": [one | {"doings": one["doings"] | {sort: told | {"lines": lines}}}]}

    return Twist(report=bent)


def test_what_was_done_is_told_as_the_log_has_it() -> None:
    w = all_doings.month()
    sound(judge(w))


@pytest.mark.parametrize(
    ("sort", "changes"),
    [
        ("files", {"path": "/srv/dati/altro.csv"}),
        ("refused", {"reason": "link"}),
        ("ports", {"number": 22}),
        ("screens", {"control": False}),
        ("clipboard", {"bytes": 3}),
        ("tools", {"seconds": 1}),
    ],
)
def test_a_report_that_lists_something_else(sort: str, changes: dict[str, Any]) -> None:
    w = all_doings.month(report=_doing(sort, **changes).report)
    alone(judge(w), "REPORT", "report_evidence", what="sessions")


def test_a_file_s_name_that_was_erased_is_missed_where_the_report_still_prints_it() -> None:
    w = all_doings.month()
    del w.openings[next(n for n, data in enumerate(w.leaves) if b'"file.transferred"' in data)]
    assert ("REPORT", "report_evidence") in codes(judge(w))
