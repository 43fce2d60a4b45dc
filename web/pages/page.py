"""What every page handler uses: the caller, the reader, the shell, forms as they come, and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from audit import instant
from broker.api.refusals import sentences
from broker.api.who import of_person, parts_of, terminal_of, token_of
from broker.cases.departure import Departure
from broker.cases.see_estate import see_own
from broker.cases.start_login import recognise
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views
from web.present import words
from web.present.reader import Reader
from web.present.times import clock_time
from web.templating import HEADERS, Templates

LANG_COOKIE = "verbale_lang"
THEME_COOKIE = "verbale_theme"
KEYS_COOKIE = "verbale_keys"
COVERED = "coperto"  # of an address: something that was sent looked like a password
MAX_FIELDS = 400
EVENTS = "/api/events"


async def visitor(request: Request) -> Who | None:
    """Who is logged in, if anybody."""
    token = token_of(request)
    if not token:
        return None
    try:
        return await recognise(parts_of(request), token, terminal_of(request), act=of_person(request))
    except Refused as no:
        if no.why is Why.LOG_UNAVAILABLE:
            raise  # nobody is a stranger because the database is away
        return None


def reader_of(request: Request) -> Reader:
    """The language this browser was set to, and now."""
    english = request.cookies.get(LANG_COOKIE) == "en"
    return Reader("en" if english else "it", parts_of(request).clock.now())


Visitor = Annotated[Who | None, Depends(visitor)]
Reading = Annotated[Reader, Depends(reader_of)]


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

    def slip(self, form: str, sentence: str, *names: str) -> views.Slip:
        """The form once more, with what was typed into these fields."""
        return views.Slip(form, sentence, tuple((name, self.one(name)) for name in names))


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


async def tried(
    slips: Collection[Why], doing: Awaitable[object], form: Fields, reader: Reader, name: str, *names: str
) -> views.Slip | None:
    """The slip to show beside the form, for a refusal that is one of `slips`; None where it was done."""
    try:
        await doing
    except Refused as no:
        if no.why not in slips:
            raise
        return form.slip(name, reader.say(*sentences(no)), *names)
    return None


# ---------------------------------------------------------------------------------------- answers


async def shell(
    request: Request,
    parts: Parts,
    who: Who | None,
    *,
    nav: str = "",
    live: bool = False,
) -> views.Shell:
    reader = reader_of(request)
    theme = request.cookies.get(THEME_COOKIE, "")
    return views.Shell(
        now=instant.to_text(instant.whole_ms(reader.now)),
        updated=clock_time(reader.now),
        path=here(request),
        lang=reader.lang,
        theme="dark" if theme == "dark" else "light" if theme == "light" else "",
        who=None if who is None else await _named(parts, who),
        vendor=parts.settings.vendor,
        nav=nav,  # type: ignore[arg-type]
        live=EVENTS if live and who is not None else "",
        keys=request.cookies.get(KEYS_COOKIE) != "off",
        covered=COVERED in request.query_params,
        mails=parts.settings.mails,
    )


async def _named(parts: Parts, who: Who) -> views.Who:
    own = await see_own(parts, who)
    return views.Who(words.clean(who.name), who.role, words.clean(own.name))


def here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


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


def lead(request: Request, address: str, *, covered: int = 0) -> Response:
    """On to the next page: by redirect, or told to the script that asked.

    `covered`: pieces of what was sent that looked like a password; the next page says so.
    """
    if covered:
        address = f"{address}?{COVERED}={covered}"
    if wants_json(request):
        return JSONResponse({"go": address})
    return RedirectResponse(address, status_code=303)


async def to_signing(
    request: Request, parts: Parts, who: Who, begin: Callable[..., Awaitable[str]]
) -> Response:
    """To the signing page; `begin` is a case that still wants to know whence (`departure`). Only a script can go there: a form may not leave this origin (CSP)."""
    reader = reader_of(request)
    if wants_json(request):
        return JSONResponse({"go": await begin(departure=Departure(came_from(request), reader.lang))})
    view = views.Refusal(
        sentence=reader.say(
            "Per firmare con passkey serve JavaScript.", "Signing with a passkey needs JavaScript."
        ),
        mend=reader.say(
            "Può firmare da un altro dispositivo, con lo stesso indirizzo. Nulla è cambiato.",
            "You can sign from another device, at the same address. Nothing has changed.",
        ),
        code="script_needed",
        status=409,
        back=views.Act(reader.say("Torna indietro", "Go back"), href=came_from(request)),
    )
    return await show(request, parts, who, "error.html", view, status=409)


def came_from(request: Request) -> str:
    """The page before, if it is ours: our own pages send their whole address (Referrer-Policy: same-origin)."""
    referer = urlsplit(request.headers.get("referer", ""))
    return local(referer.path) if referer.netloc == request.url.netloc else "/"


def local(address: str) -> str:
    """An address on this site to go on to; anything else becomes the first page."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and len(address) <= 512 else "/"


def login_address(path: str) -> str:
    return "/entra" if path in ("/", "") else f"/entra?dopo={quote(path, safe='/')}"


def line(form: Fields, name: str, most: int = 120) -> str:
    """One printable line of a form, 1 to `most` signs; else a refusal that names the field."""
    text = form.one(name)
    if not 0 < len(text) <= most or not text.isprintable():
        raise Refused(Why.BAD_INPUT, field=name)
    return text
