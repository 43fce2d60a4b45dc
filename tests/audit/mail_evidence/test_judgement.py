"""What a judgement says of itself."""

from __future__ import annotations

from audit.mail_evidence.codes import CODES, Level, Transport
from audit.mail_evidence.judgement import Judgement

GOOD = Judgement(Level.E1, "dkim_aligned", ("dkim_aligned",), Transport.ORDINARY, None)


def test_c08_the_same_mail_again() -> None:
    """C-08: the second one is a duplicate, whatever the first was."""
    again = GOOD.repeated()
    assert (again.code, again.reasons, again.level) == ("duplicate", ("duplicate", "dkim_aligned"), Level.E1)
    assert GOOD.accepted
    assert not again.accepted


def test_c07_below_the_minimum_it_stays_pending() -> None:
    """C-07."""
    low = Judgement(Level.E1, "dkim_aligned", ("dkim_aligned", "below_minimum"), Transport.ORDINARY, None)
    assert not low.accepted
    assert low.sentences() == (CODES["dkim_aligned"], CODES["below_minimum"])
