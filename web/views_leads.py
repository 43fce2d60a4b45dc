"""What the pages of leads need: the public form, and the owner's list."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Option, Slip, State


@dataclass(frozen=True, slots=True)
class Contact:
    """`vendor` is whom one asks; `sent` once it came in. `stays` says how long it is kept."""

    vendor: str
    plans: tuple[Option, ...]
    notice: tuple[str, ...]
    sent: bool = False
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class LeadRow:
    """All of it but `when` and `state` is a stranger's words."""

    name: str
    line: str
    email: str
    text: str
    when: str
    state: State
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Leads:
    address: str
    stays: str
    rows: tuple[LeadRow, ...]
