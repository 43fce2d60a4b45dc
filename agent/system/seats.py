"""Where somebody sits before a screen of this machine, and what a window of ours there needs of the system."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Desktop:
    """`uid`: whose it is, on Windows the number of his session. `variables` say where its screen is, where that
    has to be said."""

    uid: int
    variables: tuple[tuple[str, str], ...]


class Window(Protocol):
    """A started window."""

    def wait(self) -> int:
        """Its exit code. Blocks."""
        ...


class Key(Protocol):
    """One key for the whole desktop, whatever window has the focus. `grabbed`: it is ours."""

    @property
    def grabbed(self) -> bool: ...

    def was_pressed(self) -> bool:
        """Since this was last asked."""
        ...


class Seats(Protocol):
    def found(self) -> Sequence[Desktop]:
        """Every desktop on which we can open a window now."""
        ...

    def own(self) -> Desktop | None:
        """That of this process; None where it runs on none."""
        ...

    def show(self, state_dir: Path, on: Desktop) -> Window:
        """The window there, as the person himself: it can do no more than he. `OSError` where that fails."""
        ...

    def is_locked(self) -> bool:
        """Whether nobody can see this process's desktop now, as far as the system says."""
        ...

    def only_one(self, state_dir: Path) -> AbstractContextManager[bool]:
        """One window a person and agent: whether this is it, for as long as the block runs."""
        ...

    def key(self) -> Key:
        """`KEY_NAME`, taken where no other program has it."""
        ...


KEY_NAME = "Ctrl+Alt+I"


class NoKey:
    """Of a system where none can be taken."""

    grabbed = False

    def was_pressed(self) -> bool:
        return False
