"""Step 14: the issued report is the recorded one, and says what the log says."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit import records as r
from audit.canonical import Value, decode
from audit.checkpoint import open_checkpoint
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.month import evidence_part
from audit.month_report import merge, split, ties
from audit.note import VerifierKey
from audit.pdf_signature import Signer, judge_pdf
from audit.periods import month_bounds
from audit.records import Leaf
from audit.trust_file import Trust
from audit.verify_openings import read_opening

MAX_REPORT_BYTES = 64 * 1024 * 1024  # the JSON of ten thousand sessions in a month is 15 MB


class _OpeningFiles(Mapping[int, Opening]):
    """Openings read from the bundle one by one, as the month asks for them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def __getitem__(self, n: int) -> Opening:
        try:
            found = read_opening(self._files, n)
        except Malformed:
            found = None  # step 11 has said so
        if found is None:
            raise KeyError(n)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Material:
    """What judging a report needs. `leaves(n)` reads the shard again up to and including leaf `n`."""

    files: Mapping[str, bytes]
    leaves: Callable[[int], Iterable[Leaf]]
    vkey: VerifierKey
    trust: Trust | None
    judge: Judgement

    @property
    def openings(self) -> _OpeningFiles:
        return _OpeningFiles(self.files)


@dataclass(frozen=True, slots=True)
class _Issued:
    """A `report.issued` and the records of its period: indices of close and figures, snapshot's time."""

    record: r.ReportIssued
    n: int
    closed: int | None
    snapshot: datetime | None
    figures: int | None

    @property
    def json_name(self) -> str:
        return f"reports/{self.record.number}.json"

    @property
    def pdf_name(self) -> str:
        return f"reports/{self.record.number}.pdf"


@dataclass(slots=True)
class Reports:
    """Feed every leaf in order; `check` judges what was issued."""

    issued: list[_Issued] = field(default_factory=list)
    cited: set[str] = field(default_factory=set)
    _closes: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    _figures: dict[str, int] = field(default_factory=dict)
    _admitted: dict[str, int] = field(default_factory=dict)  # person -> leaf

    def feed(self, leaf: Leaf) -> None:
        match leaf.record:
            case r.PeriodClosed(period=period):
                self._closes[period] = (leaf.n, None)
            case r.PeriodSnapshot(period=period):
                self._closes[period] = (leaf.n, leaf.time)
            case r.PeriodFigures(period=period):
                self._figures[period] = leaf.n
            case r.PersonAdmitted(person=person):
                self._admitted[person] = leaf.n
            case r.ReportIssued() as record:
                closed, at = self._closes.get(record.period, (None, None))
                issued = _Issued(record, leaf.n, closed, at, self._figures.get(record.period))
                self.issued.append(issued)
                self.cited |= {issued.pdf_name, issued.json_name}
            case _:
                pass

    def check(self, material: Material) -> None:
        judge = material.judge
        if not self.issued:
            judge.state(14, "not_applicable", "no_report")
            return
        judge.state(14, "ok", "checked")
        for issued in self.issued:
            pdf, data = material.files.get(issued.pdf_name), material.files.get(issued.json_name)
            if pdf is not None and data is not None:
                self._check_one(issued, pdf, data, material)
            elif issued is self.issued[-1]:
                judge.find("REPORT", "report_missing", f"n={issued.n}")
            else:
                judge.note("older_report", number=issued.record.number)

    def _check_one(self, issued: _Issued, pdf: bytes, data: bytes, material: Material) -> None:
        judge, same = material.judge, True
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
        try:
            report = decode(data, max_bytes=MAX_REPORT_BYTES)
            if not isinstance(report, dict) or not isinstance(report.get("log"), dict):
                raise Malformed("a report is an object with the log's head in it")
            if _check_parts(issued, report, material):
                _check_head(issued, report, material)
                self._check_names(issued, report, material)
        except Malformed as wrong:
            judge.find("REPORT", "report_unread", issued.json_name, why=wrong)
        _check_pdf(pdf, data, issued.pdf_name, material)

    def _check_names(self, issued: _Issued, report: dict[str, Value], material: Material) -> None:
        """A pseudonym was committed to a name when the person was admitted: the report keeps to it."""
        for person in report["people"]:
            n = self._admitted.get(person["id"])
            opening = None if n is None else material.openings.get(n)
            if opening is None or "name" not in person or not isinstance(opening.data, dict):
                continue
            if opening.data.get("name") != person["name"]:
                what = f"people {person['id']}"
                material.judge.find("REPORT", "report_evidence", issued.json_name, what=what)


def _check_parts(issued: _Issued, report: dict[str, Value], material: Material) -> bool:
    """The report is the union of what the log says and of the committed commercial part, and ties."""
    judge, where = material.judge, issued.json_name
    if issued.closed is None or issued.record.partial != (issued.snapshot is not None):
        judge.find("REPORT", "report_period", f"n={issued.n}")
        return False
    figures = None if issued.figures is None else material.openings.get(issued.figures)
    if figures is None or not isinstance(figures.data, dict):
        judge.find("REPORT", "report_figures", where)
        return False
    evidence = _evidence(issued, issued.closed, report, material)
    if evidence is None:
        return False
    body, _ = split(report)
    try:
        expected = merge(evidence, figures.data)
        number = figures.data["report"]["number"]
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


def _evidence(
    issued: _Issued, closed: int, report: dict[str, Value], material: Material
) -> dict[str, Value] | None:
    """The evidence part, recomputed in the zone the report names."""
    told = report.get("period")
    zone = str(told.get("zone")) if isinstance(told, dict) else ""
    try:
        bounds = month_bounds(issued.record.period, zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if _knows_zones():
            material.judge.find("REPORT", "report_evidence", issued.json_name, what="period.zone")
        else:
            material.judge.state(14, "unknown", "no_zone")
        return None
    until = issued.snapshot or bounds[1]
    return evidence_part(
        material.leaves(closed),
        material.openings,
        issued.record.period,
        zone,
        until,
        origin=material.vkey.name,
    )


def _knows_zones() -> bool:
    try:
        ZoneInfo("Europe/Rome")
    except (ZoneInfoNotFoundError, OSError):
        return False
    return True


def _check_head(issued: _Issued, report: dict[str, Value], material: Material) -> None:
    """The signed head a report prints is this log's, not older than what the report covers."""
    vkey, where = material.vkey, issued.json_name
    body, head = split(report)
    if head.get("vkey", vkey.text) != vkey.text or head.get("key_id", vkey.key_id.hex()) != vkey.key_id.hex():
        material.judge.find("REPORT", "report_evidence", where, what="log.vkey")
    if "checkpoint" not in head:
        return
    try:
        found = open_checkpoint(str(head["checkpoint"]).encode(), vkey)
        size, root = body["log"]["size"], base64.b64encode(found.root).decode()
        if found.size < size or (found.size == size and root != body["log"]["root"]):
            raise Malformed("a head that does not cover the month")
    except (Malformed, BadSignature):
        material.judge.find("REPORT", "report_evidence", where, what="log.checkpoint")


def _check_pdf(pdf: bytes, data: bytes, where: str, material: Material) -> None:
    judge, trust = material.judge, material.trust
    found = judge_pdf(pdf, data, None if trust is None else trust.report_ca)
    match found.signer:
        case Signer.UNREADABLE:
            judge.find("REPORT", "pdf_signature", where, why=found.why)
        case Signer.NOT_JUDGED:
            judge.state(14, "unknown", "no_pdf_extra")
        case Signer.UNKNOWN:
            judge.state(14, "unknown", "no_report_ca")
        case Signer.KNOWN:
            pass
    if found.attached is False:
        judge.find("REPORT", "pdf_attachment", where)
    judge.note("pdf_words")
