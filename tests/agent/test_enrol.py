"""Enrolment: what the host checks, what it sends, and one clear sentence for every failure."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent import enrol, pins_store
from agent.enrol import LocalUser
from agent.main import main
from agent.route import Route
from agent.sentences import SENTENCES, Failure, say
from agent.spool import Spool
from audit.enrolment import Enrolment
from audit.host_note import open_host_note
from audit.keys import PublicKey
from tests.agent import host
from tests.audit import people


class Answering(HTTPServer):
    """A broker that answers every POST the same way, and keeps what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body = 201, b'{"acked":0}'
        self.got: list[tuple[str, Any]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def refuse(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", self.server.origin + "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def broker() -> Iterator[Answering]:
    server = Answering()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "machine-id"
    path.write_text("3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    monkeypatch.setenv("VERBALE_MACHINE_ID", str(path))
    return path


def cli(tmp_path: Path, *args: str, lang: str = "it") -> int:
    return main([*args, "--state", str(tmp_path / "state"), "--lang", lang])


def root_of(path: Path) -> str:
    from audit.signed import EnrolmentFile

    return Enrolment.parse(EnrolmentFile.parse(path.read_bytes()).enrolment.statement).root


@pytest.mark.usefixtures("machine")
def test_a_host_is_enrolled_and_confirmed(
    tmp_path: Path, broker: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    path = host.written(tmp_path / "h.json", host.file(broker.origin))
    typed = root_of(path).upper().replace("-", " ")
    assert cli(tmp_path, "enroll", str(path), "--root", typed, "--code", "abcd efgh jklmnpqr") == 0
    said = capsys.readouterr()
    assert "Chiavi confermate dal cliente." in said.out
    assert said.err == ""
    [(where, body)] = broker.got
    assert (where, body["code"]) == ("/agent/enrol", host.CODE)
    keys = pins_store.load_keys(tmp_path / "state")
    assert keys is not None
    note = open_host_note(body["note"].encode(), (people.ORIGIN, keys.identity.public))
    assert (note.kind, note.host_n, note.session) == ("host.enrolled", 0, None)
    assert set(note.body) == {"agent_key", "witness_key", "recorder_key", "statement", "confirmed"}
    assert note.body["confirmed"] is True
    PublicKey.parse(note.body["witness_key"])
    enrolled = pins_store.load_enrolled(tmp_path / "state")
    assert enrolled is not None
    assert enrolled.confirmed
    assert enrolled.machine
    spool = Spool(tmp_path / "state" / "spool.log")
    assert (spool.next_n, len(spool)) == (1, 0)
    spool.close()
    for name in (tmp_path / "state").rglob("*"):
        if name.is_file():
            assert stat.S_IMODE(name.stat().st_mode) == 0o600, name


@pytest.mark.usefixtures("machine")
def test_without_the_root_it_is_enrolled_but_not_confirmed(
    tmp_path: Path, broker: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    path = host.written(tmp_path / "h.json", host.file(broker.origin))
    assert cli(tmp_path, "enrol", str(path), "--code", host.CODE) == 0
    assert "NON CONFERMATA" in capsys.readouterr().err
    enrolled = pins_store.load_enrolled(tmp_path / "state")
    assert enrolled is not None
    assert not enrolled.confirmed


WRONG_FILES: dict[str, tuple[str, dict[str, Any]]] = {  # a time: so long from the test's own moment
    "signed by an ADS": ("chain_invalid", {"by": people.ADS}),
    "signed by a stranger": ("chain_invalid", {"by": people.STRANGER}),
    "over another policy": ("chain_invalid", {"policy": "00" * 32}),
    "over other approvers": ("chain_invalid", {"approvers": "00" * 32}),
    "of another tenant": ("chain_invalid", {"tenant": "t-ffffffff"}),
    "expired": ("file_expired", {"expires": timedelta(seconds=-1)}),
    "not yet valid": ("file_expired", {"issued": timedelta(hours=1)}),
    "plain http elsewhere": ("broker_not_allowed", {"broker": "http://192.0.2.1:8443"}),
    "no account for this host": ("account_not_named", {"host": "h-99999999"}),
    "an account that is not here": ("account_unknown", {"account": "nobody-of-that-name"}),
    "another code": ("code_wrong", {"code": "00" * 32}),
}


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("case", WRONG_FILES)
def test_a_wrong_file_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected, changes = WRONG_FILES[case]
    if expected == "account_unknown" and not host.USER.is_root:
        expected = "account_not_mine"
    at = host.now()
    changes = {name: at + of if isinstance(of, timedelta) else of for name, of in changes.items()}
    broker_at = changes.pop("broker", "http://127.0.0.1:9")
    path = host.written(tmp_path / "h.json", host.file(broker_at, **changes))
    assert cli(tmp_path, "enroll", str(path), "--code", host.CODE, "--root", root_of(path)) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(SENTENCES[expected].it.split("{")[0])
    assert pins_store.load_enrolled(tmp_path / "state") is None


@pytest.mark.usefixtures("machine")
def test_misuse_has_its_own_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = host.written(tmp_path / "h.json", host.file())
    assert cli(tmp_path, "enroll", str(tmp_path / "none"), lang="en") == 2
    assert "cannot be read" in capsys.readouterr().err
    assert cli(tmp_path, "enroll", str(path), lang="en") == 2
    assert "one-time code is missing" in capsys.readouterr().err
    slip = root_of(path)
    slip = ("1" if slip[0] == "0" else "0") + slip[1:]
    assert cli(tmp_path, "enroll", str(path), "--root", slip, lang="en") == 2
    assert "mistyped" in capsys.readouterr().err
    path.write_bytes(path.read_bytes()[:-1])
    assert cli(tmp_path, "enroll", str(path), lang="en") == 1
    assert "not an intact enrolment file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as exit_:
        main(["--nonsense"])
    assert exit_.value.code == 2


@pytest.mark.usefixtures("machine")
def test_the_root_of_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The broker swapped the file: the root on the titolare's own device does not fit it."""
    path = host.written(tmp_path / "h.json", host.file())
    other = host.written(tmp_path / "o.json", host.file(grant_key=people.AGENT_KEY.public.text))
    assert cli(tmp_path, "enroll", str(path), "--code", host.CODE, "--root", root_of(other)) == 1
    assert capsys.readouterr().err.startswith("L’impronta digitata non è quella di questo file")


def test_an_agent_that_is_not_root_has_its_own_account_only() -> None:
    pins = enrol.pins.Pins(people.ENROLMENT, people.APPROVERS, host.policy("root"))
    with pytest.raises(Failure) as refused:
        enrol.check_account(pins, LocalUser("mario", is_root=False))
    assert refused.value.code == "account_not_mine"
    assert "«root»" in refused.value.sentence("it")
    enrol.check_account(pins, LocalUser("root", is_root=False))


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (409, b'{"code":"replayed","it":"Codice gi\xc3\xa0 usato.","en":"Code used."}', "Codice già usato."),
        (409, b'{"code":"x","it":"A\\u001b[2J","en":""}', "A\ufffd[2J"),
        (200, b'{"acked":0}', "una risposta che non si capisce (stato 200)"),
        (201, b'{"acked":3}', "una risposta che non si capisce"),
        (500, b"oops", "una risposta che non si capisce (stato 500)"),
        (302, b"", "una risposta che non si capisce (stato 302)"),
    ],
)
def test_what_the_broker_says_no_to(
    tmp_path: Path, broker: Answering, status: int, body: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broker.refuse(status, body)
    path = host.written(tmp_path / "h.json", host.file(broker.origin))
    assert cli(tmp_path, "enroll", str(path), "--code", host.CODE, "--root", root_of(path)) == 1
    assert said in capsys.readouterr().err
    assert [where for where, _ in broker.got] == ["/agent/enrol"]
    assert pins_store.load_enrolled(tmp_path / "state") is None


@pytest.mark.usefixtures("machine")
def test_a_lost_answer_is_mended_by_repeating_the_command(tmp_path: Path, broker: Answering) -> None:
    """The broker took the note, its answer got lost: the same note is posted again, not a new key."""
    path = host.written(tmp_path / "h.json", host.file(broker.origin))
    broker.refuse(500, b"")
    command = ("enroll", str(path), "--code", host.CODE, "--root", root_of(path))
    assert cli(tmp_path, *command) == 1
    broker.refuse(201, b'{"acked":0}')
    assert cli(tmp_path, *command) == 0
    assert broker.got[0] == broker.got[1]


@pytest.mark.usefixtures("machine")
def test_enrolling_twice(tmp_path: Path, broker: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    path = host.written(tmp_path / "h.json", host.file(broker.origin))
    command = ("enroll", str(path), "--code", host.CODE, "--root", root_of(path))
    assert cli(tmp_path, *command) == 0
    assert cli(tmp_path, *command) == 1
    assert "già iscritta" in capsys.readouterr().err
    assert len(broker.got) == 1


@pytest.mark.usefixtures("machine")
def test_nobody_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = host.written(tmp_path / "h.json", host.file("http://127.0.0.1:9"))
    assert cli(tmp_path, "enroll", str(path), "--code", host.CODE, "--root", root_of(path)) == 1
    assert "non risponde" in capsys.readouterr().err


def test_through_the_proxy_of_the_settings(broker: Answering) -> None:
    status, answer = enrol.post_json(
        Route("http://localhost:9", proxy=broker.origin), enrol.ENROL_PATH, {"code": "x"}
    )
    assert (status, answer) == (201, {"acked": 0})
    assert broker.got[0][0] == "http://localhost:9/agent/enrol"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_there_in_both_languages(code: str) -> None:
    facts = dict.fromkeys(
        (
            "path",
            "expires",
            "account",
            "user",
            "broker",
            "why",
            "status",
            "state",
            "label",
            "at",
            "proxy",
            "said",
            "count",
            "hours",
            "first",
            "last",
            "name",
            "host",
            "port",
        ),
        "X",
    )
    assert say(code, "it", **facts) != say(code, "en", **facts)
