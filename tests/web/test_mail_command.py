"""`verbale mail judge`, as it is typed."""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from audit.mail_evidence.dns import DnsSnapshot
from audit.mail_evidence.known import Known
from broker.cases.known_of_mail import known_of_mail
from broker.live.mail_desk import MailDesk
from tests.audit.mail_evidence.mails import DNS, NOW, mail, published, signed
from tests.audit.mail_evidence.papers import BODY, authority, carrying, titolare
from tests.audit.mail_evidence.provider import authority as gestore
from tests.audit.mail_evidence.provider import envelope
from tests.audit.mail_evidence.signers import cms_signed
from tests.audit.mail_evidence.test_trusted_list import listed, service
from tests.broker.world import World
from web.commands import mail as command
from web.commands import run_broker, serve
from web.site import main

WHEN = ("--received", NOW.isoformat())


@pytest.fixture
def ask(tmp_path, capsys):
    """Its exit code, what it says, what it complains of."""
    (tmp_path / "dns").write_bytes(DNS.encode())

    def run(raw, *more):
        (tmp_path / "a.eml").write_bytes(raw)
        code = main(["mail", "judge", str(tmp_path / "a.eml"), "--dns", str(tmp_path / "dns"), *WHEN, *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_in_words_for_a_person(ask):
    code, out, _ = ask(signed(mail("Maria\u202e <titolare@studio.it>")))
    assert code == 0
    assert out.startswith(
        "E0  unknown_sender  (posta ordinaria)\n- L’indirizzo del mittente non è fra quelli"
    )
    assert "- La firma DKIM del dominio del mittente è valida." in out
    assert "Mittente: titolare@studio.it\nOggetto: [AUT-7K3M] si proceda\n" in out
    assert "Non vale da solo." in out
    assert "\u202e" not in out


def test_with_stable_keys_for_a_program(ask, tmp_path):
    ca = tmp_path / "ca.pem"
    ca.write_bytes(gestore().pem)
    code, out, _ = ask(envelope(), "--json", "--pec-ca", str(ca))
    found = json.loads(out)
    assert code == 0
    assert set(found) == {"level", "code", "reasons", "transport", "accepted", "received", "claims"}
    assert (found["level"], found["code"], found["transport"]) == ("e0", "pec_sender_unregistered", "pec")
    assert found["reasons"][0]["it"].startswith("Il mittente certificato")
    assert found["claims"]["certified"]["at"] == "2026-11-26T08:58:00+00:00"
    assert found["received"] == "2026-11-26T09:00:00.000Z"


def test_c17_signers_of_attachments(ask, tmp_path):
    """C-17, C-18: shown with name, codice fiscale and verdict."""
    raw = signed(carrying("a.p7m", cms_signed(BODY, titolare(), NOW)))
    (tmp_path / "ca.pem").write_bytes(authority().pem)
    (tmp_path / "list.xml").write_bytes(listed(service(authority().der)))
    _, out, _ = ask(raw, "--ca", str(tmp_path / "ca.pem"))
    assert (
        "Allegato a.p7m: Maria Rossi RSSMRA80A01H501U. Un allegato firmato è integro; qualifica non verificata"
        in out
    )
    _, out, _ = ask(raw, "--trusted-list", str(tmp_path / "list.xml"))
    assert "Un allegato porta una firma qualificata." in out
    _, out, _ = ask(carrying("b.p7m", b"nonsense"))
    assert "Allegato b.p7m: firmatario sconosciuto." in out


def test_c03_the_answers_are_kept_for_another_time(ask, tmp_path):
    """C-03."""
    kept = tmp_path / "kept"
    _, first, _ = ask(signed(mail()), "--keep-dns", str(kept))
    assert [name for name, _ in DnsSnapshot.parse(kept.read_bytes()).answers] == ["s1._domainkey.studio.it"]
    _, second, _ = ask(signed(mail()), "--dns", str(kept))
    assert first == second


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--received", "ieri"), "2026-11-26T09:00:00+01:00"), (("--received", "2026-11-26T09:00:00"), "2026-11-26T09:00:00+01:00"),
        (("--dns", "{here}/a.eml"), "risposte del DNS"), (("--dns", "{here}/none"), "non si legge"),
        (("--pec-ca", "{here}/a.eml"), "forma PEM"), (("--trusted-list", "{here}/a.eml"), "ETSI TS 119 612"),
    ],
)  # fmt: skip
def test_what_is_mistyped_is_said_in_words(ask, capsys, tmp_path, more, said):
    with pytest.raises(SystemExit) as misuse:
        ask(mail(), *[one.format(here=tmp_path) for one in more])
    assert misuse.value.code == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert main(["mail", "judge", str(tmp_path / "none.eml"), *WHEN]) == 2
    assert "non si legge" in capsys.readouterr().err


def test_a_customer_nobody_knows(ask, tmp_path):
    code, out, err = ask(mail(), "--tenant", "t-1", "--state", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert "non ha mai lavorato un broker" in err


def test_without_the_libraries(ask, monkeypatch):
    monkeypatch.setattr(command, "available", lambda: False)
    code, _, err = ask(mail())
    assert code == 1
    assert "verbale[mail]" in err


def test_s34_the_customers_addresses_out_of_the_brokers_store(ask, tmp_path):
    """S-34: whose mail it is comes from the store of a broker that does not run; nothing is changed."""

    async def prepare():
        async with AsyncExitStack() as stack:
            settings = run_broker.settings_of(_options(tmp_path), 8700, 2222)
            run_broker.remember(settings)
            world = await World.make(await run_broker.make_parts(settings, stack))
            found = await run_broker.COMMANDS["mail_known"](
                world.parts, {"tenant": world.tenant, "at": "2026-11-26T09:00:00.000Z"}
            )
            desk = MailDesk(Nobody(), (gestore().der,), ("forum.it",))
            more = await known_of_mail(replace(world.parts, mail=desk), world.tenant, NOW)
            assert (more.providers, more.forwarders) == ((gestore().der,), ("forum.it",))
            return world.tenant, Known.from_value(found["known"])

    tenant, known = asyncio.run(prepare())
    titolare = next(one for one in known.registered if one.role == "titolare" and not one.pec)
    domain = titolare.address.partition("@")[2]
    (tmp_path / "dns").write_bytes(published(domain).encode())
    raw = signed(mail(titolare.address), domain=domain)
    before = sorted((path.name, path.read_bytes()) for path in tmp_path.glob("verbale.db"))
    code, out, err = ask(
        raw, "--dns", str(tmp_path / "dns"), "--tenant", tenant, "--state", str(tmp_path), "--json"
    )
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["level"], found["code"], found["accepted"]) == ("e1", "dkim_aligned", False)
    assert found["sender"] == {"person": titolare.person, "role": "titolare", "address": titolare.address}
    assert found["reasons"][-1]["code"] == "below_minimum"
    assert sorted((path.name, path.read_bytes()) for path in tmp_path.glob("verbale.db")) == before
    code, _, err = ask(raw, "--tenant", "t-nobody", "--state", str(tmp_path))
    assert (code, err != "") == (1, True)


class Nobody:
    name = "nessuno"

    def txt(self, name):
        return None


def _options(state):
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    return parser.parse_args(["--state", str(state), "--signing-origin", "http://firma.localhost:8701"])
