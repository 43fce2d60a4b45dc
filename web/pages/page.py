"""What every page handler uses: the caller, the shell, forms as they come from plain HTML, and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from audit import instant
from broker.api.who import COOKIE, parts_of, terminal_of
from broker.cases.start_login import recognise
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate
from web import views
from web.present import words
from web.present.times import clock_time
from web.templating import HEADERS, Templates

LANG_COOKIE = "verbale_lang"
THEME_COOKIE = "verbale_theme"
MAX_FIELDS = 400
EVENTS = "/api/events"


async def visitor(request: Request) -> Who | None:
    """Who is logged in, if anybody."""
    token = request.cookies.get(COOKIE)
    if token is None:
        return None
    try:
        return await recognise(parts_of(request), token, terminal_of(request))
    except Refused as no:
        if no.why is Why.LOG_UNAVAILABLE:
            raise  # nobody is a stranger because the database is away
        return None


Visitor = Annotated[Who | None, Depends(visitor)]


def wants_json(request: Request) -> bool:
    """Whether a script asked: it gets the address as a value, since a form may not lead off this origin."""
    return "application/json" in request.headers.get("accept", "")


# ------------------------------------------------------------------------------------------ forms


@dataclass(frozen=True, slots=True)
class Fields:
    """A plain form's fields. Bounded by the doorkeeper in bytes and here in number."""

    values: dict[str, list[str]]

    def one(self, name: str) -> str:
        """The field, without the blanks around it; empty if it isn't there."""
        found = self.values.get(name, [""])
        return found[-1].strip().replace("\r\n", "\n")

    def raw(self, name: str) -> str:
        """As typed: of a password every blank counts."""
        return self.values.get(name, [""])[-1]

    def many(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def whole(self, name: str, otherwise: int) -> int:
        text = self.one(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else otherwise


async def fields(request: Request) -> Fields:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if not body:
        return Fields({})
    if kind != "application/x-www-form-urlencoded":
        raise Refused(Why.BAD_INPUT, field="form")
    try:
        text = body.decode("utf-8")
        found = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as wrong:  # also text that is no UTF-8
        raise Refused(Why.BAD_INPUT, field="form") from wrong
    return Fields(found)


FormFields = Annotated[Fields, Depends(fields)]

# ---------------------------------------------------------------------------------------- answers


async def shell(
    request: Request,
    parts: Parts,
    who: Who | None,
    *,
    nav: str = "",
    live: bool = False,
) -> views.Shell:
    at = parts.clock.now()
    lang = request.cookies.get(LANG_COOKIE, "")
    theme = request.cookies.get(THEME_COOKIE, "")
    path = request.url.path
    return views.Shell(
        now=instant.to_text(instant.whole_ms(at)),
        updated=clock_time(at),
        path=path + (f"?{request.url.query}" if request.url.query else ""),
        lang="en" if lang == "en" else "it",
        theme="dark" if theme == "dark" else "light" if theme == "light" else "",
        who=None if who is None else await _named(parts, who),
        vendor=parts.settings.vendor,
        nav=nav,  # type: ignore[arg-type]
        owner=who is not None and who.role == "owner",
        live=EVENTS if live and who is not None else "",
    )


async def _named(parts: Parts, who: Who) -> views.Who:
    async with parts.store.read() as work:
        place = await estate.tenant(work, who.tenant)
    organisation = "" if place is None else place.name
    return views.Who(words.clean(who.name), who.role, words.clean(organisation))


def html(
    request: Request, template: str, view: Any, around: views.Shell, *, status: int = 200
) -> HTMLResponse:
    templates: Templates = request.app.state.templates
    headers = {**HEADERS, "Cache-Control": "no-store", "Vary": "Cookie"}
    return HTMLResponse(templates.page(template, view, around), status_code=status, headers=headers)


async def show(
    request: Request,
    parts: Parts,
    who: Who | None,
    template: str,
    view: Any,
    *,
    nav: str = "",
    live: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """A whole page; scripts that patch a region ask for the same and take what they need."""
    return html(request, template, view, await shell(request, parts, who, nav=nav, live=live), status=status)


def lead(request: Request, address: str) -> Response:
    """On to the next page: by redirect, or told to the script that asked."""
    if wants_json(request):
        return JSONResponse({"go": address})
    return RedirectResponse(address, status_code=303)


async def to_signing(
    request: Request, parts: Parts, who: Who, begin: Callable[[], Awaitable[str]]
) -> Response:
    """To the signing page. Only a script can go there: a form may not leave this origin (CSP)."""
    if not wants_json(request):
        view = views.Refusal(
            sentence="Per firmare con passkey serve JavaScript.",
            mend="Può firmare da un altro dispositivo, con lo stesso indirizzo. Nulla è cambiato.",
            code="script_needed",
            status=409,
            back=views.Act("Torna indietro", href=came_from(request)),
        )
        return await show(request, parts, who, "error.html", view, status=409)
    return JSONResponse({"go": await begin()})


def came_from(request: Request) -> str:
    """The page before, if it is ours: Referrer-Policy leaves the path out, so mostly the first page."""
    referer = urlsplit(request.headers.get("referer", ""))
    return local(referer.path) if referer.netloc == request.url.netloc else "/"


def local(address: str) -> str:
    """An address on this site to go on to; anything else becomes the first page."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and len(address) <= 512 else "/"


def login_address(path: str) -> str:
    return "/entra" if path in ("/", "") else f"/entra?dopo={quote(path, safe='/')}"


def line(form: Fields, name: str) -> str:
    """One printable line of a form, 1 to 120 signs; else a refusal that names the field."""
    text = form.one(name)
    if not 0 < len(text) <= 120 or not text.isprintable():
        raise Refused(Why.BAD_INPUT, field=name)
    return text
