"""What stands behind a forwarded port, as a program: `far_end.py FILE` prints its port.

A connection says in its first byte what it wants: ``d``, the file; ``u``, to send as many bytes as the file
has, and be told ``k``; ``e``, its own words back.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path


def serve(one: socket.socket, path: Path) -> None:
    size = path.stat().st_size
    with one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wanted = one.recv(1)
        if wanted == b"d":
            with path.open("rb") as file:
                one.sendfile(file)
        elif wanted == b"u":
            with open(os.devnull, "wb") as nowhere:
                read_end, write_end = os.pipe()
                got = 0
                while got < size and (count := os.splice(one.fileno(), write_end, 1 << 16)):
                    os.splice(read_end, nowhere.fileno(), count)
                    got += count
                os.close(read_end)
                os.close(write_end)
            one.sendall(b"k")
        else:
            while said := one.recv(1 << 16):
                one.sendall(said)


def main(path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        one, _ = listener.accept()
        threading.Thread(target=serve, args=(one, path), daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
