"""A real OpenID provider (npm oidc-provider) as a process of this machine, and a person's way through its form."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from web.build_assets import ASSETS, node_folder

SCRIPT = Path(__file__).with_suffix(".mjs")
BACK = "http://localhost:8700/entra/ritorno"
SECRET = "segreto-di-prova-" + "x" * 32
NUMBER = "RSSMRA85T10A562S"
PEOPLE = {
    "olga": {}, "ada": {"https://attributes.eid.gov.it/fiscal_number": f"TINIT-{NUMBER}"},
    "strano": {"https://attributes.eid.gov.it/fiscal_number": "TINIT-XXXXXXXXXXXXXXXX"},
}  # fmt: skip


@dataclass(frozen=True)
class Running:
    issuer: str
    process: subprocess.Popen[str]


@contextmanager
def provider(folder: Path, *, back: str = BACK, **options: Any) -> Iterator[Running]:
    """Its clients are `verbale`, with a secret, and `pubblico`, without."""
    common = {"redirect_uris": [back], "response_types": ["code"], "grant_types": ["authorization_code"]}
    clients = [
        {"client_id": "verbale", "client_secret": SECRET, **common},
        {"client_id": "pubblico", "token_endpoint_auth_method": "none", **common},
    ]
    told = folder / "provider.json"
    told.write_text(json.dumps({"clients": clients, "people": PEOPLE, **options}), encoding="utf-8")
    node = node_folder()
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"} if node else None
    process = subprocess.Popen(
        ["node", str(SCRIPT), str(told)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=environment, cwd=ASSETS,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield Running(process.stdout.readline().strip(), process)
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


async def show_oneself(address: str, login: str, acr: str = "", *, no: bool = False) -> str:
    """From the address the broker sends a browser to, through the provider's form: the address it comes back with."""
    async with httpx.AsyncClient(follow_redirects=False) as browser:
        answer = await browser.get(address)
        while True:
            where = str(answer.next_request.url) if answer.next_request is not None else ""
            if where.startswith(BACK):
                return where
            if where:
                answer = await browser.get(where)
                continue
            assert re.search("<form", answer.text), answer.text
            form = {"login": login, "acr": acr, **({"no": "1"} if no else {})}
            answer = await browser.post(answer.url, data=form)
