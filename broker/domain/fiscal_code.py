"""The numbers by which Italy knows people and bodies: codice fiscale and partita IVA, in their one form (C-26).

Whether the number was ever given to anybody only the tax office knows; its form and its check sign are here
(decree of 23 December 1976; of eleven digits the last is by the rule of Luhn).
"""

from __future__ import annotations

import re
from string import ascii_uppercase, digits

from broker.domain.refusal import Refused, Why

# Where a digit stands, a letter may stand for it: two people else with the same number (omocodia).
_DIGIT = f"[{digits}LMNPQRSTUV]"
_PERSON = re.compile(
    rf"[A-Z]{{6}}{_DIGIT}{{2}}[ABCDEHLMPRST]({_DIGIT}{{2}})[A-Z]{_DIGIT}{{3}}[A-Z]", re.ASCII
)
_PLAIN = str.maketrans("LMNPQRSTUV", digits)
# What a sign counts in an odd place, the first being odd: digits, then letters. In an even place, what it is.
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_ODD_LETTERS = (*_ODD, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def person_number(text: str, field: str = "fiscal_code") -> str:
    """A natural person's, sixteen signs in capitals; `bad_input` for what cannot be one."""
    found = "".join(text.split()).upper()
    parts = _PERSON.fullmatch(found)
    if parts is None or found[-1] != _check_sign(found[:-1]):
        raise Refused(Why.BAD_INPUT, field=field)
    day = int(parts[1].translate(_PLAIN))
    if not (1 <= day <= 31 or 41 <= day <= 71):  # forty more for a woman
        raise Refused(Why.BAD_INPUT, field=field)
    return found


def body_number(text: str, field: str = "vat") -> str:
    """A body's codice fiscale or anybody's partita IVA: eleven digits; `IT` before it is left out."""
    found = "".join(text.split()).upper().removeprefix("IT")
    if not re.fullmatch(r"[0-9]{11}", found) or found == "0" * 11 or not _luhn(found):
        raise Refused(Why.BAD_INPUT, field=field)
    return found


def masked(number: str) -> str:
    """As lists show it: ``RSSMRA…``, of eleven digits the first three."""
    return "" if not number else f"{number[: 6 if number[0].isalpha() else 3]}…"


def _check_sign(fifteen: str) -> str:
    odd = sum(_ODD[int(sign)] if sign.isdigit() else _ODD_LETTERS[_place(sign)] for sign in fifteen[::2])
    even = sum(int(sign) if sign.isdigit() else _place(sign) for sign in fifteen[1::2])
    return ascii_uppercase[(odd + even) % 26]


def _place(letter: str) -> int:
    return ascii_uppercase.index(letter)


def _luhn(eleven: str) -> bool:
    doubled = [sum(divmod(2 * int(sign), 10)) for sign in eleven[1::2]]
    return (sum(int(sign) for sign in eleven[::2]) + sum(doubled)) % 10 == 0
