"""Step 15: what the log says of each received mail is what its bytes prove, judged again offline (FORMAT.md §16).

Needs the extra `[mail]`; without it the step is unknown, as that of a report's PDF is without its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from audit import instant
from audit.canonical import Value, encode
from audit.commitment import MAX_OPENING_BYTES, Opening
from audit.errors import Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.mail_evidence.digests import mail_digest
from audit.mail_evidence.dns import DnsSnapshot
from audit.mail_evidence.judgement import Envelope
from audit.mail_evidence.judging import available, judge
from audit.mail_evidence.known import Known
from audit.mail_record import MailReceived
from audit.person_records import PersonAdmitted
from audit.post_records import MailSenderChanged
from audit.verify_openings import opening_name, read_opening


class Mails:
    """Feed every leaf in order, then `close`. `received` counts the mails, `unopened` are those whose opening is
    not here: erased, or sealed for the titolare."""

    KINDS = frozenset({PersonAdmitted.KIND, MailSenderChanged.KIND, MailReceived.KIND})

    def __init__(self, files: Mapping[str, bytes], judge: Judgement) -> None:
        self._files = files
        self._judge = judge
        self._roles: dict[str, str] = {}  # of everybody admitted
        # By person, what the titolare said of his mail, as a digest; None where that opening is not here.
        self._senders: dict[str, str | None] = {}
        self._came: set[str] = set()  # what made each mail itself: a second one is a duplicate
        self.received = 0
        self.unopened: set[int] = set()
        self._bytes: dict[int, str] = {}

    def feed(self, leaf: Leaf) -> None:
        match leaf.record:
            case PersonAdmitted(person=person, role=role):
                self._roles.setdefault(person, role)
            case MailSenderChanged(person=person):
                self._senders[person] = self._said(leaf)
            case record:
                assert isinstance(record, MailReceived)
                self.received += 1
                self._mail(leaf, record)
                self._came.add(record.replay)

    def _mail(self, leaf: Leaf, record: MailReceived) -> None:
        there = {e.kind: e.sha256 for e in leaf.evidence}
        self._bytes[leaf.n] = f"evidence/{there.get('mail', '')}"
        if opening_name(leaf.n) not in self._files:
            self.unopened.add(leaf.n)
        if there.keys() != {"mail", "dns"}:
            self._find("mail_evidence", leaf)
            return
        raw, dns = (self._files.get(f"evidence/{there[kind]}") for kind in ("mail", "dns"))
        if raw is None or dns is None:
            return  # step 1 says so
        if (record.digest, record.size) != (mail_digest(raw), len(raw)):
            self._find("mail_digest", leaf)
        elif available():
            self._again(leaf, record, raw, dns)

    def _again(self, leaf: Leaf, record: MailReceived, raw: bytes, dns: bytes) -> None:
        try:
            opening = self._opening(leaf)
            if opening is None:
                self.unopened.add(leaf.n)
                return
            data = opening.data
            known = Known.from_value(data.get("known") if isinstance(data, dict) else None)
            snapshot = DnsSnapshot.parse(dns)
        except Malformed as wrong:
            self._find("mail_unread", leaf, why=wrong)
            return
        found = judge(raw, Envelope(instant.parse(record.came)), snapshot, known)
        if record.replay in self._came:
            found = found.repeated()
        person = None if found.sender is None else found.sender.person
        ours = (found.transport.value, found.level.code, found.code, person, found.claims.replay)
        said = (record.transport, record.level, record.code, record.person, record.replay)
        if ours != said:
            self._find("mail_judged", leaf, said=f"{said[1]} {said[2]}", found=f"{ours[1]} {ours[2]}")
        elif found.sender is not None and self._roles.get(found.sender.person) != found.sender.role:
            self._find("mail_person", leaf, person=found.sender.person)
        elif found.sender is not None and not self._as_said(known, found.sender.person):
            self._find("mail_sender", leaf, person=found.sender.person)

    def _said(self, leaf: Leaf) -> str | None:
        opening = self._opening(leaf)
        data = None if opening is None else opening.data
        return _digest(data.get("domain"), data.get("fiscal_code")) if isinstance(data, dict) else None

    def _as_said(self, known: Known, person: str) -> bool:
        """Whether nothing was known of the sender that the titolare had not said: by what his people's mail is
        known is his to say."""
        said = self._senders.get(person, _digest("", ""))
        lines = [one for one in known.registered if one.person == person]
        return said is None or all(_digest(one.organisation, one.fiscal_code) == said for one in lines)

    def _opening(self, leaf: Leaf) -> Opening | None:
        """What was sealed beside the record; None where it is not here, or another step says what is wrong."""
        if leaf.sealed is None or opening_name(leaf.n) not in self._files:
            return None
        try:
            opening = read_opening(self._files, leaf.n)
        except Malformed:
            return None  # step 11 says so
        return opening if opening is not None and opening.opens(leaf.sealed) else None

    def _find(self, code: str, leaf: Leaf, **facts: object) -> None:
        self._judge.find("MAIL", code, f"n={leaf.n}", **facts)

    def gone(self, erased: Collection[int]) -> set[str]:
        """Files that are not missing, because the mail was erased with its opening."""
        return {name for n, name in self._bytes.items() if n in erased}

    def close(self, lawful: Collection[int]) -> None:
        """`lawful` are records whose texts were erased lawfully: of them nothing is left to judge."""
        judge = self._judge
        if not self.received:
            judge.state(15, "not_applicable", "no_mail")
        elif not available():
            judge.state(15, "unknown", "no_mail_extra")
        else:
            left = any(n not in lawful for n in self.unopened)
            judge.state(15, *(("unknown", "mail_unopened") if left else ("ok", "checked")))


def _digest(domain: Value, number: Value) -> str:
    """Both together: what is kept of a run holds no number of anybody."""
    return sha256(encode([domain, number], max_bytes=MAX_OPENING_BYTES)).hexdigest()
