"""Contracts. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import NotRequired, TypedDict

from web.client.call import Calls


class ContractAnswer(TypedDict):
    """As it was agreed; what is absent was not."""

    number: int
    # By its code; absent: no time of answer is promised.
    plan: NotRequired[str]
    # A day, in the customer's zone.
    first: str
    # A day, in the customer's zone.
    last: str
    # To be paid in advance.
    prepaid: bool
    # A day, in the customer's zone.
    paid: NotRequired[str]
    # `MM-DD`, or `easter+N`.
    patron: NotRequired[str]
    closures: list[str]
    # Deadlines are ends of whole half shifts.
    half_shifts: bool
    # Those it covers; absent: every one.
    products: NotRequired[list[str]]
    # Minutes in each of its years; absent: without end.
    included: NotRequired[int]
    # Minutes charged are rounded up to.
    step: NotRequired[int]
    # Minutes charged of an entry at least.
    least: NotRequired[int]
    # Whether its times of answer are promised now.
    guaranteed: bool


class ContractsAnswer(TypedDict):
    # The number of the one that counts today.
    now: int | None
    contracts: list[ContractAnswer]


class Contracts:
    """Contracts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> ContractsAnswer:
        """Contracts of a customer, and which counts now."""
        found: ContractsAnswer = self._calls.json(
            "GET", "/api/tenants/{tenant}/contracts", at={"tenant": tenant}
        )
        return found

    def agree(
        self,
        *,
        tenant: str,
        first: str,
        last: str,
        plan: str | None = None,
        prepaid: bool | None = None,
        paid: str | None = None,
        patron: str | None = None,
        closures: builtins.list[str] | None = None,
        half_shifts: bool | None = None,
        products: builtins.list[str] | None = None,
        included: int | None = None,
        step: int | None = None,
        least: int | None = None,
    ) -> ContractAnswer:
        """Enter a contract."""
        found: ContractAnswer = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/contracts",
            at={"tenant": tenant},
            body={
                "first": first,
                "last": last,
                "plan": plan,
                "prepaid": prepaid,
                "paid": paid,
                "patron": patron,
                "closures": closures,
                "half_shifts": half_shifts,
                "products": products,
                "included": included,
                "step": step,
                "least": least,
            },
        )
        return found
