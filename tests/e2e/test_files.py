"""Files with their real programs, sftp and scp in both protocols, against a real broker and a real agent."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import shlex
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from agent.task_group import TaskGroup
from tests.e2e.kit import Demo, Done, Opened, gone, of_session, run, ssh_words, until
from tests.web.browser import PATIENT_MS, chromium
from web.demo.stage import shared_folder

ODD = ["riga\nnuova", "perché – Ω漢字🙂", "-rf", "con 'apici' e \"virgolette\"", "n" * 255, "$(id)", "a;b|c"]


@dataclass
class Carrying:
    """A session for files, its three folders, and the technician's own one."""

    demo: Demo
    opened: Opened
    both: Path
    down: Path
    up: Path
    own: Path

    async def sftp(self, *batch: str, flags: tuple[str, ...] = (), seconds: float = 60) -> Done:
        lines = "".join(f"{line}\n" for line in batch)
        words, place = self._words("sftp", "-b", "-", *flags)
        return await run([*words, place], stdin=lines.encode(), seconds=seconds)

    async def scp(self, *words: str, old: bool = False) -> Done:
        """`{}` in a word stands for the host."""
        flags, place = self._words("scp", *(["-O"] if old else []))
        return await run([*flags, *(word.replace("{}", place) for word in words)])

    async def rsync(self, *words: str) -> Done:
        """`{}` in a word stands for the host."""
        *ssh, place = ssh_words(self.demo, self.opened.session)
        return await run(["rsync", "-e", shlex.join(ssh), *(word.replace("{}", place) for word in words)])

    def _words(self, program: str, *more: str) -> tuple[list[str], str]:
        ssh = ssh_words(self.demo, self.opened.session)
        place = ssh.pop()
        port = ssh[ssh.index("-p") + 1]
        rest = [word for n, word in enumerate(ssh[1:], 1) if word != "-p" and ssh[n - 1] != "-p"]
        return [program, *more, "-P", port, *rest], place

    async def told(self, count: int, since: int) -> list[Any]:
        def enough() -> list[Any]:
            found = self.demo.records("file.transferred", session=self.opened.session, since=since)
            return found if len(found) >= count else []

        return [leaf.record for leaf in await until(enough, f"{count} files in the log")]


async def carrying(demo: Demo, own: Path, *channels: str) -> Carrying:
    root = shared_folder(demo.state)
    found = [root / name for name in ("both", "from_host", "to_host")]
    asked: list[dict[str, str]] = [{"kind": kind} for kind in channels]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        asked.append({"kind": "files", "folder": str(folder), "direction": folder.name})
    async with demo.stage.logged_in("technician") as technician:
        said = await technician.post(
            "/api/requests",
            host=demo.stage.host,
            incident_text="Il listino non si importa.",
            reason="Serve il file di prova",
            channels=asked,
            activities=[{"code": "GEST", "type": "ASS"}],
        )
    request = str(said["request"])
    session = await demo.approve(request)
    await demo.activate(request, session)
    return Carrying(demo, demo.opened(request, session), *found, own)


def write(path: Path, size: int = 200_000) -> str:
    """SHA-256 (hex) of what was written."""
    data = os.urandom(size)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_sftp_there_and_back_resumed_and_confined(demo: Demo, tmp_path: Path) -> None:
    c = await carrying(demo, tmp_path)
    since = demo.size()
    sent = write(tmp_path / "listino.csv", 3_000_000)
    taken = write(c.down / "registro.log", 1_500_000)
    done = await c.sftp(
        f"put {tmp_path}/listino.csv {c.up}/listino.csv", f"get {c.down}/registro.log {tmp_path}/registro.log"
    )
    assert done.status == 0, done.err
    assert (digest(c.up / "listino.csv"), digest(tmp_path / "registro.log")) == (sent, taken)
    up, down = await c.told(2, since)
    assert (up.direction, up.result, up.bytes, up.agrees) == ("to_host", "whole", 3_000_000, True)
    async with demo.stage.logged_in("ads") as ads:
        page = (await ads.fetch(f"/sessioni/{c.opened.session}/diretta")).decode()
    assert f"{c.up}/listino.csv" in page
    assert (down.direction, down.result, down.bytes, down.agrees) == ("from_host", "whole", 1_500_000, True)

    # taken up again, both ways, from where it was cut
    for there, cut in ((c.up / "listino.csv", 1_000_000), (tmp_path / "registro.log", 700_000)):
        os.truncate(there, cut)
    since = demo.size()
    done = await c.sftp(
        f"reput {tmp_path}/listino.csv {c.up}/listino.csv",
        f"reget {c.down}/registro.log {tmp_path}/registro.log",
    )
    assert done.status == 0, done.err
    assert (digest(c.up / "listino.csv"), digest(tmp_path / "registro.log")) == (sent, taken)
    again = await c.told(2, since)
    assert [(one.offset, one.bytes, one.agrees) for one in again] == [
        (1_000_000, 2_000_000, True), (700_000, 800_000, True),
    ]  # fmt: skip
    await _refused(c)
    await c.opened.close()


async def _refused(c: Carrying) -> None:
    """Out of the folders, the other way, through links, and what a channel for files does not do."""
    secret = c.own / "segreto"
    write(secret)
    (c.both / "fuori").symlink_to(secret)
    (c.both / "radice").symlink_to("/")
    os.mkfifo(c.both / "tubo")
    write(c.both / "mio")
    tries = {
        f"get {secret} {c.own}/a": "outside_folder",
        f"get {c.both}/../../../demo.json {c.own}/a": "outside_folder",
        f"get {c.up}/listino.csv {c.own}/a": "direction",
        f"put {c.own}/listino.csv {c.down}/x": "direction",
        f"get {c.both}/radice/etc/hostname {c.own}/a": "link",
        f"put {c.own}/listino.csv {c.both}/fuori": "link",
        f"rm {c.both}/mio": "not_allowed",
        f"ln -s /etc {c.both}/nuovo": "not_allowed",
        f"chmod 4777 {c.both}/mio": "not_allowed",
        f"rename {c.both}/mio {c.both}/suo": "not_allowed",
    }
    since = c.demo.size()
    for n, (line, reason) in enumerate(tries.items(), 1):
        assert (await c.sftp(line)).status != 0, line
        told = (await c.told(n, since))[n - 1]
        assert (told.result, told.reason) == ("refused", reason), line
        assert told.agrees is True, line
    assert not (c.own / "a").exists()
    assert sorted(os.listdir(c.both)) == ["fuori", "mio", "radice", "tubo"]
    assert not (c.down / "x").exists()
    listed = await c.sftp("ls -l /", f"ls -l {c.both}")
    assert listed.status == 0, listed.err
    assert b"segreto" not in listed.out


@pytest.mark.parametrize("old", [False, True])
async def test_scp_in_both_protocols(demo: Demo, tmp_path: Path, old: bool) -> None:  # noqa: FBT001
    c = await carrying(demo, tmp_path)
    since = demo.size()
    tree = tmp_path / "albero"
    (tree / "sotto").mkdir(parents=True)
    digests = {name: write(tree / name, size) for name, size in (("uno", 70_000), ("sotto/due", 0))}
    done = await c.scp("-r", "-p", str(tree), f"{{}}:{c.both}", old=old)
    assert done.status == 0, done.err
    assert {name: digest(c.both / "albero" / name) for name in digests} == digests
    back = tmp_path / "indietro"
    done = await c.scp("-r", f"{{}}:{c.both}/albero", str(back), old=old)
    assert done.status == 0, done.err
    assert {name: digest(back / name) for name in digests} == digests
    told = [one for one in await c.told(4, since) if one.result != "made"]
    assert all(one.agrees for one in told), told
    assert sorted((one.direction, one.bytes) for one in told) == [
        ("from_host", 0), ("from_host", 70_000), ("to_host", 0), ("to_host", 70_000),
    ]  # fmt: skip
    since = demo.size()
    done = await c.scp(f"{{}}:{tmp_path}/albero/uno", str(tmp_path / "preso"), old=old)
    assert done.status != 0
    assert not (tmp_path / "preso").exists()
    (no,) = await c.told(1, since)
    assert (no.result, no.reason, no.agrees) == ("refused", "outside_folder", True)
    await c.opened.close()


async def test_odd_names_and_whose_text_the_bundle_shows(demo: Demo, tmp_path: Path) -> None:
    c = await carrying(demo, tmp_path)
    since = demo.size()
    (tmp_path / "strani").mkdir()
    for name in ODD:
        (tmp_path / "strani" / name).write_text(name)
    done = await c.scp("-r", str(tmp_path / "strani"), f"{{}}:{c.both}")
    assert done.status == 0, done.err
    assert sorted(os.listdir(c.both / "strani")) == sorted(ODD)
    told = await c.told(len(ODD) + 1, since)
    assert all(one.agrees for one in told)
    await c.opened.close()
    bundle, _ = await demo.month(tmp_path)
    data = bundle.read_bytes()

    with zipfile.ZipFile(io.BytesIO(data)) as files:
        texts = [json.loads(files.read(n)) for n in files.namelist() if n.startswith("openings/")]
    paths = {one["data"].get("path") for one in texts if isinstance(one["data"], dict)}
    assert {f"{c.both}/strani/{name}" for name in ODD} <= paths


async def test_rsync_there_and_back_and_refused(demo: Demo, tmp_path: Path) -> None:
    c = await carrying(demo, tmp_path)
    own = tmp_path / "own"
    (own / "a/b").mkdir(parents=True)
    for name in ODD:
        (own / "a" / name).write_text(name)
    sent = write(own / "listino.csv", 3_000_000)
    since = demo.size()
    done = await c.rsync("-av", str(own), f"{{}}:{c.both}/")
    assert done.status == 0, done.err
    assert digest(c.both / "own/listino.csv") == sent
    assert sorted(os.listdir(c.both / "own/a")) == sorted([*ODD, "b"])
    told = await c.told(len(ODD) + 4, since)
    assert all(one.agrees for one in told)
    assert [(one.direction, one.result) for one in told] == [("to_host", "made")] * 3 + [
        ("to_host", "whole")
    ] * (len(ODD) + 1)
    assert sum(one.bytes for one in told) == 3_000_000 + sum(len(name.encode()) for name in ODD)
    done = await c.rsync("-aiz", str(own), f"{{}}:{c.both}/")
    assert (done.status, b"<f" in done.out) == (0, False)

    since = demo.size()
    done = await c.rsync("-az", f"{{}}:{c.both}/own/", str(tmp_path / "back"))
    assert done.status == 0, done.err
    assert digest(tmp_path / "back/listino.csv") == sent
    told = await c.told(len(ODD) + 1, since)
    assert {(one.direction, one.result, one.agrees) for one in told} == {("from_host", "whole", True)}

    (own / "legame").symlink_to("/etc/passwd")
    for words, status, refused in (
        (("-a", f"{own}/legame", f"{{}}:{c.both}/"), 23, ("to_host", "link")),
        (("-a", f"{own}/listino.csv", f"{{}}:{c.down}/"), 12, ("to_host", "direction")),
        (("-a", f"{{}}:{c.up}/", str(own)), 23, ("from_host", "direction")),
        (("-a", f"{{}}:{c.both}/../../../../etc", str(own)), 23, ("from_host", "outside_folder")),
    ):
        since = demo.size()
        done = await c.rsync(*words)
        assert done.status == status, done.err
        (one,) = await c.told(1, since)
        assert (one.direction, one.result, one.reason) == (refused[0], "refused", refused[1])
        assert one.agrees
    for words in (("-a", "--delete"), ("-aH",), ("-a", "--rsync-path=/usr/bin/rsync")):
        since = demo.size()
        done = await c.rsync(*words, str(own), f"{{}}:{c.both}/")
        assert done.status != 0
        assert f"rsync non fa {words[-1].replace('-aH', '-H').partition('=')[0]}" in done.err.decode()
        refusal = await demo.record("channel.refused", session=c.opened.session, since=since)
        assert (refusal.record.kind, refusal.record.reason) == ("files", "option_not_served")
    await c.opened.close()


async def test_the_end_of_a_session_marks_what_it_cuts(demo: Demo, tmp_path: Path) -> None:
    c = await carrying(demo, tmp_path)
    since = demo.size()
    write(tmp_path / "grande", 20_000_000)
    there = c.up / "grande"
    async with TaskGroup() as group:
        going = group.create_task(c.sftp(f"put {tmp_path}/grande {there}", flags=("-l", "8000")))
        await until(lambda: there.exists() and there.stat().st_size > 0, "the first bytes are there")
        await c.opened.stop()
        done = await going
    assert done.status != 0
    (one,) = await c.told(1, since)
    assert (one.direction, one.result) == ("to_host", "partial")
    assert 0 < one.bytes < 20_000_000
    assert one.agrees in (True, None)
    await demo.record("session.ended", session=c.opened.session)
    await gone(of_session(c.opened.session))


async def test_a_broker_that_dies_in_mid_transfer(demo: Demo, tmp_path: Path) -> None:
    """What crossed stays and is told as the host saw it; the session goes on, and so does the file."""
    c = await carrying(demo, tmp_path)
    since = demo.size()
    sent = write(tmp_path / "grande", 20_000_000)
    there = c.both / "grande"
    async with TaskGroup() as group:
        going = group.create_task(c.sftp(f"put {tmp_path}/grande {there}", flags=("-l", "8000")))
        await until(lambda: there.exists() and there.stat().st_size > 0, "the first bytes are there")
        demo.kill("broker")
        # At once: how long sftp takes to see it must not count for the agent's grace.
        await demo.start_broker()
        await demo.linked()
        done = await going
    assert done.status != 0
    (one,) = await c.told(1, since)
    assert (one.direction, one.result, one.agrees) == ("to_host", "partial", None)
    assert 0 < one.bytes < 20_000_000
    assert not demo.records("session.ended", session=c.opened.session)
    done = await c.sftp(f"reput {tmp_path}/grande {there}")
    assert done.status == 0, done.err
    assert digest(there) == sent
    await c.opened.close()
    await gone(of_session(c.opened.session))


async def test_what_only_looks_like_scp_is_run_by_nobody(demo: Demo, tmp_path: Path) -> None:
    """Not even where the session may run commands: what begins with scp is files or nothing."""
    c = await carrying(demo, tmp_path, "exec")
    for command in (
        f"scp -t {c.both}; touch {c.both}/x", f"scp -t $(touch {c.both}/x)", f"scp -S sh -t {c.both}",
        f"/usr/bin/scp -f {c.both}/x", f"rsync --server . {c.both}", "scp",
    ):  # fmt: skip
        since = demo.size()
        done = await c.opened.ssh(command)
        assert done.status == 254, command
        refused = await demo.record("channel.refused", session=c.opened.session, since=since)
        assert refused.record.kind == "files", command
    assert not (c.both / "x").exists()
    assert (await c.opened.ssh("echo sì")).out == "sì\n".encode()
    await c.opened.close()


# ------------------------------------------------------------------------------------ in the browser


def _in_browser(c: Carrying, cookie: str, big: Path) -> None:
    """Send a file by choosing it and one by dropping it, and take one back."""
    name, _, value = cookie.partition("=")
    with chromium() as browser:
        context = browser.new_context(locale="it-IT", accept_downloads=True)
        context.add_cookies([{"name": name, "value": value, "url": c.demo.stage.origin}])
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{c.demo.stage.origin}/sessioni/{c.opened.session}")
        page.get_by_role("button", name="Mostra i file").click()
        expect(page.locator('[data-part="cartella"]')).to_have_text(str(c.both))
        page.set_input_files("#file-scelti", str(big))
        expect(page.locator('[data-part="trasferimenti"] li').first).to_contain_text("Fatto")
        drop = page.evaluate_handle(
            "() => { const d = new DataTransfer(); d.items.add(new File(['abc'], '<b>perché.txt')); return d; }"
        )
        page.locator('[data-part="deposito"]').dispatch_event("drop", {"dataTransfer": drop})
        expect(page.locator('[data-part="trasferimenti"] li').first).to_contain_text("Fatto")
        row = page.locator('[data-part="righe"] tr', has_text=big.name)
        with page.expect_download() as taken:
            row.get_by_role("button", name="Preleva").click()
        assert digest(Path(taken.value.path())) == digest(big)
        assert faults == []


async def test_files_in_the_browser(demo: Demo, tmp_path: Path) -> None:
    c = await carrying(demo, tmp_path)
    since = demo.size()
    big = tmp_path / "listino.csv"
    write(big, 700_000)
    os.utime(big, (1_700_000_000, 1_700_000_000))
    # what an earlier try left when it was cut: the page goes on behind it
    known = hashlib.sha256(b"listino.csv\n700000\n1700000000000").hexdigest()[:16]
    (c.both / f".verbale-{known}.parte").write_bytes(big.read_bytes()[:300_000])
    async with demo.stage.logged_in("technician") as technician:
        await asyncio.to_thread(_in_browser, c, technician.cookie, big)
    assert digest(c.both / "listino.csv") == digest(big)
    assert (c.both / "<b>perché.txt").read_text() == "abc"
    assert sorted(os.listdir(c.both)) == ["<b>perché.txt", "listino.csv"]
    told = await c.told(5, since)
    assert [(one.direction, one.result, one.bytes, one.agrees) for one in told] == [
        ("to_host", "whole", 400_000, True),
        ("to_host", "renamed", 0, True),
        ("to_host", "whole", 3, True),
        ("to_host", "renamed", 0, True),
        ("from_host", "whole", 700_000, True),
    ]
    await c.opened.close()
