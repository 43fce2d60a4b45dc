"""Which of a technician's variables go on to the host, and of which others it is said that he sent them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from broker.cases.change_policy import begin_policy
from broker.cases.sent_along import sent_along
from broker.parts import Parts
from tests.broker.world import ACCOUNT, DRAFT, World


@pytest.mark.parametrize(
    ("sent", "allowed", "strange"),
    [
        ({}, {}, False),
        ({b"LANG": b"it_IT.UTF-8", b"TZ": b""}, {"LANG": "it_IT.UTF-8", "TZ": ""}, False),
        ({b"LC_ALL": b"C", b"COLORTERM": b"x"}, {}, False),
        ({b"LD_PRELOAD": b"/tmp/x.so", b"LANG": b"C"}, {"LANG": "C"}, True),
        ({b"TZ": b"a\nb"}, {}, True),
        ({b"TZ": b"x" * 257}, {}, True),
        ({b"TZ": "è".encode()}, {}, True),
        ({b"LANG\xff": b"x", b"": b""}, {}, True),
    ],
)
async def test_those_that_the_rules_name(
    parts: Parts,
    sent: dict[bytes, bytes],
    allowed: dict[str, str],
    strange: bool,  # noqa: FBT001 - a table's column
) -> None:
    world = await World.make(parts)
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),), environment=("LANG", "TZ"))
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, draft))
    joined = SimpleNamespace(tenant=world.tenant)
    assert await sent_along(parts, joined, sent) == (allowed, strange)  # type: ignore[arg-type]
