"""`/api/openapi.json` as somebody reads it: each operation by a name that stays, a subject, one line, and its refusals."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from broker import app
from broker.api import description
from broker.api.described_answers import FILES
from broker.api.description import Refusal
from broker.api.operations import NOUNS, OPERATIONS, PAGE_ONLY
from broker.app import Application


@cache
def described() -> dict[str, Any]:
    made = Application(
        title="Verbale", version="1", description=description.ABOUT, responses=description.RESPONSES
    )
    for router in app.ROUTERS:
        made.include_router(router)
    return made.openapi()


def test_every_operation_has_a_name_of_its_own_a_subject_and_one_line() -> None:
    names = [one["operationId"] for _, _, one in description.each(described())]
    assert len(set(names)) == len(names)
    assert len(names) > 200
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", name)] == []
    subjects = {one["name"] for one in described()["tags"]}
    for method, path, one in description.each(described()):
        (tag,) = one["tags"]
        assert tag in subjects, path
        assert one["summary"][0].isupper(), (method, path)
        assert len(one["summary"]) < 90, (method, path)
        assert "security" in one


def test_names_are_those_of_the_commands() -> None:
    found = {
        f"{method.upper()} {path}": one["operationId"] for method, path, one in description.each(described())
    }
    assert found["POST /api/tenants/{tenant}/webhooks"] == "webhooks_open"
    assert found["GET /api/tenants"] == "tenants_list"
    assert {one.name for one in OPERATIONS} | set(PAGE_ONLY) == set(found)
    assert {one.words.split()[0] for one in OPERATIONS} == set(NOUNS)


def test_each_says_how_it_refuses_and_the_example_is_one() -> None:
    for method, path, one in description.each(described()):
        assert one["responses"]["4XX"]["content"]["application/json"]["schema"], (method, path)
    Refusal.model_validate(described()["components"]["schemas"]["Refusal"]["example"])


# Their form is somebody else's: WebAuthn's, or FORMAT.md's of each kind of record and of a report's part.
ELSEWHERE = {
    "post_login_passkey_begin": "options",
    "post_invitations_token_passkey_begin": "options",
    "post_passkeys_begin": "options",
    "post_declared_declared_what_begin": "options",
    "sessions_activate": "options",
    "work_hours": "charges",
    "webhooks_events": "events.data.record",
}


def untyped(schema: dict[str, Any], seen: tuple[str, ...] = ()) -> str | None:
    """The way to the first place of which nobody knows what stands there; empty: all of it."""
    schemas = described()["components"]["schemas"]
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return None if name in seen else untyped(schemas[name], (*seen, name))
    within = [*schema.get("anyOf", ()), *schema.get("prefixItems", ())]
    if within:
        return next((found for one in within if (found := untyped(one, seen)) is not None), None)
    match schema.get("type"):
        case "array":
            return untyped(schema["items"], seen)
        case "object" if "properties" in schema:
            for name, one in schema["properties"].items():
                if (found := untyped(one, seen)) is not None:
                    return f"{name}.{found}".rstrip(".")
            return None
        case "object":
            more = schema.get("additionalProperties")
            return untyped(more, seen) if isinstance(more, dict) and seen else ""
        case None if not {"enum", "const"} & set(schema):
            return ""
    return None


def test_no_operation_answers_what_nobody_knows() -> None:
    """Files and streams say their kind, everything else its fields."""
    found = {}
    for method, path, one in description.each(described()):
        (code,) = [code for code in one["responses"] if code.startswith("2")]
        content = one["responses"][code].get("content", {})
        assert (code == "204") == (not content), path
        if f"{method.upper()} {path}" in FILES:
            assert tuple(content) == FILES[f"{method.upper()} {path}"]
        elif content and (way := untyped(content["application/json"]["schema"])) is not None:
            found[one["operationId"]] = way
    assert found == ELSEWHERE


def test_fields_say_what_their_names_cannot() -> None:
    """Instants that they are UTC, amounts of what; each refusal by its status."""
    schemas = described()["components"]["schemas"]
    for name in ("Incident", "StatementLine", "MailAnswer", "Event", "AccessEntry"):
        for field, one in schemas[name]["properties"].items():
            if field.endswith("cents") or field in ("logged", "reported", "due", "came", "received"):
                assert one["description"], (name, field)
    for method, path, one in description.each(described()):
        said = set(one["responses"])
        assert one["security"] == [] or {"401", "403"} <= said, path
        assert "{" not in path or "404" in said, path
        assert method == "get" or "409" in said, path
    shared = described()["components"]["responses"]
    assert "`at_rest`" in shared["Refused401"]["description"]
    assert not [one for one in schemas if "__" in one]


def test_what_stands_in_an_address_is_explained_with_an_example() -> None:
    explained = 0
    for _, path, one in description.each(described()):
        for parameter in one.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"] in ("tenant", "session", "request", "webhook"):
                assert parameter["description"], path
                assert parameter["example"], path
                explained += 1
    assert explained > 80
