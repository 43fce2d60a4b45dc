"""A registry key lent to a program for one session, and put back whatever happens meanwhile. Pure.

What the account had there is renamed, not copied: its types, rights and dates stay what they are, and no crash
loses it. What is lent is volatile, so that no restart of Windows finds it again. Each step can be the last one:
`put_back` makes of whatever is there what was there before.
"""

from __future__ import annotations

from typing import Protocol

from agent.system.screens import Setting

ASIDE = " (Verbale)"  # behind the name of a key that waits to be put back
MARK = "Verbale"  # a value of every key that we made


class Hive(Protocol):
    """One account's part of the registry; keys are paths below it. `OSError` when Windows refuses."""

    def exists(self, key: str) -> bool: ...

    def has(self, key: str, name: str) -> bool:
        """Whether the key has a value of that name."""
        ...

    def is_bare(self, key: str) -> bool:
        """Whether it has no value at all."""
        ...

    def is_alone(self, key: str) -> bool:
        """Whether no key is below it."""
        ...

    def create(self, key: str) -> None:
        """Volatile."""
        ...

    def write(self, key: str, setting: Setting) -> None: ...

    def rename(self, key: str, name: str) -> None: ...

    def delete(self, key: str) -> None:
        """With all below it."""
        ...


def lend(hive: Hive, key: str, values: tuple[Setting, ...]) -> None:
    """Of the keys above at most the next one may be missing."""
    put_back(hive, key)
    above, _, name = key.rpartition("\\")
    if not hive.exists(above):
        _make(hive, above)
    if hive.exists(key):
        hive.rename(key, name + ASIDE)
    _make(hive, key)
    for setting in values:
        hive.write(key, setting)


def put_back(hive: Hive, key: str) -> None:
    above, _, name = key.rpartition("\\")
    if hive.exists(key + ASIDE):
        if hive.exists(key):
            hive.delete(key)
        hive.rename(key + ASIDE, name)
    elif hive.exists(key) and _is_ours(hive, key):
        hive.delete(key)
    if hive.exists(above) and hive.is_alone(above) and _is_ours(hive, above):
        hive.delete(above)


def _is_ours(hive: Hive, key: str) -> bool:
    """One with nothing in it says nothing, whoever made it: it may be ours of the moment before its mark."""
    return hive.has(key, MARK) or (hive.is_bare(key) and hive.is_alone(key))


def _make(hive: Hive, key: str) -> None:
    hive.create(key)
    hive.write(key, Setting(MARK, 1))
