"""The Unix socket of the desk's door, where it is not the contract's."""

from __future__ import annotations

import socket
from pathlib import Path

from agent.system.posix.door import MAX_PATH_BYTES, SOCKET, by_link


def test_a_deep_folder_is_reached_by_a_short_link_that_leaves_nothing(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as caller:
        with by_link(deep) as address:
            assert len(address.encode()) <= MAX_PATH_BYTES
            listener.bind(address)
            listener.listen(1)
            used = Path(address).parents[1]
        assert (deep / SOCKET).exists()
        with by_link(deep) as address:
            caller.connect(address)
        assert not used.exists()
