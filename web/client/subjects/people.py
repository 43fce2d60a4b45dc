"""People, and links to come in by. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Ended(TypedDict):
    """How many log-ins."""

    ended: int


class PersonView(TypedDict):
    """`appointed_until`: while his signature opens sessions; None if it doesn't."""

    id: str
    role: str
    name: str
    function: str
    email: str
    login_passkeys: int
    signing_passkeys: int
    ssh_keys: int
    appointed_keys: int
    appointed_until: str | None
    demo_software: bool
    delegated: NotRequired[bool]


class Invited(TypedDict):
    """`link` is shown to whoever invites, once: only its digest is kept."""

    person: str
    link: str
    expires: str


class People:
    """People, and links to come in by."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def send_out(self, *, tenant: str, person: str) -> Ended:
        """End every log-in of a person."""
        found: Ended = self._calls.json(
            "DELETE", "/api/tenants/{tenant}/people/{person}/logins", at={"tenant": tenant, "person": person}
        )
        return found

    def list(self, *, tenant: str) -> builtins.list[PersonView]:
        """People of a customer, or of the vendor."""
        found: builtins.list[PersonView] = self._calls.json("GET", "/api/people", query={"tenant": tenant})
        return found

    def admit(
        self,
        *,
        tenant: str,
        role: Literal["technician", "owner", "titolare", "ads", "auditor"],
        name: str,
        function: str,
        email: str,
    ) -> Invited:
        """Admit a person; prints the link of invitation, once."""
        found: Invited = self._calls.json(
            "POST",
            "/api/people",
            body={"tenant": tenant, "role": role, "name": name, "function": function, "email": email},
        )
        return found

    def invite(self, *, tenant: str, person: str) -> Invited:
        """A new link of invitation."""
        found: Invited = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/people/{person}/invitation",
            at={"tenant": tenant, "person": person},
        )
        return found

    def dismiss(self, *, tenant: str, person: str) -> None:
        """He has left: nothing lets him in any more."""
        self._calls.json(
            "DELETE", "/api/tenants/{tenant}/people/{person}", at={"tenant": tenant, "person": person}
        )

    def erase_name(self, *, tenant: str, person: str) -> None:
        """Erase the name of one who has left."""
        self._calls.json(
            "DELETE", "/api/tenants/{tenant}/people/{person}/name", at={"tenant": tenant, "person": person}
        )
