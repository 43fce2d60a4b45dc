"""The agent's files in words."""

from __future__ import annotations

from collections.abc import Sequence

from web import views_estate as e
from web.agent_files import AgentFile
from web.present.reader import Reader

_SYSTEMS: dict[str, tuple[str, str]] = {
    "linux": ("Linux, un file solo, {machine}", "Linux, one file, {machine}"),
    "deb": ("Debian e Ubuntu, pacchetto, {machine}", "Debian and Ubuntu, package, {machine}"),
    "windows": ("Windows, un file solo, {machine}", "Windows, one file, {machine}"),
    "macos": ("macOS, un file solo, {machine}", "macOS, one file, {machine}"),
}


def agents(found: Sequence[AgentFile], reader: Reader) -> e.Agents:
    return e.Agents(tuple(_row(one, reader) for one in found), checks=_checks(found))


def _row(file: AgentFile, reader: Reader) -> e.AgentRow:
    family, _, machine = file.system.removesuffix(".exe").partition("-")
    if file.system.endswith(".deb"):
        family, machine = "deb", file.system.removesuffix(".deb")
    it, en = _SYSTEMS[family]
    return e.AgentRow(
        file.name, f"/agente/{file.name}", reader.say(it, en).format(machine=machine), file.version,
        f"{max(1, round(file.size / 1_000_000))} MB", file.sha256,
    )  # fmt: skip


def _checks(found: Sequence[AgentFile]) -> tuple[str, ...]:
    """The command that computes the digest, for each kind of system that something is there for."""
    kinds = {one.system.partition("-")[0] for one in found}
    wanted = []
    if any(kind == "linux" or kind.endswith(".deb") for kind in kinds):
        wanted.append("sha256sum verbale-agent*")
    if "macos" in kinds:
        wanted.append("shasum -a 256 verbale-agent*")
    if "windows" in kinds:
        wanted.append("Get-FileHash verbale-agent*")
    return tuple(wanted)
