"""Work outside a session: what a technician may type of it, and until when (S-45, S-46).

Who asked may be anybody of the customer, his staff too: nothing is accessed, so nothing has to be authorised.
What it costs is `audit.billing`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, get_args

from audit.charging import Stretch
from audit.month_charges import MOST_TYPED
from broker.domain.instants import day_of
from broker.domain.refusal import Refused, Why

Asker = Literal["titolare", "ads", "staff"]
Means = Literal["mail", "phone", "visit", "other"]
ASKERS: tuple[Asker, ...] = get_args(Asker)
MEANS: tuple[Means, ...] = get_args(Means)

MAX_DESCRIPTION = 500


def typed(began: datetime, minutes: int, at: datetime, zone: str) -> Stretch:
    """Work outside a session, typed on the local day on which it ended: later nobody remembers (S-45)."""
    if not 0 < minutes <= MOST_TYPED:
        raise Refused(Why.BAD_INPUT, field="minutes")
    ended = began + timedelta(minutes=minutes)
    if ended > at:
        raise Refused(Why.BAD_INPUT, field="began")
    last = ended - timedelta(milliseconds=1)  # work up to midnight is of the day that it closes
    if day_of(last, zone) != day_of(at, zone):
        raise Refused(Why.NOT_SAME_DAY)
    return began, ended
