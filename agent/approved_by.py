"""Who approved, for the person at the desk: the role from our own pins, the name from what the log commits to.

The pins hold pseudonyms. A name is an opening; it counts only if it opens the commitment of the
`person.admitted` leaf of that pseudonym, in the tree of the order's own head. Where it was erased, role
and pseudonym remain.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.admitted import ApprovedBy
from agent.log_proof import leaf
from agent.order import NameProof
from agent.refusal import No
from audit.approvers import Approver
from audit.person_records import PersonAdmitted
from audit.witness import Head


def approved_by(
    approvers: Sequence[Approver], names: Sequence[NameProof], head: Head, tenant: str
) -> tuple[ApprovedBy, ...]:
    """Of the pinned approvers who said yes; refused with the first name that is not the one in the log."""
    known: dict[str, str] = {}
    for shown in names:
        person, name = _proved(shown, head, tenant)
        if known.setdefault(person, name) != name:
            raise No("texts_differ", "one approver was shown under two names")
    return tuple(ApprovedBy(one.person, one.role, known.get(one.person)) for one in approvers)


def _proved(shown: NameProof, head: Head, tenant: str) -> tuple[str, str]:
    found = leaf(shown.admitted, head, tenant)
    if found.sealed is None or not shown.opening.opens(found.sealed):
        raise No("texts_differ", "an approver's name does not open its commitment")
    match found.record, shown.opening.data:
        case PersonAdmitted(person=person), {"name": str(name)}:
            return person, name
        case _:
            raise No("texts_differ", "what was shown is no approver's name")
