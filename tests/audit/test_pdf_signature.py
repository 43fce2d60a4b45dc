"""The PDF's own signature and attachment, with the extra and without it."""

from __future__ import annotations

import io
import logging
import sys
import tracemalloc
from datetime import UTC, datetime
from functools import cache

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper

from audit import bundle
from audit.pdf_signature import Signer, judge_pdf
from audit.verify import verify
from tests.audit.tokens import tsa
from tests.audit.world import busy_month, report_ca, signed_pdf

DATA = b'{"v":1}'


@cache
def pdf() -> bytes:
    return signed_pdf(DATA)


def test_signed_under_the_pinned_authority() -> None:
    found = judge_pdf(pdf(), DATA, report_ca()[1])
    assert (found.signer, found.attached) == (Signer.KNOWN, True)


def lasting(pdf: bytes, name: str = "Marche di prova") -> bytes:
    """With a timestamp of that authority over all of it."""
    out = io.BytesIO()
    authority = DummyTimeStamper(tsa(name).signer, tsa(name).key, fixed_dt=datetime(2026, 12, 1, tzinfo=UTC))
    stamper = PdfTimeStamper(authority, "Marca")
    stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out)
    return out.getvalue()


def test_a_timestamp_over_all_of_it_may_follow() -> None:
    """PAdES B-LTA; whose the timestamp is matters where an authority is pinned."""
    for pinned in (None, tsa().pem):
        assert judge_pdf(lasting(pdf()), DATA, report_ca()[1], pinned).signer is Signer.KNOWN
    found = judge_pdf(lasting(pdf(), "Altre marche"), DATA, report_ca()[1], tsa().pem)
    assert (found.signer, found.why) == (Signer.UNREADABLE, "its timestamp is not of the pinned authority")


def test_nothing_may_follow_that_timestamp_nor_come_between() -> None:
    found = judge_pdf(lasting(pdf()) + b"\n% more\n", DATA, report_ca()[1])
    assert (found.signer, found.why) == (Signer.UNREADABLE, "its timestamp does not cover the whole file")
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf())), io.BytesIO()
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    writer.write(out)
    found = judge_pdf(lasting(out.getvalue()), DATA, report_ca()[1])
    assert (found.signer, found.why) == (Signer.UNREADABLE, "the signature does not cover the whole file")


def test_signed_by_somebody_nobody_pinned() -> None:
    assert judge_pdf(pdf(), DATA, None).signer is Signer.UNKNOWN


def test_signed_by_somebody_else_than_the_pinned_authority() -> None:
    found = judge_pdf(pdf(), DATA, tsa().pem)
    assert (found.signer, found.why) == (Signer.UNREADABLE, "not signed under the pinned CA")


def test_other_data_attached() -> None:
    assert judge_pdf(pdf(), b"{}", None).attached is False


def test_something_appended_after_the_signature() -> None:
    found = judge_pdf(pdf() + b"\n% more\n", DATA, report_ca()[1])
    assert found.signer is Signer.UNREADABLE


def test_nothing_is_said_beside_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    """A signer under no authority given is the usual case without a trust file, and no incident."""
    loud = logging.getLogger("pyhanko_certvalidator")
    before = loud.level
    assert judge_pdf(pdf(), DATA, None).signer is Signer.UNKNOWN
    assert judge_pdf(b"%PDF-1.7", DATA, None).signer is Signer.UNREADABLE
    assert caplog.records == []
    assert loud.level == before


def test_an_attachment_that_inflates_without_end_is_not_taken_in() -> None:
    """A small file, and 128 MiB of zeroes in it."""
    bomb = signed_pdf(bytes(128 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    tracemalloc.start()
    found = judge_pdf(bomb, DATA, report_ca()[1])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.signer is Signer.UNREADABLE
    assert peak < 64 * 1024 * 1024


def test_attachments_whose_tree_leads_back_into_itself() -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.writer import PdfFileWriter

    writer = PdfFileWriter()
    node = generic.DictionaryObject()
    kid = writer.add_object(node)
    node["/Kids"] = generic.ArrayObject([kid] * 8)
    writer.root["/Names"] = generic.DictionaryObject({generic.NameObject("/EmbeddedFiles"): kid})
    out = io.BytesIO()
    writer.write(out)
    found = judge_pdf(out.getvalue(), DATA, None)
    assert (found.signer, found.attached) == (Signer.UNREADABLE, None)


def test_no_attachment_at_all() -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.writer import PdfFileWriter

    for tree in ({}, {"/Names": generic.ArrayObject()}):
        writer = PdfFileWriter()
        if tree:
            writer.root["/Names"] = generic.DictionaryObject(
                {generic.NameObject("/EmbeddedFiles"): generic.DictionaryObject(tree)}
            )
        out = io.BytesIO()
        writer.write(out)
        found = judge_pdf(out.getvalue(), DATA, None)
        assert (found.signer, found.attached, found.why) == (Signer.UNREADABLE, False, "no signature")


@pytest.mark.parametrize("wrong", [b"", b"%PDF-1.7\n", b"hello", b"\x00" * 2000])
def test_what_is_no_pdf(wrong: bytes) -> None:
    assert judge_pdf(wrong, DATA, None).signer is Signer.UNREADABLE


def test_an_authority_that_is_no_certificate() -> None:
    assert judge_pdf(pdf(), DATA, "no certificate").signer is Signer.UNREADABLE


def test_bits_flipped_under_the_signature_show() -> None:
    """The signature itself is followed by padding that no signature of this form can cover."""
    start = pdf().index(b"/Contents <")
    covered = [n for n in range(20, len(pdf())) if not start <= n <= pdf().index(b">", start)]
    for place in covered[:: len(covered) // 60]:
        wrong = bytearray(pdf())
        wrong[place] ^= 1
        found = judge_pdf(bytes(wrong), DATA, report_ca()[1])
        assert found.signer is not Signer.KNOWN


def test_without_the_extra_the_step_is_unknown_and_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.split(".")[0] == "pyhanko"]:
        monkeypatch.setitem(sys.modules, name, None)
    world_bundle, trust = _month()
    verdict = verify(world_bundle, trust=trust).verdict
    step = verdict.steps[13]
    assert (step.state, verdict.sound) == ("unknown", True)
    assert "verbale[pdf]" in step.why


@cache
def _month():
    world = busy_month()
    return bundle.pack(world.entries()), world.trust()


_month()  # made while the extra is there


def test_a_signature_field_that_no_validator_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the validator says of it is the reason given."""
    from pyhanko.sign import validation
    from pyhanko.sign.validation.errors import SignatureValidationError

    def refuse(*_args: object, **_kw: object) -> None:
        raise SignatureValidationError("an odd field")

    monkeypatch.setattr(validation, "validate_pdf_signature", refuse)
    found = judge_pdf(pdf(), DATA, None)
    assert (found.signer, found.attached, found.why) == (Signer.UNREADABLE, True, "an odd field")
