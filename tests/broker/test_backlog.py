"""Messages for somebody slower: in order, counted, and void once nobody takes them."""

from __future__ import annotations

from broker.live.backlog import OVERHEAD_BYTES, Backlog


async def test_in_order_and_counted() -> None:
    backlog = Backlog()
    backlog.put(b"uno")
    backlog.put(b"")
    assert backlog.size_bytes == 2 * OVERHEAD_BYTES + 3
    backlog.close()
    assert [await backlog.get() for _ in range(3)] == [b"uno", b"", None]
    assert backlog.size_bytes == 0


async def test_once_dropped_nothing_gathers() -> None:
    backlog = Backlog()
    backlog.put(b"prima")
    backlog.drop()
    backlog.put(b"dopo")
    assert backlog.size_bytes == 0
    assert await backlog.get() == b"prima"
    assert backlog.size_bytes == 0


async def test_joined_in_order_until_it_is_enough() -> None:
    backlog = Backlog()
    for message in (b"uno ", b"due ", b"tre ", b"quattro"):
        backlog.put(message)
    backlog.close()
    assert await backlog.get_joined(6) == b"uno due "
    assert await backlog.get() == b"tre "
    assert await backlog.get_joined(100) == b"quattro"
    assert backlog.size_bytes == 0
    assert await backlog.get_joined(100) is None
    assert await backlog.get() is None
