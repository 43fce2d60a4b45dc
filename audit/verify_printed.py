"""What a report prints beside its figures: the log's head, and names of people and hosts (step 14)."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping

from audit.canonical import Value
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.month_access import PORTAL
from audit.month_report import split
from audit.note import VerifierKey


class PrintedHosts:
    """What may stand beside a host's id: the label the titolare signed, and whether its keys are confirmed."""

    def __init__(self) -> None:
        self._told: dict[str, list[tuple[int, str | None, bool | None]]] = {}

    def tell(self, n: int, host: str, label: str | None, *, confirmed: bool | None) -> None:
        """`confirmed` is None of a host that is not in use."""
        self._told.setdefault(host, []).append((n, label, confirmed))

    def fit(self, line: dict[str, Value], first: int, last: int) -> bool:
        """Whether the line was right at some record from `first` to `last`: figures are gathered meanwhile."""
        told = self._told.get(line["id"], [])
        start, end = (bisect_right(told, n, key=lambda one: one[0]) for n in (first, last))
        possible = told[max(start - 1, 0) : end] if start else [(first, None, None), *told[:end]]
        return any(
            (label is None or line.get("name", label) == label) and line.get("confirmed") == confirmed
            for _, label, confirmed in possible
        )


def wrong_names(
    report: dict[str, Value],
    admitted: Mapping[str, str | None],
    hosts: PrintedHosts,
    first: int,
    last: int,
) -> Iterator[str]:
    """Lines that the log contradicts, and people of whom it knows no name."""
    for person in report["people"]:
        # An admission whose text cannot be read is step 11's finding.
        if "name" in person and admitted.get(person["id"], "") not in (None, person["name"]):
            yield f"people {person['id']}"
    for host in report["hosts"]:
        if host["id"] != PORTAL and not hosts.fit(host, first, last):
            yield f"hosts {host['id']}"


def check_head(
    report: dict[str, Value],
    where: str,
    quorums: Collection[int],
    vkey: VerifierKey,
    holds: Callable[[Checkpoint], bool],
    judge: Judgement,
) -> None:
    """The signed head is this log's and covers what the report tells; `quorums` are those in force then."""
    body, head = split(report)
    wrong = []
    if (head.get("vkey"), head.get("key_id", vkey.key_id.hex())) != (vkey.text, vkey.key_id.hex()):
        wrong.append("log.vkey")
    if head.get("state") != "intact":
        wrong.append("log.state")  # step 6 has found it so when this is asked
    if head.get("quorum") not in quorums:
        wrong.append("log.quorum")
    try:
        found = open_checkpoint(str(head.get("checkpoint")).encode(), vkey)
        size, root = body["log"]["size"], base64.b64encode(found.root).decode()
        if found.size < size or (found.size == size and root != body["log"]["root"]):
            wrong.append("log.checkpoint")
        elif not holds(found):
            judge.find("REWRITTEN", "report_head", where)
    except (Malformed, BadSignature):
        wrong.append("log.checkpoint")
    if wrong:
        judge.find("REPORT", "report_evidence", where, what=", ".join(wrong))
    if head.keys() & {"witnesses", "checked", "findings"}:
        judge.note("head_words")
