"""`verbale demo --attack stolen-broker`, whole: what each attempt came to, and what it says of a weakened guard."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kit import Done, run, started
from tests.e2e.tampered import CODES
from web.demo.attack import tricks
from web.demo.processes import program

ROOT = Path(__file__).resolve().parents[2]
WHOLE_S = 840.0  # a bound for a busy machine, under that of any test: alone it takes some three minutes
AGENT, WITNESS = "l’agente / the agent, ", "il testimone / the witness, "
BROWSER, PAGE = "il browser / the browser, ", "la pagina di firma / the signing page, "


def refused(by: str, code: str) -> str:
    return f"RIFIUTATO / refused: {by}{code}"


def detected(*classes: str) -> str:
    return f"SCOPERTO / detected: verbale-verify, {', '.join(classes)}"


ROOT_USER = os.geteuid() == 0  # the demo's account is an administrator then
UNTRIED = "NON PROVATO / not tried"
ATTACK = [*program("web.site"), "demo", "--attack", "stolen-broker"]
ALLOWED = "NON IMPEDITO / not prevented: "
SOUND = f"{ALLOWED}verbale-verify: integro / sound"
EXPECTED = (
    *((one.what.it, refused(AGENT, CODES[one.name])) for one in tricks.TRICKS),
    # sessions that the customer signed
    ("in una sessione aperta, un canale", refused(AGENT, "authorisation_missing")),
    ("una sessione di 6 secondi", refused(AGENT, "session.ended expired, session_ended")),
    ("fine firmata dall’ADS e trattenuta", refused(AGENT, "session.ended stopped_by_ads")),
    ("la stessa, e nessuno guarda", ALLOWED),
    ("tasti battuti dal ladro", ALLOWED),
    ("un file lasciato sulla macchina", ALLOWED),
    ("pagina bugiarda per il tecnico", ALLOWED),
    ("una richiesta inventata dal ladro", ALLOWED),
    ("in una sessione da registrare, un comando", refused(AGENT, "recording_differs")),
    ("una richiesta «senza registrazione»", refused(AGENT, "policy_differs")),
    # pages
    ("la pagina del broker chiede una firma", refused(BROWSER, "SecurityError")),
    ("la pagina di firma vera, chiusa", refused(BROWSER, "net::ERR_BLOCKED_BY_RESPONSE")),
    ("alla pagina di firma vera un testo", refused(PAGE, "«Il testo della richiesta è stato cambiato")),
    ("alla pagina di firma vera una richiesta", refused(PAGE, "«Il testo mostrato non è quello")),
    # watched sessions
    ("presa in carico falsa", refused(AGENT, "signature_invalid")),
    ("l’ADS chiude la pagina", refused(AGENT, "session.paused, session_paused")),
    ("risposte vere dell’ADS trattenute", refused(AGENT, "session.paused, session_paused")),
    # whom the host believes
    ("il ladro tra chi autorizza: elenco", refused(AGENT, "pins_held 1/2")),
    ("lo stesso elenco, firmato dal ladro", refused(AGENT, "pins_held 1/2")),
    ("l’ADS tolto da chi autorizza", refused(AGENT, "pins_held 1/2")),
    ("regole allentate, firmate dal ladro", refused(AGENT, "pins_held 1/2")),
    ("le regole di prima, autentiche", refused(AGENT, "pins_held 1/2")),
    ("file di iscrizione scambiato", refused(AGENT, "«L’impronta digitata non è quella di questo file")),
    ("lo stesso file, e nessuno digita", f"{ALLOWED}macchina NON confermata"),
    # what the stolen broker wrote so far
    ("il registro degli attacchi fin qui", SOUND),
    ("i rifiuti della macchina tolti", detected("INCOMPLETE", "REWRITTEN")),
    ("il comando battuto dal ladro tolto", detected("INCOMPLETE", "REWRITTEN")),
    ("l’ultima nota della macchina tolta", SOUND),
    # delegations and mandates
    ("un mandato senza limiti al tecnico", refused(AGENT, "ads_delegation_missing")),
    ("lo stesso, firmato dal ladro in nome", refused(AGENT, "signature_invalid")),
    ("lo stesso, firmato dalla passkey con cui", refused(AGENT, "ads_delegation_missing")),
    ("un mandato vero con un canale in più", refused(AGENT, "signature_invalid")),
    ("il tecnico autorizza la propria richiesta senza", refused(AGENT, "own_request")),
    ("un mandato vero, per una richiesta con un canale", refused(AGENT, "ads_delegation_missing")),
    ("lo stesso, per un’attività che non dice", refused(AGENT, "ads_delegation_missing")),
    ("un mandato vero per l’altra macchina", refused(AGENT, "ads_delegation_missing")),
    ("un mandato vero che non comprende", refused(AGENT, "ads_delegation_missing") if ROOT_USER else UNTRIED),
    ("un mandato vero che finisce prima", refused(AGENT, "delegation_expired")),
    ("un mandato vero, e finito", refused(AGENT, "delegation_expired")),
    ("un mandato vero, senza le richieste proprie", refused(AGENT, "own_request")),
    ("la delega di un ADS, citata da un altro", refused(AGENT, "ads_delegation_missing")),
    ("un ADS nominato «solo con delega»", refused(AGENT, "ads_delegation_missing")),
    ("un mandato finito prima dell’ultimo giorno", f"{ALLOWED}session.started "),
    # the key on paper
    ("il ladro come titolare, in un elenco", refused(AGENT, "pins_held 2/2, nulla attende")),
    ("un elenco vero, che il titolare firma", f"{ALLOWED}nulla attende"),
    ("lo stesso elenco, dato alla macchina", refused(AGENT, "pins_held 2/2, attende 72 ore")),
    ("l’ADS si oppone, e il broker trattiene", f"{ALLOWED}attende ancora"),
    # another host
    ("un ordine autentico per una macchina", refused(AGENT, "host_differs")),
    ("lo stesso, con il permesso firmato di nuovo", refused(AGENT, "envelope_invalid")),
    ("lo stesso, con richiesta e permesso per", refused(AGENT, "envelope_invalid")),
    # two histories
    ("ordine già eseguito, ripetuto", refused(AGENT, "replayed")),
    ("database riportato a prima del furto", refused(AGENT, "head_refused stale")),
    ("un recupero con la firma falsa", refused(AGENT, "head_refused unannounced")),
    ("due storie del registro", refused(AGENT, "log_forked")),
    ("poi un ordine autentico", refused(AGENT, "log_forked")),
    ("il registro degli attacchi alla fine", detected("DISPUTED", "INCOMPLETE")),
    # log and report
    ("una registrazione cambiata, la testa", detected("TAMPERED")),
    ("una registrazione cambiata e la testa firmata", detected("REPORT", "REWRITTEN")),
    ("la stessa, per chi non ha tenuto teste", detected("REPORT", "REWRITTEN")),
    ("una registrazione tolta", detected("REPORT", "REWRITTEN")),
    ("una registrazione inserita", detected("REPORT", "REWRITTEN")),
    ("due registrazioni scambiate", detected("REPORT", "REWRITTEN")),
    ("una registrazione retrodatata", detected("REPORT", "REWRITTEN")),
    ("tutto il registro sotto un’altra chiave", detected("RECORDING", "REPORT", "REWRITTEN", "UNTRUSTED")),
    ("un intervento intero fatto sparire", detected("INCOMPLETE", "REWRITTEN")),
    ("dietro un’autorizzazione una firma", detected("REPORT", "REWRITTEN", "UNAPPROVED")),
    ("una sessione senza la sua", detected("REPORT", "REWRITTEN", "UNAPPROVED")),
    ("la nota della macchina", detected("DISPUTED", "REPORT", "REWRITTEN")),
    ("la stessa nota, firmata con la chiave dell’altra", detected("DISPUTED", "REPORT", "REWRITTEN")),
    ("nell’elenco che la macchina firma", detected("DISPUTED", "REPORT", "REWRITTEN")),
    ("il ladro tra chi autorizza, con", detected("UNAPPROVED")),
    ("regole allentate, con", detected("UNAPPROVED")),
    ("testo di una richiesta sostituito", detected("ALTERED", "REPORT")),
    ("testo di una richiesta fatto sparire", detected("REPORT", "WITHHELD")),
    ("l’ultimo accesso cambiato", detected("REWRITTEN")),
    ("lo stesso pacchetto, per chi non ha tenuto", SOUND),
    ("un accesso mai avvenuto", SOUND),
    ("rapporto con un’ora in più", detected("REPORT")),
    ("lo stesso, e la registrazione del rapporto", detected("REPORT")),
    ("database riportato indietro", detected("REWRITTEN")),
    ("lo stesso, a chi non ricorda nulla", SOUND),
    ("un’altra storia della stessa lunghezza", refused(WITNESS, "HTTP 409")),
    ("la stessa, cresciuta di una registrazione", refused(WITNESS, "HTTP 422")),
    # recordings
    ("un pezzo di registrazione alterato", detected("RECORDING")),
    ("due pezzi scambiati, di due sessioni", detected("RECORDING")),
    ("l’ultimo pezzo di una registrazione tolto", detected("RECORDING")),
    ("una registrazione intera tolta", detected("RECORDING")),
    ("un altro schermo al posto del primo pezzo", detected("RECORDING")),
    ("come se il broker non avesse mai registrato", detected("RECORDING")),
    ("l’ultimo pezzo tagliato, e una fine falsa", detected("REPORT", "REWRITTEN")),
    ("lo stesso, in un registro più corto", detected("REWRITTEN")),
    ("lo stesso, per chi non ha tenuto nulla", SOUND),
    ("le chiavi rubate aprono una registrazione", f"{ALLOWED}c-"),
    # erasures
    ("testi cancellati prima del termine", detected("REPORT", "WITHHELD")),
    ("testi cancellati mentre la loro", detected("REPORT", "WITHHELD")),
    ("testi cancellati per una decisione", detected("REPORT", "UNAPPROVED", "WITHHELD")),
    ("una registrazione cancellata prima", detected("WITHHELD")),
    ("la sospensione chiesta dal titolare", detected("WITHHELD")),
    ("la stessa, tolta dal broker in nome", SOUND),
    ("testi che il titolare fa cancellare dopo", f"{ALLOWED}n="),
    # timestamps
    ("la marca temporale di una testa", detected("TIME")),
    ("una marca temporale di un’autorità", detected("TIME")),
    ("il registro dice che una testa è marcata", detected("TIME")),
    ("l’ultimo accesso cambiato sotto una testa", detected("TIME")),
    ("lo stesso, in un registro senza marche", f"{SOUND}, passo 13 «non si può sapere»"),
    # what the service desk wrote
    ("un incidente trovato dal fornitore", detected("REPORT", "REWRITTEN")),
    ("testo di un incidente sostituito", detected("ALTERED")),
    ("una richiesta appesa a un altro incidente", detected("REPORT", "REWRITTEN", "UNAPPROVED")),
    ("un incidente mai segnalato", SOUND),
    ("una mail senza firma in nome", detected("MAIL")),
    ("la stessa, firmata con una chiave", SOUND),
    ("un accordo sul trattamento", SOUND),
    ("il tecnico nominato amministratore", SOUND),
)


def told(done: Done) -> Iterator[tuple[str, str]]:
    """Each attempt as printed: what it was, and what became of it."""
    lines = done.out.decode().splitlines()
    for at, line in enumerate(lines):
        found = re.fullmatch(r" *[0-9]+\. (.+)", line)
        if found:
            yield lines[at + 1].strip(), found[1]


async def test_every_attempt_ends_as_the_claim_says() -> None:
    done = await run(ATTACK, seconds=WHOLE_S)
    said = done.out.decode() + done.err.decode()
    assert done.status == 0, said
    assert "Traceback" not in said
    found = list(told(done))
    for (what, verdict), (begins, expected) in zip(found, EXPECTED, strict=True):
        assert what.startswith(begins)
        assert verdict.startswith(expected), (what, verdict)
        assert verdict == expected or not expected.startswith("SCOPERTO"), (what, verdict)
    allowed = sum(verdict.startswith((ALLOWED, UNTRIED)) for _, verdict in found)
    assert said.count("     Perché: ") == said.count("     Why: ") == allowed
    assert f"{len(EXPECTED)} tentativi" in said


# ------------------------------------------------------------------------------ guards that sleep

WEAK = """
import sys
if "agent.main" in sys.orig_argv:
    import agent.policy
    agent.policy.check_signature = lambda *given: None
if "audit.cli" in sys.orig_argv:
    import audit.verify_log
    import audit.verify_erasures, audit.verify_recordings
    audit.verify_log.Heads.check_own = lambda *given: None
    find = audit.verify_recordings.Recordings._find
    def blind(self, code, where, **facts):
        if code != "segment_differs":
            find(self, code, where, **facts)
    audit.verify_recordings.Recordings._find = blind
    audit.verify_erasures.Erasures._unlawful = lambda *given: None
"""
PLAY = """
import sys
from pathlib import Path
from web.demo.attack import on_erasures, on_orders, on_recordings, on_records, papers, run, tricks
from web.demo.attack.outcome import Words

orders = [one for one in tricks.TRICKS if one.name in {"in_his_name", "nobody_approved"}]
sheets = [one for one in on_records.PAPERS if one.name in {"last_record_one_reader", "text_altered"}]
kept = [one for one in on_recordings.PAPERS if one.name == "segment_altered"]
kept += [one for one in on_erasures.PAPERS if one.name == "recording_erased_early"]
chapters = [
    run.Chapter(Words("ordini", "orders"), lambda scene, ledger: on_orders.all_orders(scene, ledger, orders)),
    run.Chapter(Words("carte", "papers"), lambda scene, ledger: on_records.all_papers(scene, ledger, sheets)),
    run.Chapter(Words("tenute", "kept"), lambda scene, ledger: papers.judge_all(scene, ledger, kept)),
]
sys.exit(run.run(chapters, state=Path(sys.argv[1])))
"""


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A demo's folder, none of its processes running. While they run it is not to be had."""
    state = tmp_path / "demo"
    with started(state):
        done = subprocess.run(
            [*ATTACK, "--state", str(state)], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 1
        assert "la fermi e ripeta" in done.stdout
    return state


async def test_a_weakened_agent_and_a_weakened_verifier_are_told_on(tmp_path: Path, stopped: Path) -> None:
    """The agent checks no approver's signature, the verifier no head that its reader kept, no stored segment and
    no term. Attacked is the copy of a demo that is stopped, and stays as it is."""
    state = stopped
    log = (state / "broker" / "verbale.db").read_bytes()
    (tmp_path / "sitecustomize.py").write_text(WEAK)
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = await run([sys.executable, "-c", PLAY, str(state)], env=env, seconds=WHOLE_S)
    said = done.out.decode() + done.err.decode()
    assert done.status == 1, said
    verdicts = [verdict for _, verdict in told(done)]
    against = "RIUSCITO, E NON DOVEVA / succeeded, against the claim: "
    assert verdicts[0].startswith(f"{against}session.started ")
    assert verdicts[1] == refused(AGENT, "authorisation_missing")
    assert verdicts[2] == detected("ALTERED", "REPORT")
    assert verdicts[3] == f"{against}verbale-verify: integro / sound"
    assert verdicts[-2:] == [f"{against}verbale-verify: integro / sound"] * 2
    assert (state / "broker" / "verbale.db").read_bytes() == log
    broken = "in_his_name, last_record_one_reader, segment_altered, recording_erased_early"
    assert f"è riuscito ciò che doveva fallire ({broken})" in said


@pytest.mark.parametrize("words", [("--attack", "earthquake"), ("--attack",)])
async def test_an_attack_that_does_not_exist_is_misuse(words: tuple[str, ...]) -> None:
    done = await run([*program("web.site"), "demo", *words])
    assert done.status == 2
    assert b"Traceback" not in done.err


async def test_a_folder_without_a_demo_is_one_sentence(tmp_path: Path) -> None:
    done = await run([*ATTACK, "--state", str(tmp_path)])
    assert done.status == 1
    assert "non c’è una demo" in done.out.decode()
    assert not done.err
