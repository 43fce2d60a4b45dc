"""The local account a session runs as: who it is here, and the environment its processes get."""

from __future__ import annotations

from dataclasses import dataclass

from agent.system.here import accounts
from agent.system.interface import MARK, Account, AccountKey


class NoAccount(Exception):
    """The account does not exist here, or this agent cannot become it."""


@dataclass(frozen=True, slots=True)
class LocalAccount:
    name: str
    uid: AccountKey
    gid: int
    home: str
    shell: str

    @property
    def known(self) -> Account:
        """As the system knows it."""
        return Account(self.name, self.uid, self.gid, self.home, self.shell)

    def environment(self, session: str, term: str | None) -> tuple[tuple[str, str], ...]:
        """Nothing of the agent's own; the mark lets a later agent find what an earlier one left."""
        found = accounts.environment(self.known) | {MARK: session}
        if term is not None:
            found["TERM"] = term
        return tuple(found.items())


def local_account(name: str) -> LocalAccount:
    """Look `name` up. An agent that administers nothing can only be itself."""
    found = accounts.find(name)
    if found is None:
        raise NoAccount(f"there is no account {name} on this machine")
    if not accounts.can_become(found):
        raise NoAccount(f"this agent cannot become {name}")
    return LocalAccount(found.name, found.key, found.gid, found.home, found.shell)
