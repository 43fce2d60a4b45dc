"""Somebody who is no customer yet asks about a plan (S-54): a lead, no incident, and no clock runs.

No fact of any customer's log: it lies on the vendor's own list, bounded, until its time is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.domain.email_address import read_email
from broker.domain.plans import PLANS
from broker.domain.refusal import Refused, Why
from broker.domain.texts import cover, written

STAY = timedelta(days=365)  # what the page promises
MOST = 500  # kept at once; whoever leads a vendor answers a few a week
MOST_FROM = 3  # from one address in fifteen minutes
MOST_OF_ALL = 30  # from everywhere, in the same time
MAX_NAME = 120
MAX_PHONE = 40
MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class LeadForm:
    """What was typed; `phone`, `company` and `text` may be empty, `plan` too: whoever asks does not know."""

    name: str
    email: str
    company: str = ""
    phone: str = ""
    plan: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SalesLead:
    """`answered` once somebody of the vendor said so."""

    id: str
    came: datetime
    form: LeadForm
    answered: datetime | None = None


def read(form: LeadForm) -> LeadForm:
    """Each in its one form; `bad_input` names the field."""
    if form.plan and form.plan not in PLANS:
        raise Refused(Why.BAD_INPUT, field="plan")
    text, _ = cover(written(form.text, "text", MAX_TEXT))
    return LeadForm(
        _line(form.name, "name", MAX_NAME, needed=True),
        read_email(form.email),
        _line(form.company, "company", MAX_NAME),
        _line(form.phone, "phone", MAX_PHONE),
        form.plan,
        text,
    )


def _line(text: str, field: str, most: int, *, needed: bool = False) -> str:
    found = " ".join(text.split())
    if len(found) > most or not found.isprintable() or (needed and not found):
        raise Refused(Why.BAD_INPUT, field=field)
    return found
