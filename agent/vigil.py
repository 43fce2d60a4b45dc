"""Whether the chosen watcher watches: calls to his page, what it answered, and since when it is silent. Pure.

The page's key was endorsed by a check-in that this host has judged; chance is the host's own, so the broker
can keep an answer back for a while, and can neither make one nor keep one for later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audit.check_in import CheckIn
from audit.errors import BadSignature
from audit.keys import PublicKey
from audit.watch import NONCE_BYTES, Call

LOST_S = 120.0  # D-06; a machine may be told to wait for less, never for more
FIRST_S = 20.0  # so long whoever enters waits for the first answer: a channel's pass is good for 30 s


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: a page is lost when nothing of it has counted for `lost_s`; the rest follows from it."""

    lost_s: float = LOST_S

    @property
    def call_every_s(self) -> float:
        return self.lost_s / 6

    @property
    def good_for_s(self) -> float:
        """An answer that comes later than this after its call does not count."""
        return self.lost_s / 3


class Vigil:
    """Of one session. Times are of the boot clock; `octets` gives that many bytes of chance."""

    def __init__(self, check_in: CheckIn, pace: Pace, boot_s: float, octets: Callable[[int], bytes]) -> None:
        self.check_in = check_in
        self.answered = False  # ever
        self.began_s = boot_s
        self._pace = pace
        self._octets = octets
        self._heard_s = boot_s
        self._called_s: float | None = None
        self._n = 0
        self._open: dict[int, tuple[Call, float]] = {}

    def take_over(self, check_in: CheckIn) -> None:
        """Another page of the watcher's: the one before counts no more, and the new one is called at once."""
        self.check_in = check_in
        self._open.clear()
        self._called_s = None

    def next_call(self, boot_s: float) -> Call | None:
        """The call that is due, to be sent now."""
        if self._called_s is not None and boot_s < self._called_s + self._pace.call_every_s:
            return None
        self._n += 1
        self._called_s = boot_s
        call = Call(self.check_in.digest, self._n, self._octets(NONCE_BYTES))
        self._open = {n: (c, at) for n, (c, at) in self._open.items() if self._good(at, boot_s)}
        self._open[call.n] = call, boot_s
        return call

    def answer(self, n: int, signature: bytes, boot_s: float) -> bool:
        """Whether it counts. A call is answered once, rightly or not, and closes the earlier ones."""
        call, called_s = self._open.pop(n, (None, 0.0))
        if call is None or not self._good(called_s, boot_s):
            return False
        try:
            PublicKey.parse(self.check_in.page_key).check(signature, call.message)
        except BadSignature:
            return False
        self._open = {m: one for m, one in self._open.items() if m > n}
        self._heard_s = max(self._heard_s, called_s)  # the page was there then; of later nobody knows
        self.answered = True
        return True

    def _good(self, called_s: float, boot_s: float) -> bool:
        return boot_s - called_s < self._pace.good_for_s

    def lost(self, boot_s: float) -> bool:
        return boot_s >= self._heard_s + self._pace.lost_s

    def late(self, boot_s: float) -> bool:
        """No answer yet, and whoever waits to enter has waited long enough."""
        return not self.answered and boot_s >= self.began_s + FIRST_S

    def next_deadline_s(self) -> float:
        """When a call is due; silence is seen at a call, which comes more often."""
        return 0.0 if self._called_s is None else self._called_s + self._pace.call_every_s
