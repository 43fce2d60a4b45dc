"""The answers of the DNS that a verdict rests on, kept so that it can be given again after the keys changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from audit import instant
from audit.canonical import Fields, b64, decode, encode
from audit.errors import Malformed
from audit.forms import INSTANT, LINE

MAX_TXT_BYTES = 8192  # a DKIM key of 16,384 bits is half of it
MAX_ANSWERS = 64  # signatures judged are fewer
MAX_SNAPSHOT_BYTES = 1024 * 1024
MAX_DOMAIN = 253


@dataclass(frozen=True, slots=True)
class Answer:
    """The TXT record at a name: its strings joined; None where the name has none. `authentic` is the
    resolver's word that DNSSEC holds (the AD bit)."""

    text: bytes | None
    authentic: bool = False


class Dns(Protocol):
    """Who answers for the TXT record of a name; None: nobody could."""

    def txt(self, name: str) -> Answer | None: ...


def spelled(name: str) -> str:
    """A name as it is asked for and kept: lower case, no dot at its end."""
    return name.lower().rstrip(".")


@dataclass(frozen=True, slots=True)
class DnsSnapshot:
    """`answers` by name. `resolver` says who was asked, `taken` when."""

    taken: datetime
    resolver: str
    answers: tuple[tuple[str, Answer], ...] = ()

    def txt(self, name: str) -> Answer | None:
        return dict(self.answers).get(spelled(name))

    def encode(self) -> bytes:
        """The evidence `dns` (FORMAT.md §16)."""
        lines = [
            {"name": name} | ({} if a.text is None else {"text": b64(a.text)}) | ({"authentic": True} if a.authentic else {})
            for name, a in sorted(self.answers)
        ]  # fmt: skip
        value = {
            "v": 1, "type": "dns_snapshot", "taken": instant.to_text(self.taken), "resolver": self.resolver,
            "answers": lines,
        }  # fmt: skip
        return encode(value, max_bytes=MAX_SNAPSHOT_BYTES)

    @classmethod
    def parse(cls, data: bytes) -> DnsSnapshot:
        f = Fields(decode(data, max_bytes=MAX_SNAPSHOT_BYTES), "a DNS snapshot")
        f.exactly("v", 1)
        f.exactly("type", "dns_snapshot")
        taken = instant.parse(f.formed("taken", INSTANT))
        resolver = f.formed("resolver", LINE)
        answers = [_answer(Fields(item, "an answer of the DNS")) for item in f.items("answers")]
        f.done()
        names = [name for name, _ in answers]
        if len(names) > MAX_ANSWERS or names != sorted(set(names)):
            raise Malformed("answers of the DNS that are too many, twice there or not sorted")
        return cls(taken, resolver, tuple(answers))


def _answer(f: Fields) -> tuple[str, Answer]:
    name = f.formed("name", LINE)
    text = f.raw("text") if f.has("text") else None
    authentic = f.flag("authentic")
    f.done()
    if name != spelled(name) or len(name) > MAX_DOMAIN or (text is not None and len(text) > MAX_TXT_BYTES):
        raise Malformed("an answer of the DNS outside its form")
    return name, Answer(text, authentic)


class Asked:
    """Asks `ask` and keeps what it answered: each name once. A name that is no name is not asked."""

    def __init__(self, ask: Callable[[str], Answer | None]) -> None:
        self._ask = ask
        self._answers: dict[str, Answer] = {}

    def txt(self, name: str) -> Answer | None:
        name = spelled(name)
        if name in self._answers:
            return self._answers[name]
        if not LINE.fits(name) or len(name) > MAX_DOMAIN or len(self._answers) >= MAX_ANSWERS:
            return None
        answer = self._ask(name)
        if answer is None or (answer.text is not None and len(answer.text) > MAX_TXT_BYTES):
            return None
        self._answers[name] = answer
        return answer

    def snapshot(self, taken: datetime, resolver: str) -> DnsSnapshot:
        return DnsSnapshot(taken, resolver, tuple(sorted(self._answers.items(), key=lambda item: item[0])))
