"""What a person prefers of language, colours and single keys: kept in his browser alone."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from broker.api.who import PartsOf
from web import views as v
from web.pages.page import (
    KEYS_COOKIE,
    LANG_COOKIE,
    THEME_COOKIE,
    FormFields,
    Reading,
    Visitor,
    came_from,
    lead,
    local,
    show,
)
from web.present.reader import Pair, Reader
from web.views_finding import Preferences

router = APIRouter(prefix="/preferenze")
YEAR_S = 365 * 86400


@dataclass(frozen=True, slots=True)
class Choice:
    """A field, its cookie, and what may be chosen: value to words. The first is what holds without a cookie."""

    cookie: str
    words: dict[str, Pair]


CHOICES = {
    "lang": Choice(LANG_COOKIE, {"it": ("Italiano", "Italiano"), "en": ("English", "English")}),
    "theme": Choice(
        THEME_COOKIE,
        {
            "": ("Come il dispositivo", "As the device"),
            "light": ("Chiari", "Light"),
            "dark": ("Scuri", "Dark"),
        },
    ),
    "keys": Choice(KEYS_COOKIE, {"on": ("Attivi", "On"), "off": ("Spenti", "Off")}),
}


@router.get("")
async def form(request: Request, who: Visitor, reader: Reading, parts: PartsOf) -> Response:
    view = Preferences(
        post="/preferenze",
        next=came_from(request),
        languages=_options("lang", request, reader),
        themes=_options("theme", request, reader),
        keys=_options("keys", request, reader),
    )
    return await show(request, parts, who, "preferences.html", view)


def _options(name: str, request: Request, reader: Reader) -> tuple[v.Option, ...]:
    choice = CHOICES[name]
    chosen = request.cookies.get(choice.cookie, "")
    if chosen not in choice.words:
        chosen = next(iter(choice.words))
    return tuple(
        v.Option(value, reader.say(*pair), chosen=value == chosen) for value, pair in choice.words.items()
    )


@router.post("")
async def prefer(request: Request, form: FormFields, parts: PartsOf) -> Response:
    response = lead(request, local(form.one("next") or came_from(request)))
    for name, choice in CHOICES.items():
        if name in form.values and form.one(name) in choice.words:
            response.set_cookie(
                choice.cookie,
                form.one(name),
                max_age=YEAR_S,
                path="/",
                httponly=True,
                samesite="lax",
                secure=parts.settings.secure,
            )
    return response
