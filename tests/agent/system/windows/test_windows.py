"""What Windows alone has to keep: run by the workflow for hosted Windows, nowhere else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.agent.system.programs import PATIENCE_S, eventually, me, order, read_all, write_all

pytestmark = pytest.mark.needs_windows


async def test_a_process_is_in_its_session_s_job_from_birth_and_cannot_leave_it() -> None:
    """CREATE_BREAKAWAY_FROM_JOB is refused, and what is started without it is in the job."""
    from agent.system.here import keeper

    code = (
        "import subprocess, sys, time\n"
        "lazy = [sys.executable, '-I', '-S', '-c', 'import time; time.sleep(600)']\n"
        "try:\n"
        "    child = subprocess.Popen(lazy, creationflags=0x01000000)\n"
        "except PermissionError:\n"
        "    child = subprocess.Popen(lazy)\n"
        "    print('refused', child.pid, flush=True)\n"
        "else:\n"
        "    print('left', child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    warden = keeper.hold("s-windows")
    child = await warden.start("c-1", order(code))
    ends = child.ends()
    said, pid = (await read_all(ends, until=b"\n")).split()
    assert (said, warden.holds(int(pid))) == (b"refused", True)
    warden.end(0.0)
    account = await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert account.left == "none"
    assert int(pid) in account.forced
    ends.close()


async def test_ctrl_c_reaches_a_console_program() -> None:
    from agent.system.here import keeper

    code = (
        "import time\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrotto', flush=True)\n"
    )
    warden = keeper.hold("s-windows")
    child = await warden.start("c-1", order(code, "pty"))
    ends = child.ends()
    await read_all(ends, until=b"ready")
    await warden.signal("c-1", "INT")
    await read_all(ends, until=b"interrotto")
    await asyncio.wait_for(child.ended, PATIENCE_S)
    ends.close()
    warden.end(0.0)
    await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)


@pytest.mark.parametrize("whose", ["ours", "another"])
async def test_a_console_says_utf_8_whoever_made_it(whose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `another` it goes the way of a service's, by `console.py`; the account is ours all the same."""
    from agent.system.here import keeper
    from agent.system.windows.accounts import WindowsAccounts

    if whose == "another":
        monkeypatch.setattr(WindowsAccounts, "is_ours", lambda *_: False)
    warden = keeper.hold("s-windows")
    child = await warden.start("c-1", order("print('perché € ok', input(), flush=True)", "pty"))
    ends = child.ends()
    await write_all(ends, "così\r".encode())
    assert "perché € ok così".encode() in await read_all(ends, until="ok così".encode())
    await asyncio.wait_for(child.ended, PATIENCE_S)
    ends.close()
    warden.end(0.0)
    await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)


async def test_a_console_made_by_another_changes_size_hangs_up_and_tells_how_it_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from agent.system.here import keeper
    from agent.system.windows.accounts import WindowsAccounts

    monkeypatch.setattr(WindowsAccounts, "is_ours", lambda *_: False)
    warden = keeper.hold("s-windows")
    code = "import os, sys; input(); print('now', *os.get_terminal_size(), flush=True); sys.exit(5)"
    child = await warden.start("c-1", order(code, "pty"))
    ends = child.ends()
    assert ends.console is not None
    ends.console.resize(77, 31)
    await asyncio.sleep(1.0)  # the size goes another way than what is typed
    await write_all(ends, b"\r")
    await read_all(ends, until=b"now 77 31")
    assert (await asyncio.wait_for(child.ended, PATIENCE_S)).status == 5
    ends.close()
    lazy = await warden.start("c-2", order("import time; time.sleep(600)", "pty"))
    await warden.kill("c-2")
    await asyncio.wait_for(lazy.ended, PATIENCE_S)
    lazy.ends().close()
    warden.end(0.0)
    await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)


async def test_a_command_goes_to_cmd_as_it_was_written(tmp_path: Path) -> None:
    from dataclasses import replace

    from agent.system.here import accounts, keeper

    account = me()
    command = f'cd /d "{tmp_path}" & echo a b> "c d.txt" & type "c d.txt" & exit 4'
    told = replace(order(""), program=account.shell, argv=accounts.shell(account, command))
    warden = keeper.hold("s-windows")
    child = await warden.start("c-1", told)
    ends = child.ends()
    assert (await read_all(ends)).strip() == b"a b"
    assert (await asyncio.wait_for(child.ended, PATIENCE_S)).status == 4
    ends.close()
    warden.end(0.0)
    await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)


def test_who_holds_a_folder_closed_to_others_is_named_by_its_access_list(tmp_path: Path) -> None:
    """Read back by icacls: SYSTEM, administrators and ourselves; users only where a mode lets them in."""
    from agent.system.here import files

    folder, secret, shown = tmp_path / "stato", tmp_path / "stato" / "chiave", tmp_path / "stato" / "avviso"
    folder.mkdir()
    files.set_mode(folder, 0o711)
    for path, mode in ((secret, 0o600), (shown, 0o644)):
        path.write_bytes(b"x")
        files.set_mode(path, mode)

    def users(path: Path) -> bool:
        done = subprocess.run(["icacls", str(path), "/save", str(tmp_path / "acl")], check=True)
        assert done.returncode == 0
        return ";;;BU)" in (tmp_path / "acl").read_text("utf-16-le")

    assert [users(path) for path in (folder, secret, shown)] == [True, False, True]


async def test_a_name_that_somebody_took_first_is_no_door_of_ours(tmp_path: Path) -> None:
    from agent.system.here import door

    first = door.listen(tmp_path)
    with pytest.raises(OSError, match=r".*"):
        door.listen(tmp_path)
    first.close()


def test_windows_own_programs_are_signed_and_ours_is_not(tmp_path: Path) -> None:
    from agent.system.here import publishers

    found = publishers.publisher(Path(os.environ["SYSTEMROOT"]) / "System32" / "kernel32.dll")
    assert found is not None
    assert (found.name.startswith("Microsoft"), found.is_valid) == (True, True)
    script = tmp_path / "x.ps1"
    script.write_text("exit 0")
    assert publishers.publisher(script) is None


async def test_idle_reading_costs_no_thread(tmp_path: Path) -> None:
    """A process that says nothing is waited for by the proactor: `ready` is pending, and done by its words."""
    from agent.system.here import keeper

    warden = keeper.hold("s-windows")
    child = await warden.start("c-1", order("input(); print('ora', flush=True)"))
    ends = child.ends()
    waiting = ends.outputs[0].ready()
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await write_all(ends, b"\n")
    await eventually(waiting.done)
    ends.outputs[0].unready()
    assert (await read_all(ends)).strip() == b"ora"
    ends.close()
    warden.end(0.0)
    await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)


def test_the_service_manager_starts_and_stops_it(tmp_path: Path) -> None:
    """As LocalSystem, by sc.exe: made, run until stopped, removed. Needs an administrator."""
    root = Path(__file__).resolve().parents[4]
    script = tmp_path / "service.py"
    mark = tmp_path / "mark.txt"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "import asyncio\n"
        "from pathlib import Path\n"
        "from agent.system.here import accounts, lifecycle\n"
        f"state, mark = Path({str(tmp_path)!r}), Path({str(mark)!r})\n"
        "async def life():\n"
        "    over = asyncio.Event()\n"
        "    deaf = lifecycle.hear(state, over.set, None)\n"
        "    mark.write_text('began ' + str(accounts.me()))\n"
        "    await over.wait()\n"
        "    mark.write_text('ended')\n"
        "    deaf()\n"
        "lifecycle.run(lambda: asyncio.run(life()), state)\n"
    )
    name = "VerbaleAgent"

    def sc(*words: str) -> str:
        done = subprocess.run(["sc.exe", *words], capture_output=True, text=True, check=False)
        return done.stdout

    def until(word: str) -> None:
        asyncio.run(eventually(lambda: mark.exists() and word in mark.read_text()))

    # A service runs as LocalSystem, for whom a script's folder of packages is the same as for us.
    assert "SUCCESS" in sc("create", name, "binPath=", f'"{sys.executable}" "{script}"')
    try:
        sc("start", name)
        until("began ('SYSTEM', True)")
        sc("stop", name)
        until("ended")
        asyncio.run(eventually(lambda: "STOPPED" in sc("query", name)))
    finally:
        sc("delete", name)


def test_a_key_is_lent_volatile_and_what_was_there_comes_back_with_its_types() -> None:
    """In our own part of the registry, as the account itself."""
    import winreg

    from agent.system.here import accounts, screens
    from agent.system.screens import Setting

    assert screens.registry is not None
    own, key = me().key, r"Software\Verbale test\Server"
    assert accounts.me()[0]
    values = (Setting("Port", 40123), Setting("Hosts", ""), Setting("Word", b"12345678"))

    def there() -> dict[str, tuple[object, int]]:
        with winreg.OpenKey(winreg.HKEY_USERS, rf"{own}\{key}") as found:
            count = winreg.QueryInfoKey(found)[1]
            return {
                name: (data, kind) for name, data, kind in (winreg.EnumValue(found, n) for n in range(count))
            }

    screens.registry.lend(own, key, values)
    assert there() == {
        "Verbale": (1, winreg.REG_DWORD),
        "Port": (40123, winreg.REG_DWORD),
        "Hosts": ("", winreg.REG_SZ),
        "Word": (b"12345678", winreg.REG_BINARY),
    }
    with pytest.raises(OSError, match="another session"):
        screens.registry.lend(own, key, values)
    with (
        winreg.OpenKey(winreg.HKEY_USERS, rf"{own}\{key}", 0, winreg.KEY_ALL_ACCESS) as found,
        pytest.raises(OSError, match=r".*"),  # ERROR_CHILD_MUST_BE_VOLATILE: so is what it stands in
    ):
        winreg.CreateKeyEx(found, "stays", 0, winreg.KEY_ALL_ACCESS)
    screens.registry.put_back(own, key)
    with pytest.raises(FileNotFoundError):
        there()
    with pytest.raises(FileNotFoundError):
        winreg.OpenKey(winreg.HKEY_USERS, rf"{own}\Software\Verbale test").Close()

    with winreg.CreateKeyEx(winreg.HKEY_USERS, rf"{own}\{key}", 0, winreg.KEY_ALL_ACCESS) as found:
        winreg.SetValueEx(found, "Port", 0, winreg.REG_DWORD, 5900)
        winreg.SetValueEx(found, "Many", 0, winreg.REG_MULTI_SZ, ["a", "b"])
    before = there()
    try:
        screens.registry.lend(own, key, values)
        assert there()["Port"] == (40123, winreg.REG_DWORD)
        screens.registry.put_all_back(key)  # as the next life of an agent does
        assert there() == before
    finally:
        winreg.DeleteKey(winreg.HKEY_USERS, rf"{own}\{key}")
        winreg.DeleteKey(winreg.HKEY_USERS, rf"{own}\Software\Verbale test")


def test_a_folder_that_is_given_lets_its_account_read_and_no_other(tmp_path: Path) -> None:
    from agent.system.here import screens

    folder = tmp_path / "s-1"
    folder.mkdir()
    (folder / "ultravnc.ini").write_bytes(b"[admin]\r\n")
    screens.give(folder, "S-1-5-32-546", 0)  # Guests stand for somebody
    subprocess.run(["icacls", str(folder / "ultravnc.ini"), "/save", str(tmp_path / "acl")], check=True)
    said = (tmp_path / "acl").read_text("utf-16-le")
    assert ";;;BG)" in said
    assert ";;;BU)" not in said
    assert ";;;WD)" not in said
