"""What `verbale serve` is told of mail: read before anything starts, with a sentence where it is wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from broker.out.certified_mail import CertifiedMail
from tests.audit.mail_evidence import provider
from tests.audit.mail_evidence.test_trusted_list import listed, service
from web.commands import post
from web.commands.sealing import Misuse


def told(*line: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    post.add_options(parser)
    return parser.parse_args(line)


@pytest.fixture
def secrets(tmp_path: Path) -> str:
    path = tmp_path / "secrets"
    path.write_text("posta una password lunga\npec@fornitore.example s3greta\n")
    path.chmod(0o600)
    return str(path)


def test_nothing_told_nothing_received() -> None:
    way = post.way(told())
    assert (way.desk, way.boxes, way.channels, way.lmtp) == (None, (), {}, None)


def test_everything(secrets: str, tmp_path: Path) -> None:
    ca = tmp_path / "pec.pem"
    ca.write_bytes(provider.authority().certificate.public_bytes(Encoding.PEM))
    services = tmp_path / "list.xml"
    services.write_bytes(listed(service(provider.authority().der)))
    way = post.way(
        told(
            "--imap", "imaps://posta@mail.example/Verbale", "--imap", "imap://posta@localhost:1143",
            "--lmtp", "localhost:2424", "--pec", "smtps://pec%40fornitore.example@smtps.pec.example",
            "--pec-from", "Assistenza@PEC.example", "--pec-ca", str(ca), "--mail-secrets", secrets,
            "--mail-forwarders", "Liste.example, altro.example", "--people-ca", str(ca), "--trusted-list", str(services),
        )
    )  # fmt: skip
    assert [box.name for box in way.boxes] == ["posta@mail.example/Verbale", "posta@localhost/INBOX"]
    assert way.lmtp == ("localhost", 2424)
    pec = way.channels["pec"]
    assert isinstance(pec, CertifiedMail)
    assert (pec.host, pec.port, pec.user, pec.password) == (
        "smtps.pec.example",
        465,
        "pec@fornitore.example",
        "s3greta",
    )
    assert pec.sender == "assistenza@pec.example"
    assert pec.tls is not None
    assert way.desk is not None
    assert way.desk.providers == (provider.authority().der,)
    assert way.desk.forwarders == ("liste.example", "altro.example")
    assert way.desk.authorities == (provider.authority().der,)
    assert way.desk.trusted_list is not None
    assert [one.certificate for one in way.desk.trusted_list.services] == [provider.authority().der]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--imap", "http://posta@mail.example"], "non è un indirizzo come imaps://"),
        (["--imap", "imaps://posta:segreta@mail.example"], "non è un indirizzo come"),
        (["--imap", "imaps://posta@mail.example:x"], "non è un indirizzo come"),
        (["--imap", "imap://posta@mail.example"], "Senza TLS solo verso questa macchina"),
        (["--imap", "imaps://altro@mail.example"], "manca la riga della password di altro"),
        (["--pec", "smtp://posta@pec.example", "--pec-from", "a@b.example"], "usi smtps://"),
        (["--pec", "smtps://posta@pec.example"], "--pec-from"),
        (["--lmtp", "2424"], "localhost:2424"),
        (["--lmtp", "localhost:99999"], "localhost:2424"),
        (["--lmtp", "localhost:1", "--pec-ca", "/dev/null"], "non contiene certificati"),
        (["--lmtp", "localhost:1", "--pec-ca", "/nowhere"], "non si legge"),
        (["--lmtp", "localhost:1", "--trusted-list", "/dev/null"], "ETSI TS 119 612"),
        (["--lmtp", "localhost:1", "--trusted-list", "/nowhere"], "non si legge"),
        (["--imap", "imaps://posta@mail.example", "--mail-ca", "/nowhere"], "non si legge"),
    ],
)
def test_what_is_wrong_is_said(line: list[str], words: str, secrets: str) -> None:
    with pytest.raises(Misuse, match=words):
        post.way(told(*line, "--mail-secrets", secrets))


def test_secrets_are_their_owner_s_alone(secrets: str) -> None:
    box = ["--imap", "imaps://posta@mail.example"]
    with pytest.raises(Misuse, match="Per posta serve --mail-secrets"):
        post.way(told(*box))
    Path(secrets).chmod(0o640)
    with pytest.raises(Misuse, match="leggibile al solo proprietario"):
        post.way(told(*box, "--mail-secrets", secrets))
    with pytest.raises(Misuse, match="non si legge"):
        post.way(told(*box, "--mail-secrets", "/nowhere"))
