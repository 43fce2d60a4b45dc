"""SSH keys of technicians: what is taken, what is recorded, what is refused."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest

from audit.person_records import CredentialAdded, CredentialRemoved
from broker.cases.add_ssh_key import add_ssh_key, remove_ssh_key
from broker.domain import ssh_key
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from tests.broker.world import World, ssh_line


def made(folder: Path, *options: str) -> tuple[str, str]:
    """(public line, fingerprint) as OpenSSH itself says."""
    path = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-f", path, *options], check=True)
    told = subprocess.run(["ssh-keygen", "-lf", path], check=True, capture_output=True, text=True).stdout
    return path.with_suffix(".pub").read_text(), told.split()[1]


@pytest.mark.parametrize("options", [("-t", "ed25519"), ("-t", "ecdsa"), ("-t", "rsa", "-b", "2048")])
def test_fingerprints_are_those_of_openssh(tmp_path: Path, options: tuple[str, ...]) -> None:
    line, fingerprint = made(tmp_path, *options)
    assert ssh_key.parse(line).fingerprint == fingerprint


def test_a_security_keys_line_is_taken() -> None:
    parts = (b"sk-ssh-ed25519@openssh.com", bytes(32), b"ssh:")
    blob = b"".join(len(p).to_bytes(4, "big") + p for p in parts)
    line = f"sk-ssh-ed25519@openssh.com {base64.b64encode(blob).decode()} token"
    assert ssh_key.parse(line).digest == hashlib.sha256(blob).hexdigest()


def _rsa(bits: int) -> str:
    parts = (b"ssh-rsa", b"\x01\x00\x01", b"\x00" + (1 << bits - 1).to_bytes(bits // 8, "big"))
    blob = b"".join(len(p).to_bytes(4, "big") + p for p in parts)
    return f"ssh-rsa {base64.b64encode(blob).decode()}"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        "ssh-ed25519 AAAA",
        "ssh-dss AAAAB3NzaC1kc3M=",
        ssh_line(b"x").replace("ssh-ed25519", "ecdsa-sha2-nistp256", 1),
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        ssh_line(b"x") + "\n" + ssh_line(b"y"),
        'command="sh" ' + ssh_line(b"x"),
        _rsa(1024),
        "ssh-ed25519 " + "A" * 5000,
    ],
)
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(Refused) as no:
        ssh_key.parse(line)
    assert no.value.why in (Why.BAD_INPUT, Why.TOO_LARGE)


async def test_a_key_is_recorded_and_belongs_to_one_person(parts: Parts) -> None:
    world = await World.make(parts)
    key = await add_ssh_key(parts, world.technician.who, ssh_line(b"second"))
    digest = ssh_key.parse(ssh_line(b"second")).digest
    assert (await world.records(world.house))[-1] == CredentialAdded(
        world.technician.id, "ssh_key", digest, demo_software=False
    )
    with pytest.raises(Refused) as no:
        await add_ssh_key(parts, world.technician.who, ssh_line(b"second"))
    assert no.value.why is Why.DUPLICATE
    await remove_ssh_key(parts, world.technician.who, key.fingerprint)
    assert (await world.records(world.house))[-1] == CredentialRemoved(world.technician.id, "ssh_key", digest)
    with pytest.raises(Refused) as no:
        await remove_ssh_key(parts, world.technician.who, key.fingerprint)
    assert no.value.why is Why.NOT_FOUND


async def test_only_technicians_have_ssh_keys(parts: Parts) -> None:
    world = await World.make(parts)
    for someone in (world.owner, world.titolare, world.ads):
        with pytest.raises(Refused) as no:
            await add_ssh_key(parts, someone.who, ssh_line(b"mine"))
        assert no.value.why is Why.NOT_ALLOWED
