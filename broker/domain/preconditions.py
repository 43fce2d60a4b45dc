"""What lacks of papers before a technician may intervene at a customer's: facts in, an ordered list out.

Requirements D-12: approval, identity, window and rules always block, and are judged elsewhere. Agreement,
matrix, confidentiality and training are told until a day per customer, then block; a sub-processor whom the
titolare was not told of, or objects to, blocks from the first day (L-32). Advice without access opens no
session and asks for none of this (L-20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from audit.paper_records import DutiesLacking
from broker.domain.category import Category, category_at
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.refusal import Refused, Why
from broker.domain.register import Matrix, Register

GRACE = timedelta(days=90)  # D-12: a house of six people must be able to begin on Monday


@dataclass(frozen=True, slots=True)
class Facts:
    """On `today`, a day of the customer's; `block` is the first day on which what lacks blocks."""

    category: Category
    dpa: bool
    matrix: bool
    confidentiality: bool
    training: bool
    subprocessor: bool  # the technician works for the vendor itself, or for one the titolare let in
    today: date
    block: date


@dataclass(frozen=True, slots=True)
class Lack:
    """`code` is what the refusal says where it `blocks`; else it is told, and printed in the report."""

    code: Why
    blocks: bool


def lacking(found: Facts) -> tuple[Lack, ...]:
    """In the order in which they are named: agreement, matrix, confidentiality, training, sub-processor."""
    late = found.today >= found.block
    told = (
        (found.dpa, Why.DPA_MISSING, late),
        (found.matrix or found.category == 1, Why.MATRIX_MISSING, late),
        (found.confidentiality, Why.CONFIDENTIALITY_MISSING, late),
        (found.training, Why.TRAINING_MISSING, late),
        (found.subprocessor, Why.SUBPROCESSOR_NOT_LISTED, True),
    )
    return tuple(Lack(code, blocks) for there, code, blocks in told if not there)


def demand(lacks: Sequence[Lack]) -> None:
    """Return, or refuse with the first that blocks."""
    for one in lacks:
        if one.blocks:
            raise Refused(one.code)


def told_record(request: str, found: Facts) -> DutiesLacking | None:
    """What the log says of a session that is opened although papers lack; None where none does."""
    lacks = lacking(found)
    if not lacks:
        return None
    return DutiesLacking(request, tuple(one.code.value for one in lacks), found.block.isoformat())


def block_day(customer: Tenant, register: Register) -> date:
    """From which on what lacks blocks there: the day that was set, or the grace of a new customer's."""
    return register.block or day_of(customer.opened, customer.zone) + GRACE


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a customer, beside its requests. `block`: the first day on which papers that lack block."""

    block: date = date.max
    category: Category = 2
    matrix: Matrix = field(default_factory=Matrix)


def terms(customer: Tenant, register: Register, at: datetime) -> Terms:
    return Terms(block_day(customer, register), category_at(register.categories, at), register.matrix)


def of_customer(customer: Tenant, register: Register, at: datetime) -> Facts:
    """What the customer's own log says: as if its technician lacked nothing."""
    today = day_of(at, customer.zone)
    return Facts(
        category=category_at(register.categories, at),
        dpa=register.has("dpa", today),
        matrix=register.matrix.whole,
        confidentiality=True,
        training=True,
        subprocessor=True,
        today=today,
        block=block_day(customer, register),
    )


def facts(customer: Tenant, register: Register, house: Register, technician: str, at: datetime) -> Facts:
    """What the customer's log and the vendor's say of that technician at that moment."""
    known = of_customer(customer, register, at)
    employer = house.employers.get(technician)
    listed = None if employer is None else register.subprocessors.get(employer)
    return replace(
        known,
        confidentiality=house.has("confidentiality", known.today, technician),
        training=house.has("training", known.today, technician),
        subprocessor=employer is None or (listed is not None and listed.counts(known.today)),
    )
