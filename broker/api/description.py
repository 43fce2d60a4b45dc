"""What `GET /api/openapi.json` says of the API: made of the routes themselves, so it cannot differ from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from broker.api.described_answers import files, refusals, shared
from broker.api.operations import NOUNS, OPERATIONS
from broker.domain.refusal import Why

router = APIRouter()

ABOUT = """\
What the pages do, scripts can do. Whoever calls logs in as a person (a passkey, or a password with a code) and
sends the cookie `verbale_session` back (over TLS `__Host-verbale_session`), with `Origin` set to the broker's own
address where something is changed. Acts that matter answer 401 `proof_needed` where the last proof of who calls is
older than ten minutes: it is renewed by `POST /api/login/prove`, or by a new login.
Instants are ISO 8601 with an offset; those that come back are UTC. Unknown fields are refused.

A statement is never signed here: an operation that needs a signature answers with the address of the signing
page. A refusal has the status of its code and one sentence in each language; nothing was changed by it, except
where its sentence says so. What belongs to another customer does not exist (404).
"""


class Refusal(BaseModel):
    """What every status from 400 on has for a body."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "bad_input",
                "it": "Un dato manca o non è scritto come serve. Lo corregga e invii di nuovo.",
                "en": "Something is missing or not written as needed. Correct it and send again.",
                "field": "address",
            }
        }
    )

    code: Why
    it: str = Field(description="What is wrong and who can mend it, in Italian.")
    en: str = Field(description="The same in English.")
    field: str | None = Field(default=None, description="The field it is about.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refusal, "description": "Refused."},
    503: {"model": Refusal, "description": "Refused for now: host or log does not answer."},
}


# What stands in an address, wherever it stands: (what it is, how it looks).
_IN_ADDRESS = {
    "tenant": ("The customer, or the vendor itself.", "t-1a2b3c4d"),
    "request": ("A request for access.", "r-1a2b3c4d"),
    "request_id": ("A request for access.", "r-1a2b3c4d"),
    "session": ("A session.", "s-1a2b3c4d5e"),
    "declared": ("A session on a host without an agent.", "d-1a2b3c4d"),
    "host": ("A host.", "h-1a2b3c4d"),
    "person": ("A person, by the pseudonym that records have.", "p-1a2b3c4d"),
    "incident": ("An incident of that customer.", "I-2026-0412"),
    "number": ("A report's number.", "VB-1a2b3c4d-2026-11"),
    "period": ("A month.", "2026-11"),
    "webhook": ("A webhook of that log.", "w-1a2b3c4d5e6f7a8b"),
    "mail": ("A mail that came.", "m-1a2b3c4d"),
    "contest": ("What a customer contests.", "c-1a2b3c4d"),
    "release": ("A version of a program.", "v-1a2b3c4d"),
    "defect": ("A defect.", "C-12"),
    "form": ("The kind of file.", "csv"),
}
# What has no command, because only a browser or an agent does it.
_BY_THEMSELVES = {
    "GET /api/setup": "Whether the first run is still to come",
    "POST /api/setup": "The first run: the vendor's owner and house",
    "POST /api/login/passkey/begin": "Log in by passkey: what the browser is to sign",
    "POST /api/login/passkey/finish": "Log in by passkey: what it signed",
    "POST /api/login/password": "Log in by password and one-time code",
    "POST /api/login/code": "Log in by the code that a browser showed",
    "POST /api/login/code/begin": "A code for the command line, good once",
    "POST /api/login/prove": "Show by passkey who is there, for an act that asks for it",
    "POST /api/login/prove/password": "The same by password and one-time code",
    "GET /api/login/rest": "How long until the login is locked",
    "POST /api/login/act": "The person is there",
    "POST /api/logout": "End this login",
    "POST /api/password/begin": "A password and the secret of its one-time codes",
    "POST /api/password/finish": "The first code, which makes the password count",
    "GET /api/invitations/{token}": "Whom an invitation is for",
    "POST /api/invitations/{token}/passkey/begin": "The first passkey of who was invited: what to make",
    "POST /api/invitations/{token}/passkey/finish": "The first passkey of who was invited: what was made",
    "POST /api/passkeys/begin": "One more passkey: what to make",
    "POST /api/passkeys/finish": "One more passkey: what was made",
    "POST /api/signing/begin": "The address of the page that signs something",
    "POST /api/signing/finish": "What the signing page signed",
    "POST /agent/enrol": "An agent enrols its host",
    "POST /api/declared/{declared}/{what}/begin": "Begin or end a declared session: what to sign",
    "POST /api/declared/{declared}/finish": "Begin or end a declared session: what was signed",
    "POST /api/sessions/{session}/activation/finish": "Begin a session: what the passkey signed",
    "GET /api/events": "A stream of what changed, to keep pages fresh",
    "POST /api/imports": "Import tables: look first, or do it",
    "GET /api/calendars/{secret}.ics": "A person's calendar, for whoever has its address",
}
_SCHEMAS = "#/components/schemas/"
_LOGIN, _SECRET = "login", "webhook_secret"
_BY_SECRET = frozenset({"/api/tenants/{tenant}/webhooks/{webhook}/events"})
_OPEN = ("/agent/", "/api/setup", "/api/login/", "/api/invitations/", "/api/calendars/", "/api/leads/form")
_OTHERS = "login"  # operations no command has: of the browser's own


def operation_id(words: str) -> str:
    """``webhooks list`` → ``webhooks_list``: stable, and what the client's method is called."""
    return re.sub(r"[ -]", "_", words)


def _named(value: Any, names: dict[str, str]) -> Any:
    """The same with other names of forms."""
    if isinstance(value, dict):
        return {
            key: names.get(one, one) if key == "$ref" else _named(one, names) for key, one in value.items()
        }
    return [_named(one, names) for one in value] if isinstance(value, list) else value


def _short_names(made: dict[str, Any]) -> dict[str, Any]:
    """Two forms of one name are told apart by their module's, not by its whole path."""
    schemas = made.get("components", {}).get("schemas", {})
    short = {one: "_".join(one.split("__")[-2:]) if "__" in one else one for one in schemas}
    found = _named(made, {f"{_SCHEMAS}{old}": f"{_SCHEMAS}{new}" for old, new in short.items()})
    if schemas:
        found["components"]["schemas"] = {
            short[old]: one for old, one in found["components"]["schemas"].items()
        }
    return cast(dict[str, Any], found)


def told(made: dict[str, Any]) -> dict[str, Any]:
    """The framework's description with names, subjects and one line for each operation, as the commands have them."""
    made = _short_names(made)
    named: dict[str, list[tuple[str, str]]] = {}
    for one in OPERATIONS:
        named.setdefault(one.name, []).append((one.words, one.does))
    for method, path, operation in each(made):
        name = f"{method.upper()} {path}"
        found = named.get(name, ())
        if len(found) == 1:
            words, does = found[0]
            operation["operationId"], tag = operation_id(words), words.split()[0]
        else:  # several commands lead to pages of it, or none does
            tail = re.sub(
                r"[^a-z0-9]+", "_", path.removeprefix("/api/").replace("{", "").replace("}", "").lower()
            )
            operation["operationId"] = f"{method}_{tail.strip('_')}"
            tag = found[0][0].split()[0] if found else _OTHERS
            does = _BY_THEMSELVES.get(name) or operation["summary"]
        operation["tags"] = [tag]
        operation["summary"] = does[:1].upper() + does[1:]
        schemes: list[dict[str, list[str]]] = [] if path.startswith(_OPEN) else [{_LOGIN: []}]
        operation["security"] = [*schemes, {_SECRET: []}] if path in _BY_SECRET else schemes
        operation["responses"] |= refusals(method, path, operation, login=bool(schemes))
        if (content := files(name)) is not None:
            operation["responses"]["200"]["content"] = content
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"] in _IN_ADDRESS:
                words, example = _IN_ADDRESS[parameter["name"]]
                parameter.setdefault("description", words)
                parameter["example"] = example
    nouns = NOUNS | {_OTHERS: "coming in, and what only a browser does"}
    made["tags"] = [
        {"name": noun, "description": words[:1].upper() + words[1:] + "."} for noun, words in nouns.items()
    ]
    made.setdefault("components", {})["responses"] = shared()
    made["components"]["securitySchemes"] = {
        _LOGIN: {
            "type": "apiKey",
            "in": "cookie",
            "name": "verbale_session",
            "description": "A person's login; over TLS it is called `__Host-verbale_session`.",
        },
        _SECRET: {"type": "http", "scheme": "bearer", "description": "A webhook's own secret, `whsec_…`."},
    }
    return made


def each(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of a description."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


@router.get("/api/openapi.json", include_in_schema=False)
async def description(request: Request) -> dict[str, Any]:
    """For everybody: it says nothing of anybody."""
    found: dict[str, Any] = request.app.openapi()
    return found
