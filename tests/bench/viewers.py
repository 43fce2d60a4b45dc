"""Live pages of a session, all in one process, as a program: `viewers.py URL COOKIE ORIGIN COUNT`.

Prints a line when each has been told something, then reads whatever comes until its input ends.
"""

from __future__ import annotations

import asyncio
import os
import sys

from websockets.asyncio.client import connect
from websockets.typing import Origin


async def view(url: str, cookie: str, origin: str, up: asyncio.Event) -> None:
    headers = {"Cookie": cookie}
    async with connect(
        url, additional_headers=headers, origin=Origin(origin), max_size=1 << 20, compression=None
    ) as page:
        async for _ in page:
            up.set()


async def main(url: str, cookie: str, origin: str, count: int) -> None:
    ups = [asyncio.Event() for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        for up in ups:
            group.create_task(view(url, cookie, origin, up))
        for up in ups:
            await up.wait()
        print("up", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        os._exit(0)  # the pages close with the process


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
