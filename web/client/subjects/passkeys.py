"""One's own passkeys. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from web.client.call import Calls


class Passkeys:
    """One's own passkeys."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def remove(self, *, credential: str) -> None:
        """No longer a passkey of yours."""
        self._calls.json("DELETE", "/api/passkeys/{credential}", at={"credential": credential})
