"""`/api/openapi.json` as somebody reads it: each operation by a name that stays, a subject, one line, and its refusals."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from broker import app
from broker.api import description
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


def test_what_stands_in_an_address_is_explained_with_an_example() -> None:
    explained = 0
    for _, path, one in description.each(described()):
        for parameter in one.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"] in ("tenant", "session", "request", "webhook"):
                assert parameter["description"], path
                assert parameter["example"], path
                explained += 1
    assert explained > 80
