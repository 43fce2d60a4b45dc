"""One real stack per worker: broker, signing site, mailbox and agent, on free ports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.kit import Demo, started


@pytest.fixture(scope="session")
def demo_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
async def demo(demo_stack: Demo) -> Demo:
    """The stack, whole: what an earlier test took away is back."""
    await demo_stack.whole()
    return demo_stack
