from __future__ import annotations

import errno

import pytest

from web.commands import check_log
from web.site import main


def test_what_the_system_refuses_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/verbale/verbale.db")

    monkeypatch.setattr(check_log, "run", run)
    assert main(["check-log", "--state", "/srv/verbale"]) == 1
    said = capsys.readouterr().err
    assert "/srv/verbale/verbale.db (No space left on device)" in said
    assert said.count("\n") == 1


def test_a_fault_of_ours_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: object) -> int:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(check_log, "run", run)
    with pytest.raises(OSError, match="Bad file descriptor"):
        main(["check-log", "--state", "/srv/verbale"])
