"""The host's own list, by real processes: a month that is sound, and a session that was taken out of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from audit.findings import Verdict
from audit.trust_file import Trust
from audit.verify import verify
from tests.audit import second_verifier
from tests.e2e.kit import Demo, run, started, this_month
from tests.e2e.left_out import leave_out
from web.demo.processes import program


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("lists") / "demo") as demo:
        yield demo


async def judged(bundle: bytes, trust: Trust) -> Verdict:
    """By both verifiers; in a thread, because the PDF library runs an event loop of its own."""
    verdict = (await asyncio.to_thread(verify, bundle, trust=trust)).verdict
    await asyncio.to_thread(second_verifier.agrees, verdict, bundle, trust)
    return verdict


async def worked(demo: Demo) -> str:
    opened = await demo.open("exec")
    assert (await opened.ssh("echo qui")).out == b"qui\n"
    await opened.close()
    return opened.session


async def test_a_session_left_out_of_the_database_is_found_by_the_hosts_list(
    stack: Demo, tmp_path: Path
) -> None:
    kept, gone = await worked(stack), await worked(stack)
    state = stack.running.broker_state
    asked = await run([*program("web.site"), "ask-lists", stack.tenant, "--state", str(state)])
    assert (asked.status, b"Chiesto" in asked.out) == (0, True), asked
    listed = await stack.record("sessions.listed")
    assert [line.split(" ")[::3] for line in listed.record.sessions] == [
        [kept, "closed_by_technician"],
        [gone, "closed_by_technician"],
    ]
    bundle, trust = await stack.month(tmp_path)
    pinned = Trust.parse(trust.read_bytes())
    verdict = await judged(bundle.read_bytes(), pinned)
    assert verdict.sound, verdict.findings
    assert verdict.counts["lists"] == 1

    # The database and every key are somebody else's now.
    stack.kill("agente")
    stack.kill("broker")
    leave_out(state, stack.tenant, gone)
    words = ["close-month", stack.tenant, this_month(), "--partial", "--state", str(state)]
    closed = await run([*program("web.site"), *words], seconds=300)
    assert closed.status == 0, closed
    with closing(sqlite3.connect(state / "verbale.db")) as store:
        (forged,) = store.execute("SELECT bundle FROM reports ORDER BY n DESC").fetchone()
    verdict = await judged(forged, pinned)
    found = {(f.cls, f.code) for f in verdict.findings}
    assert {("INCOMPLETE", "unlogged_session"), ("INCOMPLETE", "host_gap")} <= found, verdict.findings
    assert found - {("UNWITNESSED", "quorum_missing")} == {
        ("INCOMPLETE", "unlogged_session"),
        ("INCOMPLETE", "host_gap"),
    }
    (named,) = [f.en for f in verdict.findings if f.code == "unlogged_session"]
    assert gone in named
    assert kept not in named
