"""The broker's three questions answered out of a dictionary: ask for access, approve, see how far a request is.

The same server, the same checks at the door, the same forms and answers, a log-in looked up by the digest of its
cookie, and for an approval the same check of a passkey's signature. No rule, no record, nothing kept.

Run as a program: `dict_app.py FILE` (`Known`, as JSON); prints the port it listens on.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import uvicorn
import uvloop
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request

from audit.approvers import Origin
from audit.canonical import unb64
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.statement import MAX_STATEMENT_BYTES
from broker import app as broker_app
from broker.api.forms import SigningAnswerForm
from broker.api.request_forms import AskForm
from broker.api.who import COOKIE
from broker.cases.see_progress import Progress
from broker.domain.secrets import digest_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Known:
    """People by the digest of their cookie, statements that wait by that of their state, and one passkey's key."""

    origin: str
    site: dict[str, str]
    people: dict[str, str]
    statements: dict[str, str]
    requests: dict[str, Any]
    public_key: str


async def caller(request: Request) -> str:
    known: Known = request.app.state.known
    found = known.people.get(digest_of(request.cookies.get(COOKIE, "")))
    if found is None:
        raise HTTPException(401)
    return found


def known_of(request: Request) -> Known:
    found: Known = request.app.state.known
    return found


Caller = Annotated[str, Depends(caller)]
KnownOf = Annotated[Known, Depends(known_of)]


@router.post("/api/requests", status_code=201)
async def ask(form: AskForm, who: Caller, known: KnownOf) -> dict[str, Any]:
    name = f"r-{secrets.token_hex(4)}"
    known.requests[name] = {"state": "open", "draft": form.draft(), "by": who}
    digest = hashlib.sha256(form.incident_text.encode()).hexdigest()
    return {"request": name, "next": f"/richieste/{name}", "digest": digest, "record": 0, "covered": 0}


@router.post("/api/signing/finish")
async def finish(form: SigningAnswerForm, who: Caller, known: KnownOf) -> dict[str, str]:
    answer, statement = form.read(), known.statements.pop(digest_of(form.state), None)
    if statement is None or not isinstance(answer, Assertion):
        raise HTTPException(409)
    signed = SignedStatement(unb64(statement, max_bytes=MAX_STATEMENT_BYTES), answer)
    signed.check(Origin(**known.site), known.public_key)
    known.requests[form.state] = {"state": "approved", "signed": signed, "by": who}
    return {"next": "/richieste"}


@router.get("/api/requests/{request}")
async def progress(request: str, who: Caller, known: KnownOf) -> Progress:
    return Progress(request, who, known.requests[request]["state"])


def build(known: Known) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.known = known
    app.include_router(router)
    parts = SimpleNamespace(settings=SimpleNamespace(origin=known.origin))
    app.middleware("http")(broker_app._doorkeeper(parts))  # type: ignore[arg-type]
    return app


async def main(path: Path) -> None:
    known = Known(**json.loads(path.read_text()))
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        build(known),
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        lifespan="off",
    )
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Path(sys.argv[1])))
