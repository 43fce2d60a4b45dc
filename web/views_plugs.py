"""What the page of webhooks needs, and what calendars do."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Fact, Notice, Option, Slip, State


@dataclass(frozen=True, slots=True)
class TryRow:
    when: str
    what: str
    state: State


@dataclass(frozen=True, slots=True)
class HookPane:
    """`address` is what somebody typed."""

    id: str
    host: str
    state: State
    facts: tuple[Fact, ...]
    acts: tuple[Act, ...]
    tries: tuple[TryRow, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Hooks:
    """`secret` is shown on the answer to the act that made it, and never again. `logs`: for the vendor's owner, whose
    facts."""

    title: str
    post: str
    panes: tuple[HookPane, ...]
    groups: tuple[Option, ...]
    logs: tuple[Option, ...]
    back: Act
    secret: str = ""
    notice: Notice | None = None
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`address` is shown on the answer to the act that made it, and never again."""

    post: str
    there: bool
    address: str = ""

    @property
    def subscribe(self) -> str:
        """As calendar programs open it by a click."""
        return "webcal" + self.address.removeprefix("https").removeprefix("http")
