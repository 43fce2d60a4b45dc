"""The words of the templates: Italian is the text itself, English stands beside it here."""

from __future__ import annotations

from web.english import ENGLISH
from web.views import Lang


def say(lang: Lang, italian: str) -> str:
    """The text in the person's language. `KeyError` where English lacks it: a test finds it first.

    >>> say("en", "Rifiuta")
    'Refuse'
    """
    return ENGLISH[italian] if lang == "en" else italian
