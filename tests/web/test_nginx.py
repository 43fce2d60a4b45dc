"""`deploy/nginx.conf`, with names and ports changed, in front of a real broker and of the signing site's files."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from agent.wire.frames import LINK_PATH
from broker import door
from broker.settings import Settings
from web.commands import doctor, installation, serve
from web.signing_site import FILES, FOLDER, HEADERS

BROKER, SIGNING = "assistenza.localhost", "firma.localhost"
VISITOR = "127.0.0.7"
PATIENT_S = 90


@dataclass
class Front:
    port: int
    plain_port: int
    state: Path
    trusted: ssl.SSLContext

    def origin(self, name: str) -> str:
        return f"https://{name}:{self.port}"

    def doctor(self) -> tuple[int, dict[str, bool]]:
        """What it finds, each by its word, on a machine that trusts the certificate."""
        words = [sys.executable, "-m", "web.site", "doctor", "--state", str(self.state), "--json"]
        trust = {**os.environ, "SSL_CERT_FILE": str(self.state.parent / "cert.pem")}
        said = subprocess.run(words, capture_output=True, env=trust, timeout=PATIENT_S, check=False)
        return said.returncode, {one["what"]: one["well"] for one in json.loads(said.stdout)}

    def ask(self, name: str, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        """Of somebody who comes from an address of his own, to a name that no server knows."""
        headers = {"Host": f"{name}:{self.port}", **more.pop("headers", {})}
        with httpx.Client(
            transport=httpx.HTTPTransport(verify=self.trusted, local_address=VISITOR), timeout=PATIENT_S
        ) as visitor:
            return visitor.request(
                method, f"https://127.0.0.1:{self.port}{path}", headers=headers,
                extensions={"sni_hostname": name}, **more,
            )  # fmt: skip


def free_ports(count: int) -> list[int]:
    kept = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [int(one.getsockname()[1]) for one in kept]
    for one in kept:
        one.close()
    return found


def configured(root: Path, folder: Path, port: int, plain: int, broker: int) -> Path:
    """The sample as its header says to change it, and around it what a system's own nginx.conf has."""
    text = (root / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for old, new in (
        ("verbale.example", BROKER), ("firma.example", SIGNING), ("/srv/firma", f"{folder}/site"),
        ("listen 443", f"listen 127.0.0.1:{port}"), ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("127.0.0.1:8700", f"127.0.0.1:{broker}"), ("/etc/ssl/verbale/broker", f"{folder}/cert"),
        ("/etc/ssl/verbale/firma", f"{folder}/cert"),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    (folder / "sites.conf").write_text(text)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{paths}include {folder}/sites.conf;\n}}\n"
    )
    return folder / "nginx.conf"


def wait(port: int) -> None:
    until = time.monotonic() + PATIENT_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on {port}")


def wait_for(path: Path) -> None:
    until = time.monotonic() + PATIENT_S
    while not path.exists():
        assert time.monotonic() < until, path
        time.sleep(0.05)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    port, plain, broker_port = free_ports(3)
    names = f"subjectAltName=DNS:{BROKER},DNS:{SIGNING}"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=prova", "-addext", names, "-keyout", folder / "cert.key", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    verbale = [sys.executable, "-m", "web.site"]
    origin, signing = f"https://{BROKER}:{port}", f"https://{SIGNING}:{port}"
    origins = ["--origin", signing, "--broker", origin]
    subprocess.run([*verbale, "signing-files", "--out", folder / "site", *origins], check=True)
    state = folder / "state"
    serve = [
        *verbale, "serve", "--state", state, "--host", "127.0.0.1", "--port", str(broker_port), "--ssh-port", "0",
        "--origin", origin, "--signing-origin", signing, "--trusted-proxy", "127.0.0.1",
    ]  # fmt: skip
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
    assert nginx, "nginx is not installed: run `make test`, or tools/system-packages"
    config = configured(root, folder, port, plain, broker_port)
    with (
        (folder / "broker.log").open("wb") as log,
        subprocess.Popen(serve, stdout=log, stderr=log) as broker,
        subprocess.Popen([nginx, "-c", config], stdout=log, stderr=log) as proxy,
    ):
        try:
            wait(port)
            wait_for(state / door.READY)
            trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
            yield Front(port, plain, state, trusted)
        finally:
            proxy.terminate()
            broker.terminate()


def test_records_hear_who_came_and_not_who_he_says_he_is(front: Front) -> None:
    [secret] = re.findall(r"questo segreto: (\S+)", (front.state.parent / "broker.log").read_text())
    from_there = {"X-Forwarded-For": "203.0.113.9", "Origin": front.origin(BROKER)}
    first = {"secret": secret, "name": "Prova", "email": "prova@esempio.example", "house": "Casa"}
    answer = front.ask(BROKER, "/api/setup", "POST", json=first, headers=from_there)
    assert answer.status_code == 201, answer.text
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    page = front.ask(BROKER, "/entra")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    guess = {"email": "prova@esempio.example", "password": "sbagliata", "code": "123456"}
    answer = front.ask(BROKER, "/api/login/password", "POST", json=guess, headers=from_there)
    assert answer.json()["code"] == "not_recognised"
    with closing(sqlite3.connect(front.state / "verbale.db")) as base:
        told = [row[0] for row in base.execute("SELECT subject FROM failures")]
    assert [one for one in told if VISITOR in one], told
    assert not [one for one in told if "127.0.0.1" in one or "203.0.113.9" in one], told


def test_an_agents_line_goes_through(front: Front) -> None:
    sock = socket.create_connection(("127.0.0.1", front.port), 10)
    with connect(
        f"wss://{BROKER}:{front.port}{LINK_PATH}",
        ssl=front.trusted,
        sock=sock,
        open_timeout=PATIENT_S,
        proxy=None,
    ) as line:
        assert json.loads(line.recv(timeout=20))["type"] == "challenge"


def test_the_signing_site_is_its_files_with_its_headers(front: Front) -> None:
    for path, (name, kind) in FILES.items():
        answer = front.ask(SIGNING, path)
        assert (answer.status_code, answer.content) == (200, (FOLDER / name).read_bytes()), path
        served = answer.headers["content-type"].partition(";")[0]
        assert served in {kind.partition(";")[0], "application/javascript"}
        assert {key: answer.headers.get_list(key) for key in HEADERS} == {
            key: [value] for key, value in HEADERS.items()
        }
    told = front.ask(SIGNING, "/config.json").json()
    assert told["broker_origins"] == [front.origin(BROKER)]
    assert told["rp_id"] == SIGNING
    for path in ("/headers.nginx", "/altro", "/%2e%2e/cert.key"):
        answer = front.ask(SIGNING, path)
        assert answer.status_code in {400, 404}, path
        assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS


def test_who_comes_unprotected_is_sent_on(front: Front) -> None:
    for name in (BROKER, SIGNING):
        answer = httpx.get(f"http://127.0.0.1:{front.plain_port}/avvio?x=1", headers={"Host": name})
        assert (answer.status_code, answer.headers["location"]) == (308, f"https://{name}/avvio?x=1")


def test_the_doctor_finds_it_in_order_and_what_is_not(front: Front) -> None:
    well = dict.fromkeys(("packages", "folder", "disk", "database", "running", "pages", "signing"), True)
    assert front.doctor() == (0, well)
    script = front.state.parent / "site" / "firma.js"
    kept = script.read_bytes()
    script.write_bytes(kept + b"// another hand\n")
    front.state.chmod(0o755)
    try:
        assert front.doctor() == (1, {**well, "folder": False, "signing": False})
    finally:
        front.state.chmod(0o700)
        script.write_bytes(kept)


def test_the_doctor_says_what_is_away(tmp_path: Path, settings: Settings) -> None:
    [port] = free_ports(1)
    away = f"http://127.0.0.1:{port}"
    gone = replace(
        settings, state=tmp_path, database=f"sqlite:///{tmp_path}/verbale.db", origin=away, signing_origin=away,
        smtp_host="127.0.0.1", smtp_port=port,
    )  # fmt: skip
    tmp_path.chmod(0o700)
    found = {one.what: one for one in installation.looked_at(gone)}
    assert {what for what, one in found.items() if not one.well} == {"running", "pages", "signing", "mail"}
    assert all(one.it.endswith(".") for one in found.values())
    assert doctor.run(argparse.Namespace(state=tmp_path / "altrove", json=False)) == 1


def test_the_unit_and_the_sample_name_the_same(root: Path) -> None:
    unit = (root / "deploy" / "verbale.service").read_text().replace("\\\n", " ")
    [line] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    program, verb, *words = shlex.split(line)
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    args = parser.parse_args(words)
    assert (Path(program).name, verb) == ("verbale", "serve")
    assert args.state == Path("/var/lib") / re.findall(r"^StateDirectory=(.*)$", unit, re.MULTILINE)[0]
    sample = (root / "deploy" / "nginx.conf").read_text()
    assert f"proxy_pass http://127.0.0.1:{args.port};" in sample
    assert f"server_name {args.origin.removeprefix('https://')};" in sample
    assert f"server_name {args.signing_origin.removeprefix('https://')};" in sample
    assert args.trusted_proxy == "127.0.0.1"
