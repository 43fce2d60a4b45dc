"""Statements of charges, draft invoices, whom they are made out to. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Any, Literal

from web.client.call import Calls, File


class Invoices:
    """Statements of charges, draft invoices, whom they are made out to."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def statement(
        self, *, tenant: str, first: str | None = None, last: str | None = None, contract: int | None = None
    ) -> dict[str, Any]:
        """What a customer owes, line by line."""
        found: dict[str, Any] = self._calls.json(
            "GET",
            "/api/tenants/{tenant}/statement",
            at={"tenant": tenant},
            query={"first": first, "last": last, "contract": contract},
        )
        return found

    def statement_file(
        self,
        *,
        tenant: str,
        form: Literal["csv", "xlsx", "pdf"],
        first: str | None = None,
        last: str | None = None,
        contract: int | None = None,
        bom: bool | None = None,
    ) -> File:
        """The same as csv, xlsx or pdf."""
        return self._calls.file(
            "GET",
            "/api/tenants/{tenant}/statement.{form}",
            at={"tenant": tenant, "form": form},
            query={"first": first, "last": last, "contract": contract, "bom": bom},
        )

    def drafts(self, *, period: str) -> dict[str, Any]:
        """Draft invoices of a month."""
        found: dict[str, Any] = self._calls.json("GET", "/api/invoices/{period}", at={"period": period})
        return found

    def lines(self, *, period: str, form: Literal["csv", "xlsx"], bom: bool | None = None) -> File:
        """Their lines as csv or xlsx."""
        return self._calls.file(
            "GET",
            "/api/invoices/{period}/lines.{form}",
            at={"period": period, "form": form},
            query={"bom": bom},
        )

    def fattura(self, *, period: str, tenant: str) -> File:
        """One as FatturaPA; nothing is sent."""
        return self._calls.file(
            "GET", "/api/invoices/{period}/{tenant}.xml", at={"period": period, "tenant": tenant}
        )

    def billing(self, *, tenant: str) -> dict[str, Any]:
        """Whom invoices are made out to."""
        found: dict[str, Any] = self._calls.json(
            "GET", "/api/tenants/{tenant}/billing", at={"tenant": tenant}
        )
        return found

    def set_billing(
        self,
        *,
        tenant: str,
        legal_name: str | None = None,
        vat: str | None = None,
        fiscal_code: str | None = None,
        street: str | None = None,
        postal_code: str | None = None,
        town: str | None = None,
        province: str | None = None,
        recipient: str | None = None,
        pec: str | None = None,
        split: str | None = None,
        regime: str | None = None,
        vat_nature: str | None = None,
        law: str | None = None,
    ) -> dict[str, Any]:
        """Enter it, all of it at once."""
        found: dict[str, Any] = self._calls.json(
            "PUT",
            "/api/tenants/{tenant}/billing",
            at={"tenant": tenant},
            body={
                "legal_name": legal_name,
                "vat": vat,
                "fiscal_code": fiscal_code,
                "street": street,
                "postal_code": postal_code,
                "town": town,
                "province": province,
                "recipient": recipient,
                "pec": pec,
                "split": split,
                "regime": regime,
                "vat_nature": vat_nature,
                "law": law,
            },
        )
        return found

    def set_order(
        self, *, tenant: str, contract: int, cig: str | None = None, cup: str | None = None
    ) -> None:
        """CIG and CUP of a contract."""
        self._calls.json(
            "PUT",
            "/api/tenants/{tenant}/billing/order",
            at={"tenant": tenant},
            body={"contract": contract, "cig": cig, "cup": cup},
        )
