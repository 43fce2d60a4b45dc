"""A bar for what takes long, where somebody looks: on a terminal with `rich` installed, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Told = Callable[[int, int | None], None]
"""How much is done, and of how much where that is known."""


@contextmanager
def bar(words: str, *, size: bool = True) -> Iterator[Told]:
    """On standard error, so that what is printed stays whole. Without `size` it only shows that it goes on."""
    if not sys.stderr.isatty():
        yield _silent
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
    except ImportError:  # of the extra `client`
        yield _silent
        return
    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if size else TimeElapsedColumn(),
    ]
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as shown:
        task = shown.add_task(words, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _silent(_done: int, _total: int | None) -> None:
    """Nobody looks."""
