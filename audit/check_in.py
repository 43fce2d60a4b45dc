"""The watcher's word that he takes up supervision (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import DIGEST, ID, KEY
from audit.statement import Statement, without_none
from audit.statement_parts import HostKey


@dataclass(frozen=True, slots=True)
class CheckIn(Statement):
    """The named watcher takes up supervision of one session with a page of his (trust.md §2).

    `request` and `grant` are digests in hex. `page_key` is the Ed25519 key that this page made for this
    session: what it answers counts from `not_before` to `not_after` (`audit.watch`).
    """

    TYPE: ClassVar[str] = "supervision"

    tenant: str
    session: str
    request: str
    grant: str
    host: HostKey
    watcher: str
    page_key: str
    not_before: datetime
    not_after: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        return without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "session": self.session,
                "request": self.request,
                "grant": self.grant,
                "host": self.host.to_value(),
                "watcher": self.watcher,
                "page_key": self.page_key,
                "not_before": instant.to_text(self.not_before),
                "not_after": instant.to_text(self.not_after),
                "demo_software": self.demo_software or None,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> CheckIn:
        found = cls(
            tenant=f.formed("tenant", ID),
            session=f.formed("session", ID),
            request=f.formed("request", DIGEST),
            grant=f.formed("grant", DIGEST),
            host=HostKey.from_value(f.mapping("host")),
            watcher=f.formed("watcher", ID),
            page_key=f.formed("page_key", KEY),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            demo_software=f.flag("demo_software"),
        )
        if found.not_after <= found.not_before:
            raise Malformed("a check-in's time is empty")
        return found
