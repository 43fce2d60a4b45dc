"""What the description says of answers beside their fields: kinds of files, and refusals by their status."""

from __future__ import annotations

from typing import Any

from broker.api.refusals import ANSWERS

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF, _ZIP, _JSON, _BYTES = (
    "application/pdf",
    "application/zip",
    "application/json",
    "application/octet-stream",
)
FILES: dict[str, tuple[str, ...]] = {
    "GET /api/hosts/{host}/enrolment": (_JSON,),
    "GET /api/events": ("text/event-stream",),
    "GET /api/log/{tenant}/{year}/{path}": ("text/plain", _BYTES),
    "POST /api/sessions/{session}/recordings/{recording}": (_JSON, _BYTES),
    "GET /api/reports/{number}/preservation.zip": (_ZIP,),
    "GET /api/tenants/{tenant}/statement.{form}": (CSV, XLSX, _PDF),
    "GET /api/invoices/{period}/lines.{form}": (CSV, XLSX),
    "GET /api/invoices/{period}/{tenant}.xml": ("application/xml",),
    "GET /api/post/mails/{mail}/raw": (_BYTES,),
    "GET /api/accesses/export.{form}": (CSV, "application/jsonl", _ZIP),
    "GET /api/accesses/own.{form}": (CSV, "application/jsonl", _ZIP),
    "GET /api/accesses/incident.zip": (_ZIP,),
    "GET /api/administrators/list.{form}": (_PDF, CSV),
    "GET /api/administrators/{tenant}/{appointment}.pdf": (_PDF,),
    "GET /api/calendars/{secret}.ics": ("text/calendar",),
    "GET /api/requests/{request}/calendar.ics": ("text/calendar",),
}
_SAYS = {
    401: "Nobody is logged in, or who is has to show it again.",
    403: "It is not for this person, or something keeps him from it.",
    404: "There is none, or it belongs to another customer.",
    409: "Not as things stand.",
    410: "It was there, and is over.",
    422: "What was sent is not as needed; `field` names what.",
    429: "Too many failed tries.",
}


def shared() -> dict[str, Any]:
    """Of each status the refusal, and which codes come with it."""
    codes: dict[int, list[str]] = {}
    for why, answer in ANSWERS.items():
        codes.setdefault(answer.status, []).append(f"`{why.value}`")
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {
        f"Refused{status}": {
            "description": f"{says} Codes: {', '.join(sorted(codes[status]))}.",
            "content": content,
        }
        for status, says in _SAYS.items()
    }


def refusals(method: str, path: str, operation: dict[str, Any], *, login: bool) -> dict[str, Any]:
    """Those an operation may answer with by its own form; the others are under `4XX`."""
    found = [422] if operation.get("parameters") or "requestBody" in operation else []
    if login or path.startswith("/api/login/"):
        found.append(401)
    if login:
        found.append(403)
    if "{" in path or any(one["name"] == "tenant" for one in operation.get("parameters", ())):
        found.append(404)
    if method != "get":
        found += [409, 410]
    if path.startswith("/api/login/"):
        found.append(429)
    return {str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in sorted(found)}


def files(name: str) -> dict[str, Any] | None:
    """The content of an answer that is a file, or goes on without an end."""
    kinds = FILES.get(name)
    if kinds is None:
        return None
    return {
        kind: {"schema": {} if kind == _JSON else {"type": "string", "format": "binary"}} for kind in kinds
    }
