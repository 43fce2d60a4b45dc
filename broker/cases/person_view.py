"""A person as lists show him: his keys, and until when his signature opens sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.approvers import Approver
from broker.domain.people import Person
from broker.store.people import Credential


@dataclass(frozen=True, slots=True)
class PersonView:
    """`appointed_until`: while his signature opens sessions; None if it doesn't."""

    id: str
    role: str
    name: str
    function: str
    email: str
    login_passkeys: int
    signing_passkeys: int
    ssh_keys: int
    appointed_keys: int  # his signing passkeys that the approver set in force names
    appointed_until: datetime | None
    demo_software: bool
    delegated: bool = False  # his approvals count under a delegation only

    @classmethod
    def of(
        cls,
        one: Person,
        signing: Sequence[Credential],
        lines: Sequence[Approver],
        *,
        logins: Sequence[Credential] = (),
        ssh_keys: int = 0,
    ) -> PersonView:
        """`lines` are his in the set in force."""
        return cls(
            one.id,
            one.role,
            one.name,
            one.function,
            one.email,
            len(logins),
            len(signing),
            ssh_keys,
            len(lines),
            max((line.valid_until for line in lines), default=None),
            any(key.demo_software for key in (*logins, *signing)),
            any(line.delegated for line in lines),
        )
