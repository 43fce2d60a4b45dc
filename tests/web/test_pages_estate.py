"""Hosts, people and rules by their pages: from a name to a signed enrolment."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp

from audit.canonical import unb64
from audit.external_witness import ExternalWitness
from audit.keys import SigningKey
from audit.named_ports import NamedPort
from audit.note import VerifierKey
from broker.cases.ask_witness import ask_witness
from broker.cases.finish_signing import finish_signing
from broker.cases.log_in import begin_passkey_login, finish_passkey_login
from broker.cases.open_tenant import open_tenant
from broker.cases.rotate_log_key import rotate_log_key
from broker.cases.see_estate import see_people
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import log_tokens, next_log, statements
from broker.store.standing import Ahead
from tests.broker.outside import NAMED, Outside, name_it
from tests.broker.world import Someone, World, newcomer, with_signing_key
from tests.stories.telling import Story
from tests.web.test_english import italian_in

Browse = Any


async def sign(parts: Parts, someone: Someone, answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    state, signed = someone.answer(answer.json()["go"])
    return await finish_signing(parts, someone.who, state, signed)


async def people_of(parts: Parts, world: World) -> dict[str, str]:
    return {one.id: one.name for one in await see_people(parts, world.titolare.who, world.tenant)}


async def test_a_host_from_its_name_to_its_code(parts: Parts, world: World, browse: Browse) -> None:
    titolare = browse(world.titolare)
    made = await titolare.post("/postazioni", tenant=world.tenant, label="contabile-02", place="ufficio")
    path = made.headers["location"]
    assert "Firma le regole con questo utente" in (await titolare.get(path)).text
    await sign(parts, world.titolare, await titolare.post(f"{path}/utente", script=True, account="mario"))
    page = (await titolare.get(path)).text
    assert "mario" in page
    done = await sign(parts, world.titolare, await titolare.post(f"{path}/firma", script=True))
    assert set(done.shown_once) == {"host", "code"}
    page = (await titolare.get(path)).text
    assert done.shown_once["code"] not in page
    assert "Scarica il file di iscrizione" in page
    file = await titolare.get(f"/api{path.replace('postazioni', 'hosts')}/enrolment")
    assert file.json()["enrolment"]
    twice = await titolare.post("/postazioni", tenant=world.tenant, label="CONTABILE-02", place="x")
    assert twice.status_code == 422
    assert "Esiste già" in twice.text
    assert 'value="CONTABILE-02"' in twice.text
    assert 'name="place" value="x"' in twice.text


async def test_a_slip_names_its_field_in_words_and_loses_nothing(world: World, browse: Browse) -> None:
    titolare = browse(world.titolare)
    wrong = await titolare.post("/postazioni", tenant=world.tenant, label="cassa-01", place="")
    assert "(dove sta)" in wrong.text
    assert 'name="label" value="cassa-01"' in wrong.text
    english = (
        await browse(world.titolare)
        .speak("en")
        .post("/postazioni", tenant=world.tenant, label="", place="here")
    )
    assert "(the host’s name)" in english.text
    owner = browse(world.owner)
    # A customer whose titolare has not come yet: the vendor lets in its first people.
    other = await open_tenant(world.parts, world.owner.who, name="Hotel Nuovo", details={})
    typed = {"name": "Nora Nuova", "function": "ADS", "email": "non è un indirizzo", "role": "ads"}
    wrong = await owner.post("/persone", tenant=other.id, **typed)
    assert wrong.status_code == 422
    assert "(l’indirizzo di posta)" in wrong.text
    for name in ("name", "function", "email"):
        assert f'name="{name}"' in wrong.text
        assert f'value="{typed[name]}"' in wrong.text
    assert 'value="ads" selected' in wrong.text
    assert f'value="{other.id}" selected' in wrong.text
    rules = await titolare.post("/regole", script=True, supervision="mai")
    assert "(" in rules.json()["it"]


async def test_rules_come_back_as_they_were(parts: Parts, world: World, browse: Browse) -> None:
    """The form shows the rules in force; signed unchanged but for one line, only that line has changed."""
    titolare = browse(world.titolare)
    page = (await titolare.get("/regole")).text
    form: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            form.setdefault(name[1], []).append(value[1])
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        form[name] = re.findall(r'value="([^"]*)" selected', options)
    async with parts.store.read() as work:
        before = await statements.policy(work, world.tenant)
    form["longest_s"] = ["1800"]
    vkey = VerifierKey.witness("testimone.esempio.it", SigningKey(b"w" * 32).public).text
    form["external"] = [f"https://testimone.esempio.it/ {vkey}\r\n\r\n"]
    form["ports"] = ["rdp localhost 3389\r\n nas 192.168.10.40  443\r\n"]
    form["environment"] = ["LC_ALL  LANG"]
    await sign(parts, world.titolare, await titolare.post("/regole", script=True, **form))
    async with parts.store.read() as work:
        after = await statements.policy(work, world.tenant)
    assert before is not None
    assert after is not None
    assert (after.longest_s, after.number) == (1800, 2)
    assert (after.channels, after.accounts, after.window_s) == (
        before.channels,
        before.accounts,
        before.window_s,
    )
    assert (after.supervision, after.desk, after.offline) == (before.supervision, before.desk, before.offline)
    assert after.external == (ExternalWitness("https://testimone.esempio.it", vkey),)
    assert f"https://testimone.esempio.it {vkey}</textarea>" in (await titolare.get("/regole")).text
    assert after.ports == (NamedPort("rdp", "localhost", 3389), NamedPort("nas", "192.168.10.40", 443))
    assert after.environment == ("LANG", "LC_ALL")
    again = (await titolare.get("/regole")).text
    assert "rdp localhost 3389\nnas 192.168.10.40 443</textarea>" in again
    assert 'value="LANG LC_ALL"' in again
    for typed in (
        "rdp localhost",
        "rdp localhost 0",
        "rdp localhost x",
        "RDP localhost 1",
        "rdp localhost 1\nrdp a 2",
    ):
        told = await titolare.post("/regole", script=True, **form | {"ports": [typed]})
        assert (told.status_code, "(le porte di rete)" in told.json()["it"]) == (422, True)
    for typed in ("PATH", "LD_PRELOAD LANG", "lang"):
        told = await titolare.post("/regole", script=True, **form | {"environment": [typed]})
        assert (told.status_code, told.json()["field"]) == (422, "environment")
    for typed in ("https://testimone.esempio.it", "ftp://x y", f"http://127.0.0.1:1 {vkey}", "a b\n" * 17):
        told = await titolare.post("/regole", script=True, **form | {"external": [typed]})
        assert told.status_code == 422
        assert "(gli altri testimoni)" in told.json()["it"]


async def test_the_list_of_approvers_is_signed_whole(parts: Parts, world: World, browse: Browse) -> None:
    titolare = browse(world.titolare)
    page = (await titolare.get("/persone/elenco")).text
    until = dict(re.findall(r'name="until-([^"]+)" type="date" value="([^"]+)"', page))
    assert set(until) == {world.titolare.id, world.ads.id}
    form = {"person": [world.titolare.id], f"until-{world.titolare.id}": until[world.titolare.id]}
    await sign(parts, world.titolare, await titolare.post("/persone/elenco", script=True, **form))
    async with parts.store.read() as work:
        held = await statements.approvers(work, world.tenant)
    assert held is not None
    assert {line.person for line in held.approvers} == {world.titolare.id}
    assert len(re.findall(r'name="person"[^>]* checked', page)) == 2


async def test_whoever_has_a_signing_passkey_and_no_appointment_reads_who_appoints_him(
    parts: Parts, world: World, browse: Browse
) -> None:
    lacks = "La passkey c’è. Manca la nomina."
    assert lacks not in (await browse(world.ads).get("/persone")).text
    late = await newcomer(parts, world.titolare, world.tenant, "ads", "Ada Nuova")
    assert lacks not in (await browse(late).get("/persone")).text  # first comes his passkey
    await with_signing_key(late)
    page = (await browse(late).get("/persone")).text
    assert lacks in page
    assert f"La firma {(await people_of(parts, world))[world.titolare.id]}: la trova già" in page
    assert lacks not in (await browse(world.titolare).get("/persone")).text


async def test_bad_rules_and_dates_are_told(world: World, browse: Browse) -> None:
    titolare = browse(world.titolare)
    for form in ({}, {"supervision": "mai"}):
        assert (await titolare.post("/regole", script=True, **form)).json()["code"] == "bad_input"
    answer = await titolare.post("/persone/elenco", script=True, person=world.ads.id)
    assert answer.json()["field"] == "until"


async def test_customers_and_keys(world: World, browse: Browse) -> None:
    owner = browse(world.owner)
    assert (await owner.post("/persone/clienti", tenant_name="Hotel Modello")).headers[
        "location"
    ] == "/persone"
    assert "Hotel Modello" in (await owner.get("/persone")).text
    technician = browse(world.technician)
    wrong = await technician.post("/persone/chiavi-ssh", key="ssh-rsa nonsense")
    assert wrong.status_code == 422
    message, form = re.search(
        r'action="/persone/chiavi-ssh" method="post"><div class="note note-stop"[^>]*>(.*?)</div>(.*?)</form>',
        wrong.text,
        re.DOTALL,
    ).groups()  # type: ignore[union-attr]
    assert "(la chiave pubblica ssh)" in message
    assert ">ssh-rsa nonsense</textarea>" in form
    page = (await technician.get("/persone")).text
    assert world.technician.ssh_fingerprint in page
    await technician.post(f"/persone/chiavi-ssh/togli/{world.technician.ssh_fingerprint}")
    assert world.technician.ssh_fingerprint not in (await technician.get("/persone")).text


async def test_a_function_called_like_its_role_is_said_once(world: World, browse: Browse) -> None:
    page = (await browse(world.owner).get("/persone")).text
    assert "<td>titolare</td>" in page
    assert "<td>ADS</td>" in page
    assert "<td>tecnico, technician</td>" in page


async def test_password_page_keeps_its_secret_until_a_code_was_right(
    parts: Parts, world: World, browse: Browse
) -> None:
    titolare = browse(world.titolare)
    pages = [(await titolare.get("/persone/password")).text for _ in range(2)]
    secrets = [re.search(r'data-copy="([A-Z2-7]+)"', page)[1] for page in pages]  # type: ignore[index]
    assert secrets[0] != secrets[1]
    state = re.search(r'name="state" value="([^"]+)"', pages[0])[1]  # type: ignore[index]
    answer = await titolare.post("/persone/password", state=state, password="lunga abbastanza", code="000000")
    assert answer.status_code == 422
    assert "Il codice non è quello che l’applicazione mostra adesso." in answer.text
    assert secrets[0] in answer.text  # nothing has to be put into the app again
    assert "lunga abbastanza" not in answer.text
    good = pyotp.TOTP(secrets[0]).at(parts.clock.now())
    done = await titolare.post("/persone/password", state=state, password="lunga abbastanza", code=good)
    assert done.headers["location"] == "/persone"
    late = await titolare.post("/persone/password", state=state, password="lunga abbastanza", code=good)
    assert "Eccone uno nuovo." in late.text
    assert secrets[0] not in late.text


async def test_the_vendor_is_offered_no_customer_that_lets_in_its_own_people(
    world: World, browse: Browse
) -> None:
    other = await open_tenant(world.parts, world.owner.who, name="Hotel Nuovo", details={})
    page = (await browse(world.owner).get("/persone")).text
    assert f'<option value="{other.id}"' in page
    assert f'<option value="{world.tenant}"' not in page
    assert f"/persone/{world.tenant}/" not in page, "nor a new invitation for one of them"
    own = (await browse(world.titolare).get("/persone")).text
    assert f"/persone/{world.tenant}/{world.ads.id}/invito" in own
    assert '<option value="titolare"' in own


async def test_a_stopped_log_is_the_owners_first_duty(parts: Parts, world: World, browse: Browse) -> None:
    owner = browse(world.owner)
    assert "è fermo" not in (await owner.get("/gestione")).text
    parts.store.standing.found(world.tenant, Ahead("h-1", 1234, forked=False))
    page = (await owner.get("/gestione")).text
    assert "Il registro di Albergo Esempio è fermo" in page
    assert "Un testimone ne conserva 1.234 voci, qui ce ne sono " in page
    parts.store.standing.found(world.tenant, Ahead("h-1", 1235, forked=True))
    assert "un’altra storia (1.235 voci)" in (await owner.get("/gestione")).text
    month = (await browse(world.titolare).get("/titolare")).text
    assert "Il suo registro è fermo" in month
    assert "Che cosa deve fare lei: niente" not in month


async def test_the_titolare_sees_his_other_witnesses(
    parts: Parts, world: World, browse: Browse, tmp_path: Path
) -> None:
    await name_it(world)
    titolare = browse(world.titolare)
    assert "macchine testimoni: 0 su 1; altri: 0 su 1" in (await titolare.get("/titolare")).text
    outside = await Outside.make(world, tmp_path / "w")
    await ask_witness(parts, outside, world.tenant, NAMED)
    assert "macchine testimoni: 0 su 1; altri: 1 su 1" in (await titolare.get("/titolare")).text


async def test_the_titolare_lets_a_monitor_read_the_log(parts: Parts, world: World, browse: Browse) -> None:
    """The code is on the page that made it and on no later one; in English that page is English."""
    titolare = browse(world.titolare)
    assert 'action="/titolare/monitor"' in (await titolare.get("/titolare")).text
    assert 'action="/titolare/monitor"' not in (await browse(world.ads).get("/titolare")).text
    page = (await titolare.post("/titolare/monitor")).text
    made = set(re.findall(r"\b[A-Za-z0-9_-]{43}\b", page))
    async with parts.store.read() as work:
        kept = await log_tokens.digest(work, world.tenant)
    assert kept in {digest_of(one) for one in made}
    assert f"{parts.settings.origin}/api/log/{world.tenant}/2026" in page
    assert not made & set(re.findall(r"\b[A-Za-z0-9_-]{43}\b", (await titolare.get("/titolare")).text))
    english = await browse(world.titolare).speak("en").post("/titolare/monitor")
    assert "Your log, for whoever keeps an eye on it" in english.text
    assert italian_in(english.text) == []


async def test_witnesses_outside_are_to_be_told_of_the_next_log(
    parts: Parts, world: World, browse: Browse, tmp_path: Path
) -> None:
    """From the announcement on, until they cosign under the next log's name; nobody else has to do anything."""
    titolare, owner = browse(world.titolare), browse(world.owner)
    await rotate_log_key(parts, world.tenant)
    assert "nuovo trust.json" not in (await titolare.get("/titolare")).text
    await name_it(world)
    assert "nuovo trust.json" in (await titolare.get("/titolare")).text
    assert "Testimoni esterni di Albergo Esempio" in (await owner.get("/gestione")).text
    outside = await Outside.make(world, tmp_path / "outside")
    await ask_witness(parts, outside, world.tenant, NAMED)
    assert "nuovo trust.json" not in (await titolare.get("/titolare")).text
    assert "Testimoni esterni" not in (await owner.get("/gestione")).text
    async with parts.store.tx(world.tenant, parts.clock.now()) as tx:
        await next_log.announce(tx, tx.grown, "year")
    page = (await titolare.get("/titolare")).text
    assert "Dal 01/01/2027 il registro continua sotto un’altra chiave." in page
    assert 'href="/trust.json"' in page


async def test_the_titolare_sees_whose_list_of_sessions_is_here(story: Story, browse: Browse) -> None:
    """Of the month that ended last, and of the hosts that were in use in it."""
    world = story.world
    page = (await browse(world.titolare).get("/titolare")).text
    assert world.host.label in page
    assert "elenco della macchina" not in page, "it was enrolled in the month that runs"
    story.clock.at = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    asked = await begin_passkey_login(world.parts, "192.0.2.10")
    answer = world.titolare.login.authentication(unb64(asked.options["challenge"]))
    entered = await finish_passkey_login(world.parts, asked.state, answer, "192.0.2.10")
    world.titolare = replace(world.titolare, token=entered.token)
    page = (await browse(world.titolare).get("/titolare")).text
    assert "elenco della macchina mancante, novembre 2026" in page
    await story.agent.list_sessions()
    page = (await browse(world.titolare).get("/titolare")).text
    assert "elenco della macchina ricevuto, novembre 2026" in page
    english = (await browse(world.titolare).speak("en").get("/titolare")).text
    assert "the host’s list received, November 2026" in english
