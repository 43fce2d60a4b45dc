"""One's own ssh keys. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import TypedDict

from web.client.call import Calls


class SshKey(TypedDict):
    """`fingerprint` is SHA256:…, `public_key` the OpenSSH line without comment."""

    fingerprint: str
    person: str
    public_key: str
    added: str


class SshKeys:
    """One's own ssh keys."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def add(self, *, key: str) -> SshKey:
        """An ssh key of yours."""
        found: SshKey = self._calls.json("POST", "/api/ssh-keys", body={"key": key})
        return found

    def remove(self, *, fingerprint: str) -> None:
        """No longer an ssh key of yours."""
        self._calls.json("DELETE", "/api/ssh-keys/{fingerprint}", at={"fingerprint": fingerprint})
