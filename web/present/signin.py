"""One's log-ins, providers and links in words."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.keep_provider import ProviderView
from broker.cases.see_logins import LoginView
from broker.cases.see_proofs import Door
from broker.domain.provider import KINDS, LEVELS
from web import views as v
from web import views_signin as vs
from web.present import words
from web.present.accesses import AUTH
from web.present.reader import Pair, Reader
from web.present.times import moment

KIND_WORDS: dict[str, Pair] = {
    "oidc": ("OpenID Connect, proprio", "OpenID Connect, one’s own"),
    "spid": ("SPID", "SPID"),
    "cie": ("CIE", "CIE"),
}


def level(acr: str, reader: Reader) -> str:
    """``livello 2`` for what SPID and CIE say; another provider's word as it is."""
    if acr in LEVELS:
        return reader.say(f"livello {LEVELS[acr]}", f"level {LEVELS[acr]}")
    return words.clean(acr)


# In the order in which they are looked for: each also says the names of those below it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser(said: str) -> str:
    """``Chrome, Linux``: what a browser says it is, in short; another program's own words."""
    known = [next((name for mark, name in table if mark in said), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(one for one in known if one) if known[0] else words.clean(said)[:80]


def logins(found: Sequence[LoginView], reader: Reader) -> tuple[vs.LoginRow, ...]:
    return tuple(_login(one, reader) for one in found)


def _login(one: LoginView, reader: Reader) -> vs.LoginRow:
    how = [words.coded(AUTH, one.method, reader), words.clean(one.provider), level(one.acr, reader)]
    where = reader.say(f"da {one.terminal}", f"from {one.terminal}")
    end = v.Act(reader.say("Esci da questo", "Sign out there"), post=f"/accesso/esci/{one.id}")
    name = browser(one.browser) or reader.say("Programma senza nome", "A program without a name")
    return vs.LoginRow(
        name,
        " · ".join([*(part for part in how if part), where]),
        reader.say(f"aperto {moment(one.since, reader)}", f"opened {moment(one.since, reader)}"),
        reader.say("è questo", "this one")
        if one.here
        else reader.say(f"ultimo atto {moment(one.used, reader)}", f"last act {moment(one.used, reader)}"),
        None if one.here else end,
    )


def links(doors: Sequence[Door], method: str, reader: Reader) -> tuple[vs.LinkRow, ...]:
    rows = []
    for one in doors:
        if one.linked is not None:
            told = reader.say(
                f"collegata {moment(one.linked, reader)}", f"linked {moment(one.linked, reader)}"
            )
            act = v.Act(reader.say("Scollega", "Unlink"), post=f"/accesso/scollega/{one.provider.id}")
            rows.append(vs.LinkRow(words.clean(one.provider.name), told, act))
            continue
        told = reader.say("non collegata", "not linked")
        if method != "passkey":
            why = reader.say("Entri con la passkey per collegarla.", "Sign in with your passkey to link it.")
            act = v.Act(reader.say("Collega", "Link"), blocked=why)
        else:
            act = v.Act(
                reader.say("Collega", "Link"),
                post=f"/accesso/collega/{one.provider.id}",
                kind="sign",
                sign=True,
            )
        rows.append(vs.LinkRow(words.clean(one.provider.name), told, act))
    return tuple(rows)


def providers(found: Sequence[ProviderView], reader: Reader) -> tuple[vs.ProviderRow, ...]:
    return tuple(
        vs.ProviderRow(
            words.clean(one.provider.name),
            " · ".join(
                part
                for part in (
                    reader.say(*KIND_WORDS[one.provider.kind]),
                    words.clean(one.provider.issuer),
                    words.clean(one.provider.client),
                    reader.say(f"persone collegate: {one.linked}", f"people linked: {one.linked}"),
                    reader.say("segreto conservato", "secret kept")
                    if one.secret
                    else reader.say("senza segreto", "no secret"),
                )
                if part
            ),
            one.address,
            words.clean(one.provider.acr),
            v.Act(reader.say("Togli", "Remove"), post=f"/accesso/fornitori/{one.provider.id}/togli"),
            v.Act(reader.say("Cambia", "Change"), href=f"/accesso?cambia={one.provider.id}#t-nuovo"),
        )
        for one in found
    )


FIELDS = ("kind", "name", "issuer", "client", "acr")  # of a provider, as the form has them


def changing(one: ProviderView) -> vs.Changing:
    return vs.Changing(words.clean(one.provider.name), "/accesso#t-fornitori", one.secret)


def kept(one: ProviderView) -> v.Slip:
    """The form filled in with what is kept; the secret is not shown again."""
    return v.Slip("provider", "", tuple((field, getattr(one.provider, field)) for field in FIELDS))


def kinds(chosen: str, reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(one, reader.say(*KIND_WORDS[one]), chosen=one == chosen) for one in KINDS)
