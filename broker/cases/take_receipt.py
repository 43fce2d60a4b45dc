"""A receipt for one of our letters came by mail: it moves the letter on, whatever came before it."""

from __future__ import annotations

from dataclasses import replace

from audit.post_records import LetterReceipted
from audit.record import BROKER
from broker.cases.hand_letter_over import tell_owners, write_sent
from broker.domain.dispatch import Dispatch, Receipt
from broker.store import dispatches
from broker.store.tx import Tx


async def take_receipt(tx: Tx, receipt: Receipt, one: Dispatch, mail: int) -> Dispatch:
    """In the transaction that records the mail, whose leaf is `mail`. Of a receipt known already nothing changes,
    and no further record is made."""
    now = await dispatches.load(tx.work, one.tenant, one.id)
    if receipt.kind in now.receipts:
        return now
    if now.handed in {"waiting", "sending"}:
        # Quicker than whoever handed it over, or he died: that it went is certain only from here on.
        now = await write_sent(tx, now, "uncertain")
    if now.handed == "not_taken":
        now = replace(now, handed="uncertain", sent=tx.at)
    await tx.append(LetterReceipted(now.id, receipt.kind), actor=BROKER, refs=(mail,))
    after = replace(now, receipts=now.receipts | {receipt.kind})
    await dispatches.keep(tx, after)
    if after.state in {"undelivered", "refused"} and after.state != now.state:
        await tell_owners(tx)
    tx.announce("post", now.id)
    return after
