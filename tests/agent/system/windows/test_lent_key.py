"""A key that is lent and put back, wherever it is interrupted: judged here, for it is pure."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import pytest

from agent.system.screens import Setting
from agent.system.windows.lent_key import ASIDE, MARK, lend, put_back

ABOVE, KEY = r"Software\Vedi", r"Software\Vedi\Server"
VALUES = (Setting("Port", 40123), Setting("Word", b"12345678"), Setting("Hosts", ""))


class PowerCut(BaseException):
    """Nothing of ours runs any more."""


@dataclass
class FakeHive:
    """Keys by path, their values by name; `steps`: how many changes there are before the power goes."""

    keys: dict[str, dict[str, object]] = field(default_factory=lambda: {"Software": {}})
    volatile: set[str] = field(default_factory=set)
    steps: int | None = None

    def _step(self) -> None:
        if self.steps is not None:
            if self.steps == 0:
                raise PowerCut
            self.steps -= 1

    def below(self, key: str) -> list[str]:
        return [one for one in self.keys if one.startswith(f"{key}\\")]

    def exists(self, key: str) -> bool:
        return key in self.keys

    def has(self, key: str, name: str) -> bool:
        return name in self.keys[key]

    def is_bare(self, key: str) -> bool:
        return not self.keys[key]

    def is_alone(self, key: str) -> bool:
        return not self.below(key)

    def create(self, key: str) -> None:
        self._step()
        assert key.rpartition("\\")[0] in self.keys, "there is a key above"
        assert key not in self.keys
        self.keys[key] = {}
        self.volatile.add(key)

    def write(self, key: str, setting: Setting) -> None:
        self._step()
        self.keys[key][setting.name] = setting.value

    def rename(self, key: str, name: str) -> None:
        self._step()
        new = f"{key.rpartition(chr(92))[0]}\\{name}"
        assert new not in self.keys
        for one in [key, *self.below(key)]:
            self.keys[new + one[len(key) :]] = self.keys.pop(one)

    def delete(self, key: str) -> None:
        self._step()
        for one in [key, *self.below(key)]:
            del self.keys[one]
            self.volatile.discard(one)

    def restart(self) -> None:
        """Of Windows: what is volatile is gone, with all below it."""
        for key in list(self.volatile):
            for one in [key, *self.below(key)]:
                self.keys.pop(one, None)
        self.volatile.clear()


OWN: dict[str, object] = {"Port": 5900, "Word": b"of his own", "ExtraPorts": "5999"}
BEFORE = {
    "nothing": {"Software": {}},
    "another program's": {"Software": {}, ABOVE: {}, rf"{ABOVE}\Viewer": {"x": 1}},
    "his own": {"Software": {}, ABOVE: {"y": 2}, KEY: OWN, rf"{KEY}\Deep": {"z": 3}},
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_what_is_lent_is_there_alone_and_what_was_there_comes_back(
    before: dict[str, dict[str, object]],
) -> None:
    hive = FakeHive(copy.deepcopy(before))
    lend(hive, KEY, VALUES)
    assert hive.keys[KEY] == {MARK: 1, "Port": 40123, "Word": b"12345678", "Hosts": ""}
    assert hive.is_alone(KEY)
    assert KEY in hive.volatile
    put_back(hive, KEY)
    assert (hive.keys, hive.volatile) == (before, set())
    put_back(hive, KEY)
    assert hive.keys == before, "nothing is lent"


@pytest.mark.parametrize("restarted", [False, True], ids=["agent died", "power cut"])
@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_it_comes_back_after_a_crash_at_any_step(
    before: dict[str, dict[str, object]],
    restarted: bool,  # noqa: FBT001
) -> None:
    """Of lending, of putting back, and of putting back after that."""
    for steps in range(40):
        hive = FakeHive(copy.deepcopy(before), steps=steps)
        try:
            lend(hive, KEY, VALUES)
            put_back(hive, KEY)
        except PowerCut:
            pass
        for again in range(4):
            if restarted:
                hive.restart()
            hive.steps = again
            try:
                put_back(hive, KEY)
            except PowerCut:
                continue
            break
        hive.steps = None
        put_back(hive, KEY)
        assert hive.keys == before, steps


def test_the_next_session_finds_what_is_his_and_not_what_the_last_one_left() -> None:
    hive = FakeHive(copy.deepcopy(BEFORE["his own"]))
    lend(hive, KEY, VALUES)
    lend(hive, KEY, (Setting("Port", 1),))
    assert hive.keys[KEY] == {MARK: 1, "Port": 1}
    assert hive.keys[KEY + ASIDE] == OWN
    put_back(hive, KEY)
    assert hive.keys == BEFORE["his own"]


def test_what_somebody_else_put_there_is_left_alone() -> None:
    hive = FakeHive({"Software": {}, ABOVE: {}, KEY: {"Port": 5900}})
    put_back(hive, KEY)
    assert hive.keys[KEY] == {"Port": 5900}
