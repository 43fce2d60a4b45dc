"""Whoever is on the other side of a contest hears that something was written in it, or that it was closed."""

from __future__ import annotations

from datetime import timedelta

from broker.domain.contest import Contest
from broker.domain.people import CUSTOMER_ROLES, HOUSE_ROLES, Who
from broker.store import estate, outbox, people
from broker.store.tx import Tx

NOT_WITHIN = timedelta(hours=1)  # ten words in a row are one letter: the page shows them all


async def tell_contest(
    tx: Tx, who: Who, contest: str, before: Contest | None, *, closed: bool = False
) -> None:
    """In the transaction of the word. `before`: the thread until then, None for its first word.

    Of the vendor the owner hears of it, and whoever wrote in it; of the customer the titolari, and whoever wrote.
    """
    letter = "contest_closed" if closed else "contest_word"
    told = await outbox.paged_since(tx.work, tx.tenant, letter, contest, tx.at - NOT_WITHIN)
    wrote = () if before is None else before.turns
    if who.house:
        asked = [one.id for one in await people.tenant_people(tx.work, tx.tenant, role="titolare")]
        asked += [turn.by for turn in wrote if turn.role in CUSTOMER_ROLES]
    else:
        house = await estate.house(tx.work)
        assert house is not None  # whose customer contests has one
        asked = [one.id for one in await people.tenant_people(tx.work, house.id, role="owner")]
        asked += [turn.by for turn in wrote if turn.role in HOUSE_ROLES]
    await outbox.page(tx, letter, (one for one in asked if one not in told), about=contest, by=who.person)
