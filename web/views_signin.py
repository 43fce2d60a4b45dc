"""What the pages of signing in elsewhere, of one's log-ins and of showing anew who one is need."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Ceremony, Option, Slip


@dataclass(frozen=True, slots=True)
class Login:
    ceremony: Ceremony
    next: str = "/"
    password_post: str = ""
    error: str = ""
    name: str = ""
    elsewhere: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class LoginRow:
    """One place where he is logged in. `told`: how and from where. `end`: none for this very one."""

    name: str
    told: str
    since: str
    used: str
    end: Act | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A provider of his tenant, whether he is linked to it, and what he may do about it."""

    name: str
    told: str
    act: Act


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider as its keeper sees it. `address`: where its people begin."""

    name: str
    told: str
    address: str
    acr: str
    remove: Act
    change: Act


@dataclass(frozen=True, slots=True)
class Changing:
    """The provider that the form changes: its name, where one goes back, and whether a secret of it is kept."""

    name: str
    back: str
    secret: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """`back`: the redirect URI, as it must be entered at the provider. `kinds` is empty for whoever keeps none.
    `changing`: the form is about that one; without it, about another one."""

    logins: tuple[LoginRow, ...]
    end_others: Act | None
    links: tuple[LinkRow, ...]
    providers: tuple[ProviderRow, ...]
    kinds: tuple[Option, ...]
    post: str
    back: str
    done: str = ""
    slip: Slip | None = None
    changing: Changing | None = None


@dataclass(frozen=True, slots=True)
class Prove:
    """Show anew who one is. `post` and `fields`: what was to be done and was not yet, to go on with afterwards."""

    ceremony: Ceremony
    next: str
    password_post: str = ""
    elsewhere: tuple[Act, ...] = ()
    post: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    error: str = ""
