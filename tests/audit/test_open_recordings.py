"""Opening judges each segment by its leaf: nothing is shown that was not recorded."""

from __future__ import annotations

import pytest

from audit import recording as rec
from audit.errors import BadSignature, Malformed
from audit.open_recordings import open_one, open_recordings
from audit.recording_segment import output_of
from tests.audit.recorded import CHANNEL, OUTPUT, identity, recorded_session, sealed


def files() -> dict[str, bytes]:
    return recorded_session().entries()


def test_all_of_it_in_order() -> None:
    [found] = open_recordings(files(), identity()[0])
    assert (found.recording, found.erased) == (CHANNEL, False)
    kept = output_of(found.pieces)
    assert kept.startswith(OUTPUT[0])
    assert kept.endswith(OUTPUT[2])


def test_a_segment_in_the_place_of_another_or_missing_or_made_anew() -> None:
    first, second = rec.segment_name(CHANNEL, 0), rec.segment_name(CHANNEL, 1)
    for change, wrong in (
        ({second: files()[first]}, BadSignature),
        ({second: sealed(b"invented")}, BadSignature),
    ):
        with pytest.raises(wrong):
            open_one(files() | change, CHANNEL, identity()[0])
    for gone in (second, rec.entries_name(CHANNEL)):
        some = files()
        del some[gone]
        with pytest.raises(Malformed):
            open_one(some, CHANNEL, identity()[0])
