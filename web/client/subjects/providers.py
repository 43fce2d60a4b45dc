"""Identity providers at which one's people may log in. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Provider(TypedDict):
    """`acr`: what a provider of one's own must say of a log-in that is to count as a fresh proof;
    empty, none does.  SPID and CIE say a level, which is judged by `LEVELS`."""

    id: str
    tenant: str
    kind: Literal["oidc", "spid", "cie"]
    name: str
    issuer: str
    client: str
    acr: NotRequired[str]


class ProviderView(TypedDict):
    """`address`: where its people begin. `linked`: how many of them it lets in. `secret`: whether one
    is kept."""

    provider: Provider
    address: str
    linked: int
    secret: bool


class ProviderKept(TypedDict):
    provider: str


class Providers:
    """Identity providers at which one's people may log in."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[ProviderView]:
        """Identity providers, and where their people begin."""
        found: builtins.list[ProviderView] = self._calls.json("GET", "/api/providers")
        return found

    def add(
        self,
        *,
        kind: Literal["oidc", "spid", "cie"],
        name: str,
        issuer: str,
        client: str,
        acr: str | None = None,
        secret: str | None = None,
    ) -> ProviderKept:
        """Enter one; --secret - reads it from standard input."""
        found: ProviderKept = self._calls.json(
            "POST",
            "/api/providers",
            body={
                "kind": kind,
                "name": name,
                "issuer": issuer,
                "client": client,
                "acr": acr,
                "secret": secret,
            },
        )
        return found

    def change(
        self,
        *,
        provider: str,
        kind: Literal["oidc", "spid", "cie"],
        name: str,
        issuer: str,
        client: str,
        acr: str | None = None,
        secret: str | None = None,
    ) -> ProviderKept:
        """Change one; without --secret the one kept stays."""
        found: ProviderKept = self._calls.json(
            "PUT",
            "/api/providers/{provider}",
            at={"provider": provider},
            body={
                "kind": kind,
                "name": name,
                "issuer": issuer,
                "client": client,
                "acr": acr,
                "secret": secret,
            },
        )
        return found

    def remove(self, *, provider: str) -> None:
        """Nobody logs in there any more."""
        self._calls.json("DELETE", "/api/providers/{provider}", at={"provider": provider})

    def unlink(self, *, provider: str) -> None:
        """Your own link to one."""
        self._calls.json("DELETE", "/api/identities/{provider}", at={"provider": provider})
