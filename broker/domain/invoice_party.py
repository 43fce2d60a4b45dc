"""Whom an invoice is made out to, and who makes it: what the owner enters of a customer and of the house (C-29).

Kept among the tenant's details, where street, town and number stand already; no fact of the log, as a name in a
list is none. Numbers are judged by their form: whether they exist only the tax office knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from broker.domain.email_address import read_email
from broker.domain.fiscal_code import body_number, person_number
from broker.domain.refusal import Refused, Why
from broker.domain.texts import written

NO_RECIPIENT = "0000000"  # by certified mail, or left in the customer's own box at the tax office
# RegimeFiscale and Natura as the specification of FatturaPA 1.2.x lists them.
REGIMES = ("RF01", "RF02", *(f"RF{n:02d}" for n in range(4, 21)))
NATURES = (
    "N1", "N2.1", "N2.2", "N3.1", "N3.2", "N3.3", "N3.4", "N3.5", "N3.6", "N4", "N5", "N6.1", "N6.2", "N6.3", "N6.4",
    "N6.5", "N6.6", "N6.7", "N6.8", "N6.9", "N7",
)  # fmt: skip
_POSTAL = re.compile(r"[0-9]{5}")
_PROVINCE = re.compile(r"[A-Z]{2}")
_RECIPIENT = re.compile(r"[A-Z0-9]{6,7}")
_CIG = re.compile(r"[A-Z0-9]{10}")
_CUP = re.compile(r"[A-Z][0-9]{2}[A-Z][0-9]{11}")


def _coded(form: re.Pattern[str], field: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = "".join(text.split()).upper()
        if not form.fullmatch(found):
            raise Refused(Why.BAD_INPUT, field=field)
        return found

    return read


def _text(field: str, most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = written(text, field, most)
        if not found.isprintable():
            raise Refused(Why.BAD_INPUT, field=field)
        return found

    return read


def _one_of(known: tuple[str, ...], field: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise Refused(Why.BAD_INPUT, field=field)
        return text

    return read


def fiscal_code(text: str) -> str:
    """Of a person sixteen signs, of a body eleven digits."""
    person = len("".join(text.split())) == 16
    return person_number(text) if person else body_number(text, "fiscal_code")


def known_by(text: str) -> str:
    """A partita IVA, or the codice fiscale of a person without one."""
    person = len("".join(text.split())) == 16
    return person_number(text, "vat_number") if person else body_number(text)


def _pec(text: str) -> str:
    try:
        return read_email(text)
    except Refused:
        raise Refused(Why.BAD_INPUT, field="pec") from None


cig = _coded(_CIG, "cig")
cup = _coded(_CUP, "cup")
postal_code = _coded(_POSTAL, "postal_code")
province = _coded(_PROVINCE, "province")
recipient = _coded(_RECIPIENT, "recipient")
FIELDS: dict[str, Callable[[str], str]] = {
    "legal_name": _text("legal_name", 80),
    "vat": known_by,
    "fiscal_code": fiscal_code,
    "street": _text("street", 60),
    "postal_code": postal_code,
    "town": _text("town", 60),
    "province": province,
    "recipient": recipient,
    "pec": _pec,
    "split": _one_of(("yes",), "split"),
}
OF_HOUSE: dict[str, Callable[[str], str]] = {
    "regime": _one_of(REGIMES, "regime"),
    "vat_nature": _one_of(NATURES, "vat_nature"),
    "law": _text("law", 100),
}
# What else comes with a new customer was never bounded so, and is not now.
_AT_OPENING = ("legal_name", "fiscal_code", "postal_code", "province", "recipient", "split")


def read(entered: Mapping[str, str], *, house: bool = False) -> dict[str, str]:
    """Every field of the form in its one spelling, empty where nothing was typed; `Refused` naming the first wrong one."""
    forms = FIELDS | (OF_HOUSE if house else {})
    return {
        name: form(text) if (text := entered.get(name, "").strip()) else "" for name, form in forms.items()
    }


def at_opening(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details of a new customer, with those that invoices ask for in their one spelling."""
    given = {name: str(details[name]) for name in _AT_OPENING if details.get(name)}
    return {**details, **{name: FIELDS[name](text) for name, text in given.items()}}


def order_keys(contract: int) -> tuple[str, str]:
    """Where the CIG and the CUP of a contract stand among the details."""
    return f"cig.{contract}", f"cup.{contract}"


@dataclass(frozen=True, slots=True)
class Party:
    """As entered; empty where nothing was. `orders`: CIG and CUP by contract."""

    name: str
    vat: str = ""
    fiscal_code: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    province: str = ""
    recipient: str = ""
    pec: str = ""
    split: bool = False
    regime: str = "RF01"
    vat_nature: str = ""
    law: str = ""
    orders: Mapping[int, tuple[str, str]] | None = None

    @property
    def public(self) -> bool:
        """A public body's office has a code of six signs; whoever else has one of seven."""
        return len(self.recipient) == 6

    def order(self, contract: int) -> tuple[str, str]:
        return (self.orders or {}).get(contract, ("", ""))

    def lacks(self) -> tuple[str, ...]:
        """What a FatturaPA of or to it cannot do without, by the name of its field."""
        needed = ("street", "postal_code", "town")
        found = [name for name in needed if not getattr(self, name)]
        if not self.vat and not self.fiscal_code:
            found.insert(0, "vat_number")
        return tuple(found)


def party(name: str, details: Mapping[str, Any]) -> Party:
    """Of a tenant called `name`; numbers that were entered before they were judged, and are none, are left out."""

    def said(key: str) -> str:
        value = details.get(key, "")
        return value if isinstance(value, str) else ""

    orders: dict[int, tuple[str, str]] = {}
    for key in details:
        kind, _, number = key.partition(".")
        if kind in ("cig", "cup") and number.isdecimal():
            orders[int(number)] = tuple(said(one) for one in order_keys(int(number)))  # type: ignore[assignment]
    vat, code = _or_none(known_by, said("vat")), _or_none(fiscal_code, said("fiscal_code"))
    if len(vat) == 16:  # a person's, who has no other number
        vat, code = "", code or vat
    return Party(
        name=said("legal_name") or name,
        vat=vat,
        fiscal_code=code,
        street=said("street"),
        postal_code=_or_none(postal_code, said("postal_code")),
        town=said("town"),
        province=_or_none(province, said("province")),
        recipient=_or_none(recipient, said("recipient")),
        pec=_or_none(read_email, said("pec")),
        split=said("split") == "yes",
        regime=said("regime") or "RF01",
        vat_nature=said("vat_nature"),
        law=said("law"),
        orders=orders,
    )


def _or_none(form: Callable[[str], str], text: str) -> str:
    try:
        return form(text) if text else ""
    except Refused:
        return ""
