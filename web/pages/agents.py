"""The agent to download, without logging in: the same for everybody, each file with its SHA-256."""

from __future__ import annotations

import base64

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from broker.api.who import PartsOf, Terminal
from broker.domain.refusal import Refused, Why
from web.agent_files import AgentFile, AgentFiles
from web.pages.page import Reading, Visitor, show
from web.present import agents as say

router = APIRouter(prefix="/agente")
_DEB = "application/vnd.debian.binary-package"


def files_of(request: Request) -> AgentFiles:
    found: AgentFiles = request.app.state.agent_files
    return found


@router.get("")
async def listed(request: Request, reader: Reading, who: Visitor, parts: PartsOf) -> Response:
    view = say.agents(await files_of(request).listed(), reader)
    return await show(request, parts, who, "agents.html", view)


@router.api_route("/{name}", methods=["GET", "HEAD"])
async def download(name: str, request: Request, terminal: Terminal) -> Response:
    """`curl -O` and a browser alike; what changed since its digest was shown is not sent under it."""
    found = await files_of(request).find(name)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    headers = _headers(found)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(found.size)
    kind = _DEB if name.endswith(".deb") else "application/octet-stream"
    if request.method == "HEAD":
        return Response(headers=headers, media_type=kind)
    body = files_of(request).begin(found, terminal)
    if body is None:
        return Response(status_code=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    return StreamingResponse(body, headers=headers, media_type=kind)


def _headers(file: AgentFile) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode("ascii")
    return {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "ETag": f'"{file.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "public, no-cache",  # ask again each time: the digest says whether it is still this one
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "none",
    }
