"""One real stack per worker: broker, signing site, mailbox and agent, on free ports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kit import Demo, started

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these on one worker: they share the stack."""
    for item in items:
        if HERE in item.path.parents and not item.get_closest_marker("serial"):
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def demo_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
async def demo(demo_stack: Demo) -> Demo:
    """The stack, whole: what an earlier test took away is back."""
    await demo_stack.whole()
    return demo_stack
