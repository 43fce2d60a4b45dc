"""A genuine bundle taken apart and put together again is the same; what was signed anew is a lawful log."""

from __future__ import annotations

import pytest

from audit import bundle
from audit.approvers import Approvers
from audit.verify import verify
from tests.audit.verdicts import honest
from web.demo.attack.books import Books, opened


def packed() -> bytes:
    return bundle.pack(honest().entries())


@pytest.fixture
def books() -> Books:
    return opened(packed())


def test_the_same_parts_give_the_same_bundle(books: Books) -> None:
    assert books.pack() == packed()


def test_signed_anew_it_is_still_sound(books: Books) -> None:
    verdict = verify(books.signed(honest().log_key).pack(), trust=honest().trust()).verdict
    assert verdict.sound, verdict.findings


def test_without_a_record_all_that_follows_moves_up(books: Books) -> None:
    first = books.find("login.succeeded")[0]
    fewer = books.without([first.n])
    assert [leaf.n for leaf in fewer.leaves] == list(range(len(books.leaves) - 1))
    assert len(fewer.openings) == len(books.openings)
    request, moved = books.find("request.opened")[0], fewer.find("request.opened")[0]
    assert moved.n == request.n - 1
    assert fewer.openings[moved.n] == books.openings[request.n]
    given, after = books.find("approval.given")[0], fewer.find("approval.given")[0]
    assert after.refs == tuple(ref - 1 for ref in given.refs)


def test_what_no_record_names_is_left_out_of_the_bundle(books: Books) -> None:
    given = books.find("approval.given")[0]
    digest = given.evidence[0].sha256
    files = bundle.unpack(books.without([given.n]).pack())
    assert f"evidence/{digest}" in bundle.unpack(packed())
    assert f"evidence/{digest}" not in files


def test_other_evidence_bears_its_own_digest(books: Books) -> None:
    given = books.find("approval.given")[0]
    changed = books.prove(given, "assertion", b"{}")
    assert changed.proof(changed.leaves[given.n], "assertion") == b"{}"
    assert books.proof(given, "assertion") != b"{}"


def test_statements_are_read_with_their_signatures(books: Books) -> None:
    (signed,) = books.statements("approvers.changed")
    approvers = Approvers.parse(signed.statement)
    by = approvers.by_credential(signed.credential)
    assert by is not None
    signed.check(approvers.signing, by.public_key)
