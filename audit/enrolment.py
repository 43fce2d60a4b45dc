"""What a host's agent pins (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit import instant
from audit.approvers import Origin
from audit.canonical import Fields, Value
from audit.fingerprint import root_text
from audit.forms import DIGEST, ID, KEY, LINE
from audit.statement import Statement, without_none


@dataclass(frozen=True, slots=True)
class Enrolment(Statement):
    """What a host's agent pins, signed by the titolare; its digest is the root people type.

    `approvers` and `policy` are digests (hex) of the statements that travel beside it in the
    enrolment file. `login` is where technicians activate grants. `code` is the hex SHA-256 of the
    one-time code the agent presents with its new keys.
    """

    TYPE: ClassVar[str] = "enrolment"

    tenant: str
    host: str
    label: str
    broker: str
    log_origin: str
    log_vkey: str
    grant_key: str
    login: Origin
    approvers: str
    policy: str
    code: str
    issued: datetime
    expires: datetime
    demo: bool = False

    def to_value(self) -> Value:
        return without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "host": self.host,
                "label": self.label,
                "broker": self.broker,
                "log_origin": self.log_origin,
                "log_vkey": self.log_vkey,
                "grant_key": self.grant_key,
                "login": self.login.to_value(),
                "approvers": self.approvers,
                "policy": self.policy,
                "code": self.code,
                "issued": instant.to_text(self.issued),
                "expires": instant.to_text(self.expires),
                "demo": self.demo or None,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> Enrolment:
        return cls(
            tenant=f.formed("tenant", ID),
            host=f.formed("host", ID),
            label=f.formed("label", LINE),
            broker=f.text("broker"),
            log_origin=f.text("log_origin"),
            log_vkey=f.text("log_vkey"),
            grant_key=f.formed("grant_key", KEY),
            login=Origin.from_value(f.mapping("login")),
            approvers=f.formed("approvers", DIGEST),
            policy=f.formed("policy", DIGEST),
            code=f.formed("code", DIGEST),
            issued=instant.parse(f.text("issued")),
            expires=instant.parse(f.text("expires")),
            demo=f.flag("demo"),
        )

    @property
    def root(self) -> str:
        """The root fingerprint people read and type: see `root_text`."""
        return root_text(self.digest)
