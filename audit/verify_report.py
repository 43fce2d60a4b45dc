"""Step 14: the issued report is the recorded one, and says what the log says."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from audit import instant
from audit.bundle_files import MAX_REPORT_BYTES
from audit.canonical import Value, decode
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.estate_records import HostEnrolled, HostPrepared, HostRevoked
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import PeriodClosed, PeriodFigures, PeriodSnapshot, ReportIssued
from audit.month import evidence_part
from audit.month_report import merge, split, ties
from audit.note import VerifierKey
from audit.pdf_signature import Signer, judge_pdf
from audit.pdf_twin import check_twin
from audit.periods import family
from audit.report_records import PeriodTold
from audit.trust_file import Trust
from audit.verify_openings import read_opening
from audit.verify_printed import PrintedHosts, check_head, wrong_names
from audit.verify_told import told

MAX_JUDGED = 120  # each reads the log again


@dataclass(frozen=True, slots=True)
class Material:
    """What judging a report needs. `leaves(n)` reads the log again up to and including leaf `n`,
    `root_of` gives the tree's root by size,
    `holds` says whether a head is this log's, `zone` is the log's own, `erased` are records whose files
    were erased, `sealed` that reports lie here sealed."""

    files: Mapping[str, bytes]
    leaves: Callable[[int], Iterable[Leaf]]
    root_of: Callable[[int], bytes]
    holds: Callable[[Checkpoint], bool]
    admitted: Mapping[str, str | None]
    zone: str
    vkey_of: Callable[[int], VerifierKey]  # of the log whose head of that size it is
    trust: Trust | None
    judge: Judgement
    erased: Container[int]
    sealed: bool
    # By index of a `period.closed` or `period.snapshot`: its month, gathered without reading the log again,
    # but for the log's origin and root.
    gathered: Mapping[int, dict[str, Value]]

    def opening_of(self, n: int) -> Opening | None:
        return opening_if_read(self.files, n)


def opening_if_read(files: Mapping[str, bytes], n: int) -> Opening | None:
    try:
        return read_opening(files, n)
    except Malformed:
        return None  # step 11 has said so


@dataclass(frozen=True, slots=True)
class _Told:
    """A `period.closed` or `period.snapshot`: its record, the instant it tells up to, the quorum then."""

    n: int
    until: datetime
    partial: bool
    quorum: int


@dataclass(frozen=True, slots=True)
class _Figures:
    n: int
    quorum: int


@dataclass(frozen=True, slots=True)
class _Issued:
    """A `report.issued` and what its period had come to."""

    record: ReportIssued
    n: int
    told: _Told | None
    figures: _Figures | None

    @property
    def pdf_name(self) -> str:
        return f"reports/{self.record.number}.pdf"

    @property
    def twin_name(self) -> str:
        """Not every report has one."""
        return f"{self.pdf_name}.p7m"

    @property
    def json_name(self) -> str:
        return f"reports/{self.record.number}.json"


class Reports:
    """Feed every leaf in order, then `check`. `cited` are the files of the reports issued.

    `label_of` gives a host's signed label, `quorum_of` how many witnesses the policy in force asks for.
    """

    KINDS = frozenset(
        kind.KIND
        for kind in (
            PeriodClosed, PeriodSnapshot, PeriodTold, PeriodFigures, ReportIssued,
            HostPrepared, HostEnrolled, HostRevoked,
        )
    )  # fmt: skip

    def __init__(
        self, label_of: Callable[[str], str | None], quorum_of: Callable[[], int], judge: Judgement
    ) -> None:
        self._label_of = label_of
        self._quorum_of = quorum_of
        self._judge = judge
        self.issued: list[_Issued] = []
        self.cited: set[str] = set()
        self._told: dict[str, _Told] = {}
        self._figures: dict[str, _Figures] = {}
        self._months: set[str] = set()  # with their final report
        self._hosts = PrintedHosts()
        self.judged: set[int] = set()  # records of the reports whose files were compared with the log
        self.judged_before: frozenset[int] = frozenset()  # the same of an earlier verification, found sound

    def feed(self, leaf: Leaf) -> None:
        match leaf.record:
            case PeriodClosed(period=period, until=until):
                self._told[period] = _Told(
                    leaf.n, instant.parse(until), partial=False, quorum=self._quorum_of()
                )
            case PeriodTold(period=period, until=until) if period not in self._told:
                self._told[period] = _Told(
                    leaf.n, instant.parse(until), partial=False, quorum=self._quorum_of()
                )
            case PeriodSnapshot(period=period, until=until):
                self._told[period] = _Told(
                    leaf.n, instant.parse(until), partial=True, quorum=self._quorum_of()
                )
            case PeriodFigures(period=period):
                self._figures[period] = _Figures(leaf.n, self._quorum_of())
            case ReportIssued() as record:
                self._issue(leaf, record)
            case HostPrepared(host=host) | HostRevoked(host=host):
                self._hosts.tell(leaf.n, host, self._label_of(host), confirmed=None)
            case HostEnrolled(host=host, confirmed=confirmed):
                self._hosts.tell(leaf.n, host, self._label_of(host), confirmed=confirmed)
            case _:
                pass

    def _issue(self, leaf: Leaf, record: ReportIssued) -> None:
        """Of each number one, and of each month one that is final: each is judged once."""
        issued = _Issued(record, leaf.n, self._told.get(record.period), self._figures.get(record.period))
        if issued.json_name in self.cited or (not record.partial and record.period in self._months):
            self._judge.find("REPORT", "report_twice", f"n={leaf.n}")
            return
        self.issued.append(issued)
        self.cited |= {issued.pdf_name, issued.json_name, issued.twin_name}
        if not record.partial:
            self._months.add(record.period)

    def check(self, material: Material) -> None:
        judge = material.judge
        if not self.issued:
            judge.state(14, "not_applicable", "no_report")
            return
        judge.state(14, "ok", "checked")
        judged, others = 0, []
        for issued in self.issued:
            if issued.pdf_name in material.files and issued.json_name in material.files:
                if family(issued.record.period) != "month" and issued.told is not None:
                    others.append(issued)
                    continue
                judged += 1
                if judged > MAX_JUDGED:
                    judge.find("REPORT", "report_unread", issued.json_name, why="more than ten years of them")
                    return
                self._check_one(issued, material)
                self.judged.add(issued.n)
            elif material.sealed:
                judge.state(14, "unknown", "sealed")
            elif issued.n in material.erased:
                judge.note("erased_report", number=issued.record.number)
            elif issued is self.issued[-1]:
                judge.find("REPORT", "report_missing", f"n={issued.n}")
            else:
                judge.note("older_report", number=issued.record.number)
        self._check_told(others, material)

    def _check_told(self, others: list[_Issued], material: Material) -> None:
        """Reports of weeks, quarters and interventions: one more reading of the log serves them all."""
        wanted = {one.told.n: one for one in others if one.told is not None}
        unread = {n: one.record.period for n, one in wanted.items() if one.n not in self.judged_before}
        found = told(material.leaves, material.opening_of, material.zone, unread)
        for n, one in sorted(wanted.items()):
            evidence = next(found) if n in unread else None
            if n in unread and evidence is None:
                material.judge.find("REPORT", "report_period", f"n={one.n}")
                continue
            self._check_one(one, material if evidence is None else replace(material, gathered={n: evidence}))
            self.judged.add(one.n)

    def _check_one(self, issued: _Issued, material: Material) -> None:
        judge, same = material.judge, True
        pdf, data = material.files[issued.pdf_name], material.files[issued.json_name]
        for name, content, digest in (
            (issued.pdf_name, pdf, issued.record.pdf_sha256),
            (issued.json_name, data, issued.record.json_sha256),
        ):
            if hashlib.sha256(content).hexdigest() != digest:
                judge.find("REPORT", "report_differs", name)
                same = False
        if not same:
            return
        if issued.record.partial:
            judge.note("partial", number=issued.record.number)
        if issued.n in self.judged_before:
            judge.note("commercial")
        else:
            self._check_data(issued, data, material)
        signer = _check_pdf(pdf, data, issued.pdf_name, material)
        # A twin is compared with the PDF's own signature: where there is none to read, that is said already.
        if signer is not Signer.UNREADABLE and issued.twin_name in material.files:
            _check_twin(pdf, issued.twin_name, material)

    def _check_data(self, issued: _Issued, data: bytes, material: Material) -> None:
        try:
            report = decode(data, max_bytes=MAX_REPORT_BYTES)
            if not isinstance(report, dict) or not isinstance(report.get("log"), dict):
                raise Malformed("a report is an object with the log's head in it")
            self._check_report(issued, report, material)
        except Malformed as wrong:
            material.judge.find("REPORT", "report_unread", issued.json_name, why=wrong)

    def _check_report(self, issued: _Issued, report: dict[str, Value], material: Material) -> None:
        judge, where = material.judge, issued.json_name
        told, figures = issued.told, issued.figures
        if told is None or issued.record.partial != told.partial:
            judge.find("REPORT", "report_period", f"n={issued.n}")
            return
        if figures is None or figures.n < told.n:
            judge.find("REPORT", "report_figures", where)
            return
        tied = _check_parts(issued, told, figures, report, material)
        # Also of a report that says something else than this log: what was rewritten is the log then.
        quorums = {told.quorum, figures.quorum}
        check_head(report, where, quorums, material.vkey_of(told.n + 1), material.holds, judge)
        if not tied:
            return
        for what in wrong_names(report, material.admitted, self._hosts, told.n, figures.n):
            judge.find("REPORT", "report_evidence", where, what=what)


def _check_parts(
    issued: _Issued, told: _Told, figures: _Figures, report: dict[str, Value], material: Material
) -> bool:
    """The report is the union of what the log says and of the committed commercial part, and ties."""
    judge, where = material.judge, issued.json_name
    opening = material.opening_of(figures.n)
    if opening is None or not isinstance(opening.data, dict):
        judge.find("REPORT", "report_figures", where)
        return False
    evidence = _evidence(told, issued.record.period, material)
    body, _ = split(report)
    try:
        expected = merge(evidence, opening.data)
        number = opening.data["report"]["number"]
    except (KeyError, TypeError, AttributeError) as wrong:
        raise Malformed("the commercial part is not of its schema") from wrong
    differing = [k for k in sorted(expected.keys() | body.keys()) if expected.get(k) != body.get(k)]
    from_log = [k for k in differing if k in evidence]
    if from_log:
        judge.find("REPORT", "report_evidence", where, what=", ".join(from_log))
    if len(from_log) != len(differing) or number != issued.record.number:
        judge.find("REPORT", "report_figures", where)
    if differing:
        return False
    for what in ties(report):
        judge.find("REPORT", "report_ties", where, what=what)
    judge.note("commercial")
    return True


def _evidence(told: _Told, period: str, material: Material) -> dict[str, Value]:
    origin, gathered = material.vkey_of(told.n + 1).name, material.gathered.get(told.n)
    if gathered is not None:
        root = base64.b64encode(material.root_of(told.n + 1)).decode()
        return gathered | {"log": gathered["log"] | {"origin": origin, "root": root}}
    return evidence_part(
        material.leaves(told.n),
        material.opening_of,
        period,
        material.zone,
        told.until,
        origin=origin,
        root_of=material.root_of,
    )


def _check_twin(pdf: bytes, name: str, material: Material) -> None:
    try:
        check_twin(material.files[name], pdf)
    except BadSignature as wrong:
        material.judge.find("REPORT", "twin", name, why=wrong)
    except ImportError:
        material.judge.state(14, "unknown", "no_pdf_extra")


def _check_pdf(pdf: bytes, data: bytes, where: str, material: Material) -> Signer:
    judge, trust = material.judge, material.trust
    ca, tsa = (None, None) if trust is None else (trust.report_ca, trust.tsa_ca)
    found = judge_pdf(pdf, data, ca, tsa)
    match found.signer:
        case Signer.UNREADABLE:
            judge.find("REPORT", "pdf_signature", where, why=found.why)
        case Signer.NOT_JUDGED:
            judge.state(14, "unknown", "no_pdf_extra")
        case Signer.UNKNOWN:
            judge.state(14, "unknown", "no_report_ca")
        case Signer.KNOWN:
            pass
        case _:
            assert_never(found.signer)
    if found.attached is False:
        judge.find("REPORT", "pdf_attachment", where)
    judge.note("pdf_words")
    return found.signer
