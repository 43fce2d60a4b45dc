"""Whether an answer of the API is what its description says."""

from __future__ import annotations

import json
from typing import Any

import httpx
import jsonschema_rs

_JUDGES: dict[tuple[int, str], Any] = {}  # by description and form: each is made once


def told_as_described(description: dict[str, Any], method: str, path: str, answer: httpx.Response) -> None:
    """Status, kind and fields are those of the description."""
    said = description["paths"][path][method]["responses"]
    found = said.get(str(answer.status_code)) or said[f"{answer.status_code // 100}XX"]
    if "$ref" in found:
        found = description["components"]["responses"][found["$ref"].rsplit("/", 1)[1]]
    told = f"{method} {path}: {answer.status_code}"
    if "content" not in found:
        assert not answer.content, told
        return
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in found["content"], (told, kind)
    if kind == "application/json":
        schema = found["content"][kind]["schema"]
        key = id(description), json.dumps(schema)
        if key not in _JUDGES:
            _JUDGES[key] = jsonschema_rs.validator_for(schema | {"components": description["components"]})
        wrong = [str(one) for one in _JUDGES[key].iter_errors(answer.json())]
        assert not wrong, (told, wrong)
