"""One call of the API over httpx: what it refuses is one exception, what may be asked again is asked again."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

COOKIES = {"https": "__Host-verbale_session", "http": "verbale_session"}  # of a login, by scheme
TIMEOUT_S = 60.0
TRIES = 4
FIRST_PAUSE_S = 0.5
_AGAIN = frozenset({502, 503, 504})
_CHANCE = random.SystemRandom()


class Refused(Exception):
    """The broker says no: `code` stays the same for good, `it` and `en` are its sentence, `field` what it is about."""

    def __init__(self, status: int, code: str, it: str, en: str, field: str | None = None) -> None:
        super().__init__(f"{code}: {en}")
        self.status, self.code, self.it, self.en, self.field = status, code, it, en, field


class Unreached(Exception):
    """Nobody answered, or not as a broker does. Of a change nobody then knows whether it was made."""


@dataclass(frozen=True, slots=True)
class File:
    """`name` is what the broker calls it, empty where it gives none."""

    name: str
    kind: str
    data: bytes


class Calls:
    """`login` is the cookie of a person's login, `secret` a webhook's. `sleep` and `chance` are for tests."""

    def __init__(
        self,
        origin: str,
        *,
        login: str = "",
        secret: str = "",
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = _CHANCE.random,
    ) -> None:
        headers = {"Accept": "application/json", "Origin": origin}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        self._client = httpx.Client(
            base_url=origin,
            headers=headers,
            cookies={COOKIES[urlsplit(origin).scheme]: login} if login else {},
            timeout=TIMEOUT_S,
            transport=transport,
        )
        self._sleep, self._chance = sleep, chance

    def ask(
        self,
        method: str,
        path: str,
        *,
        at: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """`at` fills the path. What is None is left out. Reading alone is tried again, where nobody answered."""
        for name, value in (at or {}).items():
            path = path.replace("{" + name + "}", quote(str(value), safe="/" if name == "path" else ""))
        params = {name: _word(value) for name, value in (query or {}).items() if value is not None}
        sent = None if body is None else {name: value for name, value in body.items() if value is not None}
        for tried in range(1, TRIES + 1):
            last = tried == TRIES or method != "GET"
            try:
                answer = self._client.request(method, path, params=params, json=sent)
            except httpx.HTTPError as wrong:
                if last:
                    raise Unreached(f"{self._client.base_url}: {wrong!r}") from wrong
            else:
                if answer.status_code not in _AGAIN or last:
                    return _judged(answer)
            self._sleep(FIRST_PAUSE_S * 2 ** (tried - 1) * (0.5 + self._chance() / 2))
        raise AssertionError("the last try ends in an answer or an exception")

    def json(self, method: str, path: str, **asked: Any) -> Any:
        answer = self.ask(method, path, **asked)
        return answer.json() if answer.content else None

    def file(self, method: str, path: str, **asked: Any) -> File:
        answer = self.ask(method, path, **asked)
        named = re.search(
            r'filename="([A-Za-z0-9._-]{1,120})"', answer.headers.get("content-disposition", "")
        )
        kind = answer.headers.get("content-type", "").partition(";")[0]
        return File("" if named is None else named[1], kind, answer.content)

    def close(self) -> None:
        self._client.close()


def _word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _judged(answer: httpx.Response) -> httpx.Response:
    if answer.status_code < 300:
        return answer
    try:
        said = answer.json()
        raise Refused(answer.status_code, said["code"], said["it"], said["en"], said.get("field"))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Unreached(f"{answer.url} answered {answer.status_code}, not as a broker does") from wrong
