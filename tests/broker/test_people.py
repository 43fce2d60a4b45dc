"""Who may do what: the whole table, role by action, and that other tenants do not exist."""

from __future__ import annotations

import pytest

from broker.domain.people import (
    ALL_ROLES,
    APPROVING_ROLES,
    CUSTOMER_ROLES,
    HOUSE_ROLES,
    MAY,
    Action,
    Role,
    Who,
    admissible,
    lets_in,
    require,
)  # fmt: skip
from broker.domain.refusal import Refused, Why

SIGNING = {
    Action.REGISTER_SIGNING_KEY,
    Action.CHANGE_APPROVERS,
    Action.CHANGE_POLICY,
    Action.SIGN_ENROLMENT,
    Action.APPROVE,
    Action.REFUSE,
    Action.REVOKE_APPROVAL,
}


def who(role: Role) -> Who:
    return Who("p-1", "t-house" if role in HOUSE_ROLES else "t-1", role, "X", "192.0.2.1", "passkey")


def answer(role: Role, action: Action, tenant: str) -> Why | None:
    try:
        require(who(role), action, tenant)
    except Refused as no:
        return no.why
    return None


def test_every_action_is_in_the_table() -> None:
    assert set(MAY) == set(Action)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", sorted(ALL_ROLES))
def test_the_table_is_the_law(role: Role, action: Action) -> None:
    allowed = None if role in MAY[action] else Why.NOT_ALLOWED
    assert answer(role, action, "t-1") is allowed
    other = Why.NOT_FOUND if role in CUSTOMER_ROLES else allowed
    assert answer(role, action, "t-2") is other


@pytest.mark.parametrize("action", sorted(SIGNING))
def test_nobody_of_the_house_signs_anything(action: Action) -> None:
    assert not MAY[action] & HOUSE_ROLES


def test_who_asks_is_never_who_approves() -> None:
    assert not MAY[Action.ASK] & MAY[Action.APPROVE]
    assert not MAY[Action.ACTIVATE] & MAY[Action.APPROVE]


def test_live_content_is_for_the_customer_alone() -> None:
    assert MAY[Action.WATCH] == APPROVING_ROLES | {"auditor"}
    assert not MAY[Action.WATCH] & HOUSE_ROLES


def test_an_auditor_reads_and_does_nothing_else() -> None:
    own = {Action.SET_PASSWORD, Action.ADD_PASSKEY, Action.KEEP_CALENDAR, Action.WATCH}  # he looks on
    may = {action for action, roles in MAY.items() if "auditor" in roles}
    assert {action for action in may - own if not action.startswith(("see_", "read_"))} == set()
    assert Action.SEE_QUEUE not in may


def test_roles_belong_to_their_kind_of_tenant() -> None:
    for kind, roles in (("house", HOUSE_ROLES), ("customer", CUSTOMER_ROLES)):
        for role in sorted(ALL_ROLES):
            if role in roles - {"auditor"}:
                admissible(who("owner"), kind, role, led=False)
            else:
                with pytest.raises(Refused) as no:
                    admissible(who("owner"), kind, role, led=False)
                assert no.value.why is Why.BAD_INPUT


@pytest.mark.parametrize("role", sorted(CUSTOMER_ROLES))
def test_a_customer_that_has_its_titolare_is_let_in_by_him_alone(role: Role) -> None:
    """A second titolare included: who names the titolare of a customer is the customer."""
    admissible(who("titolare"), "customer", role, led=True)
    lets_in(who("titolare"), "customer", led=True)
    for doing in (
        lambda: admissible(who("owner"), "customer", role, led=True),
        lambda: lets_in(who("owner"), "customer", led=True),
    ):
        with pytest.raises(Refused) as no:
            doing()
        assert no.value.why is Why.TITOLARE_ADMITS
    lets_in(who("owner"), "house", led=False)
