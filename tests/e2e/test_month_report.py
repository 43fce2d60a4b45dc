"""What the titolare downloads: a report that pdfsig accepts, a bundle that verifies with nothing of ours running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.kit import BOTH, Demo, month, run, this_month, verify
from web.demo.client import Said
from web.demo.processes import program

SECTIONS = (1, 2, 3, 4, 9)


@pytest.fixture
async def lived(demo: Demo) -> Demo:
    """A month with something in it."""
    if not any(month(leaf.time) == this_month() for leaf in demo.records("session.closed")):
        opened = await demo.open(*BOTH, supervision="self")
        await opened.ssh("echo fatto")
        await opened.close()
    return demo


async def fetch(demo: Demo, number: str, form: str, *, by: str = "titolare") -> bytes:
    async with demo.stage.logged_in(by) as person:
        found: bytes = await person.fetch(f"/rapporti/{number}.{form}")
    return found


async def test_the_bundle_verifies_with_what_the_titolare_pinned(lived: Demo, tmp_path: Path) -> None:
    """U-09."""
    bundle, trust = await lived.month(tmp_path)
    verdict = await verify(bundle, trust)
    assert (verdict["verdict"], verdict["exit"]) == ("sound", 0), verdict
    words = await run([*program("audit.cli"), str(bundle), "--trust", str(trust)], seconds=120)
    assert words.status == 0
    assert "integr" in words.out.decode().lower(), words.out.decode()


async def test_without_a_pin_it_says_what_it_could_not_check(lived: Demo, tmp_path: Path) -> None:
    bundle, _ = await lived.month(tmp_path)
    verdict = await verify(bundle, None)
    assert any(step["state"] in {"unknown", "skipped", "note"} for step in verdict["steps"]), verdict["steps"]


async def test_one_bit_less_is_found(lived: Demo, tmp_path: Path) -> None:
    bundle, trust = await lived.month(tmp_path)
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    verdict = await verify(bundle, trust)
    assert verdict["verdict"] != "sound"
    assert verdict["exit"] != 0


async def test_the_bundle_of_another_customers_pin_is_not_his(lived: Demo, tmp_path: Path) -> None:
    bundle, trust = await lived.month(tmp_path)
    pinned = trust.read_text()
    trust.write_text(pinned.replace(lived.tenant, "t-00000000"))
    done = await run([*program("audit.cli"), str(bundle), "--trust", str(trust)], seconds=120)
    assert done.status != 0
    assert b"Traceback" not in done.err
    assert done.out or done.err


async def test_the_report_is_signed_and_says_what_the_design_says(lived: Demo, tmp_path: Path) -> None:
    number = await lived.snapshot()
    path = tmp_path / "report.pdf"
    path.write_bytes(await fetch(lived, number, "pdf"))
    signed = (await run(["pdfsig", "-nocert", str(path)])).out.decode()
    assert "Signature is Valid" in signed
    assert "Total document signed" in signed
    text = (await run(["pdftotext", "-layout", str(path), "-"])).out.decode()
    assert "parziale" in text.lower()
    for section in SECTIONS:
        assert any(
            line.strip().startswith(f"{section}.") or line.strip().startswith(f"{section} ")
            for line in text.splitlines()
        ), f"section {section}"
    assert "Grand Hotel Dimostrativo" in text
    session = lived.records("session.closed")[-1].session
    assert session is not None
    assert session in text or lived.records("request.opened")[-1].record.incident in text


async def test_its_values_are_the_reports(lived: Demo) -> None:
    number = await lived.snapshot()
    values = json.loads(await fetch(lived, number, "json"))
    assert number in json.dumps(values)
    issued = next(leaf for leaf in lived.records("report.issued") if leaf.record.number == number)
    assert issued.record.partial is True
    snapshots = lived.records("period.snapshot")
    assert any(leaf.record.period == issued.record.period for leaf in snapshots)


async def test_who_may_download(lived: Demo) -> None:
    number = await lived.snapshot()
    since = lived.size()
    await fetch(lived, number, "pdf")
    read = await lived.record("record.read", since=since)
    assert read.record.person == lived.stage.people["titolare"]
    with pytest.raises(Said):
        await fetch(lived, number, "pdf", by="technician")
    with pytest.raises(Said):
        await fetch(lived, f"VB-9999-{this_month()}", "pdf")


async def test_a_month_that_has_not_ended_is_not_closed(lived: Demo) -> None:
    words = [*program("web.site"), "close-month", lived.tenant]
    done = await run([*words, this_month(), "--state", str(lived.running.broker_state)])
    assert done.status != 0
    assert not lived.records("period.closed")
