"""Versions of programs, and where each customer stands. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class InstalledAnswer(TypedDict):
    """At which version a customer's program is."""

    product: str
    name: str
    version: str
    # In UTC, to the millisecond.
    since: str


class AcceptanceWindow(TypedDict):
    # Its last instant, UTC.
    until: str
    # `testing`, `passed`, `expired` or `decided`.
    state: str
    decision: Literal["accepted", "more_time", "not_bought", "agreed"] | None


class ReleaseAnswer(TypedDict):
    release: str
    product: str
    # The program's.
    name: str
    version: str
    half_yearly: bool
    components: list[Literal["program", "database"]]
    # A day, in the customer's zone.
    dated: str
    # The system it follows.
    os: NotRequired[str]
    # For whom alone it was made.
    customer: NotRequired[str]
    # No day may be added to the days of the test.
    peremptory: NotRequired[bool]
    # Of a third half-yearly one in a year.
    reason: NotRequired[Literal["law", "security", "defects", "system"]]
    # How the customer received it.
    how: Literal["portal", "pec", "note"] | None
    received: str | None
    window: NotRequired[AcceptanceWindow]


class SaidOfDefect(TypedDict):
    # In UTC, to the millisecond.
    at: str
    # Null once it was erased, and where others' words are not shown.
    text: str | None


class DefectLink(TypedDict):
    incident: str
    session: str | None


class DefectAnswer(TypedDict):
    defect: str
    kind: Literal["malfunction", "anomaly", "incoherent_export", "not_persisted"]
    product: str
    # The program's.
    name: str
    # `open`, `remedied`, `solved` or `told`.
    state: str
    opened: SaidOfDefect | None
    # Incidents and sessions in which it was met.
    links: list[DefectLink]
    remedy: SaidOfDefect | None
    solution: SaidOfDefect | None
    # The version that solves it.
    release: str | None


class CustomerPrograms(TypedDict):
    installed: list[InstalledAnswer]
    # Versions that are out and not received, by their ids.
    pending: list[str]
    releases: list[ReleaseAnswer]
    defects: list[DefectAnswer]
    tenant: str


class HousePrograms(TypedDict):
    installed: list[InstalledAnswer]
    # Versions that are out and not received, by their ids.
    pending: list[str]
    releases: list[ReleaseAnswer]
    defects: list[DefectAnswer]
    customers: list[CustomerPrograms]


class ProgramsAnswer(TypedDict):
    installed: list[InstalledAnswer]
    # Versions that are out and not received, by their ids.
    pending: list[str]
    releases: list[ReleaseAnswer]
    defects: list[DefectAnswer]


class ReleasePublished(TypedDict):
    release: str
    product: str
    # The program's.
    name: str
    version: str
    half_yearly: bool
    components: list[Literal["program", "database"]]
    # A day, in the customer's zone.
    dated: str
    # The system it follows.
    os: NotRequired[str]
    # For whom alone it was made.
    customer: NotRequired[str]
    # No day may be added to the days of the test.
    peremptory: NotRequired[bool]
    # Of a third half-yearly one in a year.
    reason: NotRequired[Literal["law", "security", "defects", "system"]]


class MalfunctionTold(TypedDict):
    incident: str
    # Parts of the report that are missing, by their codes.
    lacks: list[str]
    # It goes ahead of the queue, because nothing lacks.
    ahead: bool
    # How many pieces of the text looked like a password, and are kept as █ only.
    covered: int


class Programs:
    """Versions of programs, and where each customer stands."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> HousePrograms:
        """All of it, and where each customer stands."""
        found: HousePrograms = self._calls.json("GET", "/api/programs")
        return found

    def show(self, *, tenant: str) -> ProgramsAnswer:
        """A customer's own versions and what is offered."""
        found: ProgramsAnswer = self._calls.json(
            "GET", "/api/tenants/{tenant}/programs", at={"tenant": tenant}
        )
        return found

    def publish(
        self,
        *,
        product: str,
        version: str,
        dated: str,
        components: builtins.list[Literal["program", "database"]],
        half_yearly: bool | None = None,
        os: str | None = None,
        customer: str | None = None,
        peremptory: bool | None = None,
        reason: Literal["law", "security", "defects", "system"] | None = None,
    ) -> ReleasePublished:
        """Publish a version."""
        found: ReleasePublished = self._calls.json(
            "POST",
            "/api/releases",
            body={
                "product": product,
                "version": version,
                "dated": dated,
                "components": components,
                "half_yearly": half_yearly,
                "os": os,
                "customer": customer,
                "peremptory": peremptory,
                "reason": reason,
            },
        )
        return found

    def installed(self, *, tenant: str, product: str, version: str) -> None:
        """Which version a customer has."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/versions",
            at={"tenant": tenant},
            body={"product": product, "version": version},
        )

    def receipt(
        self,
        *,
        tenant: str,
        release: str,
        how: str,
        received: str,
        reference: str | None = None,
        file: str | None = None,
    ) -> None:
        """That it was delivered, with what proves it."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/releases/{release}/receipt",
            at={"tenant": tenant, "release": release},
            body={"how": how, "received": received, "reference": reference, "file": file},
        )

    def fetched(self, *, release: str) -> None:
        """The customer fetches it now."""
        self._calls.json("POST", "/api/releases/{release}/fetched", at={"release": release})

    def accept(self, *, release: str) -> None:
        """The customer accepts it."""
        self._calls.json("POST", "/api/releases/{release}/acceptance", at={"release": release})

    def malfunction(
        self,
        *,
        release: str,
        steps: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        sample: str | None = None,
        build: str | None = None,
    ) -> MalfunctionTold:
        """It does not do what it should."""
        found: MalfunctionTold = self._calls.json(
            "POST",
            "/api/releases/{release}/malfunctions",
            at={"release": release},
            body={"steps": steps, "expected": expected, "actual": actual, "sample": sample, "build": build},
        )
        return found

    def decide(
        self, *, tenant: str, release: str, decision: Literal["accepted", "more_time", "not_bought", "agreed"]
    ) -> None:
        """What becomes of a customisation whose days are over."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/releases/{release}/decision",
            at={"tenant": tenant, "release": release},
            body={"decision": decision},
        )
