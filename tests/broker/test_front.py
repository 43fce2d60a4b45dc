"""The SSH front, by a client that shows a technician's public key and has another private one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncssh
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from audit.records import AccessDenied
from broker.api.refusals import sentence
from broker.bastion import front
from broker.live.nursery import Nursery
from broker.parts import Parts
from tests.broker.world import World
from tests.stories.telling import Story

SEED = b"technician".ljust(32, b".")  # of the key the world gives its technician


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


@pytest.fixture
async def port(story: Story) -> AsyncIterator[int]:
    parts = replace(story.parts, settings=replace(story.parts.settings, listen_host="127.0.0.1", ssh_port=0))
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with Nursery() as nursery:
        acceptor = await front.listen(parts, nursery, key, sentence)
        yield acceptor.get_port()
        acceptor.close()
        await acceptor.wait_closed()


def technicians_key() -> asyncssh.SSHKey:
    made = Ed25519PrivateKey.from_private_bytes(SEED)
    return asyncssh.import_private_key(
        made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    )


async def enter(port: int, session: str, key: asyncssh.SSHKeyPair) -> None:
    async with asyncssh.connect(
        "127.0.0.1", port, username=session, client_keys=[key], known_hosts=None, agent_path=None, config=None
    ):
        pass


async def denied(story: Story) -> list[tuple[str, str]]:
    found = [leaf.record for leaf in await story.leaves()]
    return [(one.what, one.reason) for one in found if isinstance(one, AccessDenied)]


async def test_a_public_key_without_its_private_one_is_an_attempt(story: Story, port: int) -> None:
    session = await story.running()
    [right] = asyncssh.load_keypairs([technicians_key()])
    await enter(port, session, right)
    [wrong] = asyncssh.load_keypairs([asyncssh.generate_private_key("ssh-ed25519")])
    wrong.public_data = right.public_data
    with pytest.raises(asyncssh.PermissionDenied):
        await enter(port, session, wrong)
    for _ in range(100):
        if await denied(story):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.3)  # whatever else would come
    assert await denied(story) == [("ssh", "not_recognised")]
