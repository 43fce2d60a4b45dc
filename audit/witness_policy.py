"""Which witnesses a head needs (C2SP tlog-policy): parse the text file, say when its quorum holds."""

from __future__ import annotations

from dataclasses import dataclass

from audit.errors import Malformed
from audit.note import COSIGNATURE, ED25519, VerifierKey

MAX_LINES = 4096
MAX_GROUPS = 64  # groups may nest: this bounds the depth


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """`groups` maps a name to (how many of, which members); `quorum` is a name, or None for none."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str | None

    @property
    def needed(self) -> int:
        """The fewest witnesses that can satisfy the quorum."""
        return 0 if self.quorum is None else self._fewest(self.quorum)

    def _fewest(self, name: str) -> int:
        if name in self.witnesses:
            return 1
        count, members = self.groups[name]
        return sum(sorted(self._fewest(m) for m in members)[:count])

    def satisfied(self, by: frozenset[str]) -> bool:
        return self.quorum is None or self._holds(self.quorum, by)

    def _holds(self, name: str, by: frozenset[str]) -> bool:
        if name in self.witnesses:
            return name in by
        count, members = self.groups[name]
        return sum(self._holds(m, by) for m in members) >= count


def policy_text(log: VerifierKey, witnesses: dict[str, VerifierKey], quorum: int) -> str:
    """The file for `quorum` of these witnesses; 0 asks for none."""
    lines = [f"log {log.text}"]
    lines += [f"witness {name} {vkey.text}" for name, vkey in sorted(witnesses.items())]
    if quorum:
        lines.append(f"group quorum {quorum} {' '.join(sorted(witnesses))}")
    lines.append("quorum quorum" if quorum else "quorum none")
    return "\n".join(lines) + "\n"


def parse_policy(data: bytes) -> WitnessPolicy:
    """Read the file: a name is defined before it is used, and there is exactly one quorum line."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as wrong:
        raise Malformed("the witness policy is not text") from wrong
    if lines.pop() != "" or len(lines) > MAX_LINES:
        raise Malformed("the witness policy does not end its last line, or is too long")
    logs: list[VerifierKey] = []
    witnesses: dict[str, VerifierKey] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorum: list[str] = []

    grouped: set[str] = set()  # a member of one group only (C2SP), so that groups form a tree

    def fresh(name: str) -> str:
        if name == "none" or name in witnesses or name in groups:
            raise Malformed("the witness policy names something twice")
        return name

    for line in lines:
        match line.split(" "):
            case ["log", vkey]:
                logs.append(_key(vkey, ED25519))
            case ["witness", name, vkey]:
                witnesses[fresh(name)] = _key(vkey, COSIGNATURE)
            case ["group", name, count, *members]:
                groups[fresh(name)] = _group(count, members, {*witnesses, *groups} - grouped)
                grouped.update(members)
                if len(groups) > MAX_GROUPS:
                    raise Malformed("more groups than a witness policy needs")
            case ["quorum", name]:
                quorum.append(name)
            case _:
                raise Malformed("a line of the witness policy is in another spelling")
    if len(quorum) != 1 or not logs:
        raise Malformed("a witness policy names a log and one quorum")
    if quorum[0] != "none" and quorum[0] not in witnesses and quorum[0] not in groups:
        raise Malformed("the quorum names nobody")
    return WitnessPolicy(tuple(logs), witnesses, groups, None if quorum[0] == "none" else quorum[0])


def _key(text: str, kind: int) -> VerifierKey:
    vkey = VerifierKey.parse(text)
    if vkey.type != kind:
        raise Malformed("a key of the witness policy is of the wrong type")
    return vkey


def _group(count: str, members: list[str], known: set[str]) -> tuple[int, tuple[str, ...]]:
    if not members or len(set(members)) != len(members) or not set(members) <= known:
        raise Malformed("a group of the witness policy names nobody, somebody twice, or a stranger")
    if count in ("any", "all"):
        return (1 if count == "any" else len(members)), tuple(members)
    if len(count) > 4 or not count.isascii() or not count.isdigit() or count != str(int(count)):
        raise Malformed("a group's number is not a canonical decimal")
    if not 1 <= int(count) <= len(members):
        raise Malformed("a group asks for none or for more than it names")
    return int(count), tuple(members)
