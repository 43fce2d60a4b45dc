"""What a receipt of certified mail says of the letter it is for (DPR 68/2005, technical rules of 2 November 2005)."""

from __future__ import annotations

from audit.mail_evidence.codes import Transport
from audit.mail_evidence.judgement import Judgement
from broker.domain.dispatch import Certified, Receipt

# The receipt's kind in `daticert.xml`. `presa-in-carico` passes between providers and says nothing yet;
# a virus found is told by the non-acceptance or the delivery error that goes with it.
_KINDS: dict[str, Certified] = {
    "accettazione": "accepted",
    "non-accettazione": "refused",
    "avvenuta-consegna": "delivered",
    "errore-consegna": "undelivered",
    "preavviso-errore-consegna": "late",
}


def receipt(judged: Judgement) -> Receipt | None:
    """None for whatever no provider signed: headers and file names prove nothing (C-11)."""
    certified = judged.claims.certified
    if judged.transport is not Transport.RECEIPT or certified is None or "pec_partial" in judged.reasons:
        return None
    kind = _KINDS.get(certified.kind)
    return None if kind is None or not certified.message_id else Receipt(kind, certified.message_id)
