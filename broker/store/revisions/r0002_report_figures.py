"""A report's row says how many sessions it tells of and their minutes: lists show them without reading its text."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("sessions", "minutes"):
        op.add_column("reports", sa.Column(name, sa.Integer(), nullable=True))
    names = ("tenant", "number", "json", "sessions", "minutes")
    reports = sa.table("reports", *map(sa.column, names))
    which = (reports.c.tenant, reports.c.number)
    for tenant, number in op.get_bind().execute(sa.select(*which)).all():
        this = sa.and_(reports.c.tenant == tenant, reports.c.number == number)
        text = op.get_bind().scalar(sa.select(reports.c.json).where(this))  # one at a time: they are big
        if text:  # not erased
            told = json.loads(bytes(text))
            figures = {"sessions": len(told["sessions"]), "minutes": told["totals"]["minutes"]}
            op.get_bind().execute(sa.update(reports).where(this).values(**figures))
