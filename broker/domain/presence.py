"""*Sono qui*: whoever has the supervision says every twenty minutes that he is there (U-15).

His page answers the host by itself; a page in an empty room would do so too. So the broker passes its answers on no
longer once he was asked in vain, and the host does what it does when nobody watches (D-06).
"""

from __future__ import annotations

from datetime import datetime, timedelta

EVERY = timedelta(minutes=20)
GRACE = timedelta(minutes=2)  # to come back to the desk
AT_MOST = timedelta(minutes=1)  # a confirmation sooner after the last one says nothing new


def due(started: datetime, said: datetime) -> datetime:
    """By when he is to say it: `said` is when he last did, or took the supervision."""
    return max(started, said) + EVERY


def away(due_at: datetime, at: datetime) -> bool:
    """Asked in vain."""
    return at > due_at + GRACE
