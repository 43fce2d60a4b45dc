"""What an order proves about the tenant's log: its head, and the leaves in its tree."""

from __future__ import annotations

from agent.order import LeafProof, OpenOrder
from agent.refusal import No
from audit import checkpoint, merkle, witness
from audit.errors import BadSignature, Malformed
from audit.leaf import Leaf
from audit.note import VerifierKey


def order_head(log: VerifierKey, order: OpenOrder, held: witness.Head | None) -> witness.Head:
    """The order's head, if it grew from the one this host cosigned last."""
    try:
        new = checkpoint.open_checkpoint(order.checkpoint, log)
    except (BadSignature, Malformed) as wrong:
        raise No("log_unproven", str(wrong)) from wrong
    if held is not None and (new.size, new.root) == (held.size, held.root):
        return held  # cosigned already, when it came by itself
    found = witness.accept(
        held,
        log.name,
        order.checkpoint,
        order.old_size,
        order.consistency,
        log,
    )
    if isinstance(found, witness.HeadRefused):
        raise No(
            "log_forked" if found.reason == "fork" else "log_unproven", f"the head is refused: {found.reason}"
        )
    return found


def leaf(proof: LeafProof, head: witness.Head, tenant: str) -> Leaf:
    """A record that is in the tree of that head, in its own place."""
    hashed = merkle.leaf_hash(proof.leaf)
    if not merkle.check_inclusion(hashed, proof.index, head.size, proof.proof, head.root):
        raise No("log_unproven", "a leaf is not in the tree of the head")
    try:
        found = Leaf.parse(proof.leaf)
    except Malformed as wrong:
        raise No("log_unproven", str(wrong)) from wrong
    if found.tenant != tenant or found.n != proof.index:
        raise No("log_unproven", "a leaf of another tenant or place")
    return found
