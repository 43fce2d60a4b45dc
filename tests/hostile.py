"""What a hostile host says: texts that attack whoever shows them, and a host whose every word is one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from audit.canonical import Value
from audit.commitment import Opening
from audit.folders import FolderLine
from audit.host_note import HostNote
from audit.policy import Tool
from audit.statement_parts import Channel
from broker.cases.change_policy import begin_policy
from broker.cases.take_report import take_report
from broker.store.tables import hosts, people, tenants
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story, wish

MOST = 2**53 - 1  # of an integer
HIT = "window.hit=1"
LONG = "W" * 250  # no blank to break it at
MARKUP = (
    f"<script>{HIT}</script>",
    f"</textarea></title><img src=x onerror={HIT}>",
    f"\" autofocus onfocus='{HIT}' x=\"",
    f"'><svg/onload={HIT}>",
    f"javascript:{HIT}//",
    f"*<b>*{{{{7*7}}}}${{{HIT}}}%s%(x)s{{0}}",
)
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)")
TURNED = (
    "fattura\u202egnp.exe",
    "a\u200bb\u2066c\u2069",
    "x\u2028y\u2029z",
    "\u3164\uffa0\u115f",
    "e" + "\u0301" * 60,
)
CONTROL = (
    "\x1b]52;c;c3Vv\x07",
    "\x1b[2J\x1b]0;altro\x07",
    "\x9b31m",
    "a\r\nBcc: tutti@example.com",
    "\x00\x7f\x85",
)
TEXTS = (*MARKUP, *FORMULAS, *TURNED, *CONTROL, LONG)
ALL = " ".join(TEXTS)
PRINTABLE = f"{MARKUP[0]}{MARKUP[2]}{FORMULAS[0]}{LONG}"[:256]  # where a record takes one printable line

# To a terminal: title, clipboard, a link, answers it would type, the printer, its window, keys and mouse.
SEQUENCES = (
    b"\x1b]0;altro titolo\x07", b"\x1b]52;c;c3Vv\x07", b"\x1b]8;;https://altrove.example/\x1b\\PREMA QUI\x1b]8;;\x1b\\",
    b"\x05", b"\x1b[c", b"\x1b[>c", b"\x1b[6n", b"\x1b]10;?\x07", b"\x1bP$qm\x1b\\", b"\x1b[5i\x1b[4i", b"\x1b[21t",
    b"\x1b[?1003h\x1b[?2004h", b"\x1bP+q544e\x1b\\", b"\x1b_Gi=1;AAAA\x1b\\", b"\x1b[" + b"9" * 5000 + b"A",
    b"\x1b[99999999999;99999999999H", b"\x9d0;altro\x9c", "\u202efine\u2069\u200b".encode(), b"\xff\xfe\x00",
)  # fmt: skip


def unseen(text: str) -> list[str]:
    """Signs in it that nobody sees, or that turn it round; and marks piled higher than any script piles them."""
    found = [sign for sign in text if sign not in "\n\t" and unicodedata.category(sign) in _UNSEEN]
    found += [sign for sign in text if sign in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"]
    pile = 0
    for sign in text:
        pile = pile + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        found += [sign] if pile > 8 else []
    return found


_UNSEEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")


@dataclass
class HostileHost:
    """Speaks by the key of the story's host, and says whatever a record's form takes."""

    story: Story

    async def note(
        self, kind: str, session: str | None = None, beside: Opening | None = None, /, **body: Any
    ) -> None:
        story, agent = self.story, self.story.agent
        told = HostNote(
            story.world.tenant, story.world.host.id, agent.next_n, story.clock.now(), kind, session, body
        )
        agent.next_n += 1
        opening: Value = None if beside is None else beside.to_value()
        signed = told.sign(story.world.agent.identity, agent.pins.enrolment.log_origin)
        await take_report(story.parts, story.world.host, signed, opening)

    async def file(self, session: str, channel: str, number: int, path: str, **changes: Any) -> None:
        """As it came through, or not, with a name of the host's choice."""
        told = Opening(bytes(32), {"path": path, "sha256": "ab" * 32})
        body = {"direction": "to_host", "result": "whole", "offset": 0, "bytes": MOST, **changes}
        await self.note(
            "file.transferred", session, told, channel=channel, number=number, file=told.commitment, **body
        )

    async def everything(self, session: str) -> None:
        """Of a running session, one of each kind of fact, and each of the texts where there is room for one."""
        story = self.story
        opening = Opening(bytes(32), {"path": ALL[:4000], "publisher": ALL[:4000], "peer": ALL[:4000]})
        for kind in ("terminal", "exec", "files", "desktop", "forward", "tool"):
            more = {"port": PRINTABLE} if kind == "forward" else {}
            await self.note(
                "channel.opened", session, channel=f"c-{kind}", kind=kind, via="weird_way", **more
            )
            await self.note(
                "channel.closed", session, channel=f"c-{kind}", kind=kind, in_bytes=MOST, out_bytes=0,
                out_digest="00" * 32, exit_status=MOST,
            )  # fmt: skip
        for number, text in enumerate(TEXTS, 1):
            await self.file(session, "c-files", number, f"/srv/{text}")
        await self.file(
            session, "c-files", 90, "/", result="unheard_of", direction="sideways", reason="odd_reason"
        )
        await self.note("channel.refused", session, kind="forward", reason="odd_reason")
        await self.note(
            "clipboard.copied", session, channel="c-desktop", direction="odd", bytes=0, text="00" * 32
        )
        await self.note(
            "tool.started", session, opening,
            tool=PRINTABLE, binary="00" * 32, content="odd", program=opening.commitment,
        )  # fmt: skip
        await self.note(
            "tool.told", session, opening,
            tool=PRINTABLE, event="odd", began=PRINTABLE, peer=opening.commitment,
        )  # fmt: skip
        await self.note(
            "tool.stopped", session,
            tool=PRINTABLE, processes=-MOST, forced=True, content="odd", still=MOST, log="odd",
        )  # fmt: skip
        await self.note(
            "tool.seen_outside_grant", None, opening,
            tool=PRINTABLE, what="running", why="no_grant", binary="00" * 32, program=opening.commitment,
        )  # fmt: skip
        await self.note("session.refused", session, grant="00" * 32, reason="odd_reason")
        await self.note("session.paused", session, reason="odd_reason")
        await self.note("session.resumed", session, seconds=-MOST, statement="00" * 32)
        story.clock.advance(minutes=1)


CHANNELS = (
    Channel("terminal"), Channel("exec"), Channel("desktop", control=True, clipboard=True),
    Channel("files", folder="/srv", direction="both"), Channel("tool", tool="x<b>'\"=cmd"),
)  # fmt: skip


async def attacked(story: Story) -> str:
    """A running session of every kind of channel, asked for by such words, of which the host said everything."""
    world = story.world
    draft = replace(
        DRAFT, accounts=((world.host.id, ACCOUNT),), witnesses=0,
        channels=("terminal", "exec", "desktop", "files", "tool"),
        folders=(FolderLine("/srv", "both"),), tools=(Tool("x<b>'\"=cmd", ("x",), (), 5),),
    )  # fmt: skip
    await world.titolare.sign(await begin_policy(story.parts, world.titolare.who, draft))
    await story.agent.obey()
    session = await story.running(asked=wish(*CHANNELS), text=MARKUP[0] + TURNED[0])
    label, place = PRINTABLE[:64], MARKUP[3] + LONG[:60]  # afterwards: an order names what was enrolled
    async with story.parts.store.tx(world.tenant, story.clock.now(), records=False) as tx:
        await tx.mark(update(hosts).values(label=label, place=place))
    await HostileHost(story).everything(session)
    return session


async def rename(story: Story) -> None:
    """Everybody and everything of the customer and of the house is called by an attack."""
    async with story.parts.store.tx(story.world.tenant, story.clock.now(), records=False) as tx:
        for table in (people, tenants):
            rows = await tx.work.run(select(table.c.id))
            for n, (one,) in enumerate(rows):
                text = MARKUP[n % len(MARKUP)] + TURNED[n % len(TURNED)] + CONTROL[n % len(CONTROL)]
                await tx.mark(update(table).where(table.c.id == one).values(name=f"{n} {text}"[:120]))
