"""Where the packaged program begins."""

from __future__ import annotations

import pytest

from agent import guardian, packaged, program


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    monkeypatch.setattr(program, "set_apart", lambda: done.append("apart"))
    monkeypatch.setattr(program, "hold_unpacked", lambda: done.append("held"))
    monkeypatch.setattr(program, "find_authorities", lambda: done.append("authorities"))
    monkeypatch.setattr(guardian, "main", lambda: done.append("guardian"))
    return done


def test_the_guardian_is_a_word_away(monkeypatch: pytest.MonkeyPatch, apart: list[str]) -> None:
    monkeypatch.setattr("sys.argv", ["verbale-agent", "guardian.py", "s-1"])
    assert packaged.main() == 0
    assert apart == ["apart", "guardian"]


def test_anything_else_is_the_command(
    monkeypatch: pytest.MonkeyPatch, apart: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["verbale-agent", "--help"])
    with pytest.raises(SystemExit) as end:
        packaged.main()
    assert end.value.code == 0
    assert "once" in capsys.readouterr().out
    assert apart == ["apart", "held", "authorities"]
