"""Italian codes of firms and people, by their check signs: partita IVA and codice fiscale."""

from __future__ import annotations

import re

_VAT = re.compile(r"[0-9]{11}")
_TAX = re.compile(r"[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]")
# Of signs in odd places (DM 23/12/1976, art. 8); those in even places count as digits and letters do.
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def is_vat_number(text: str) -> bool:
    """A partita IVA: eleven digits, the last of which is that of Luhn. A firm's codice fiscale is one too.

    >>> is_vat_number("00743110157"), is_vat_number("00743110158")
    (True, False)
    """
    if not _VAT.fullmatch(text) or text == "0" * 11:
        return False
    doubled = (sum(divmod(int(sign) * 2, 10)) for sign in text[1::2])
    return (sum(int(sign) for sign in text[::2]) + sum(doubled)) % 10 == 0


def is_tax_code(text: str) -> bool:
    """A person's codice fiscale, in capitals; digits may be the letters that stand for them where two are alike.

    >>> is_tax_code("RSSMRA85T10A562S"), is_tax_code("RSSMRA85T10A562T")
    (True, False)
    """
    if not _TAX.fullmatch(text):
        return False
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in text[:15]]
    total = sum(_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(total % 26 + ord("A")) == text[15]
