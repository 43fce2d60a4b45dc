"""Views to HTML: the Jinja environment, hashed assets, and the words of the person's language."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from web.catalogue import say
from web.present.words import clean
from web.views import Shell

WEB = Path(__file__).parent
STATIC = WEB / "static"
CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every page is sent with."""
_EMPHASIS = re.compile(r"\*([^*]+)\*")


@cache
def vendor_files() -> dict[str, str]:
    """Plain name to path under /static, from the manifest of the asset build."""
    try:
        manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    except OSError as missing:
        raise RuntimeError("The web assets are not built: run `make assets`.") from missing
    return {name: f"/static/vendor/{entry['file']}" for name, entry in manifest["files"].items()}


@cache
def static_file(name: str) -> str:
    """Path of one of our own files, with its digest, so that it may be cached for good.

    Scripts go without: they import one another by plain name, and a module asked for under two
    addresses would run twice.
    """
    if name.startswith("js/"):
        return f"/static/{name}"
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def emphasised(text: str) -> Markup:
    """Escaped text whose `*words*` are the ones a signer must see."""
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", str(escape(clean(text)))))  # noqa: S704 — escaped just here


def _shown(value: object) -> object:
    """Whatever a template shows, whoever wrote it; escaped afterwards."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@pass_context
def _translate(context: Context, text: str, /, **values: object) -> Markup:
    # Our own words, from the templates and the catalogue; what fills the blanks is escaped by `format`.
    shown = {name: _shown(value) for name, value in values.items()}
    said = Markup(say(context["shell"].lang, text)).format(**shown)  # noqa: S704
    # A name such as «S.r.l.» brings its own full stop to the end of our sentence.
    return said[:-1] if said.endswith("..") else said


class Templates:
    """`page("approve.html", view, shell)`; `part("parts/feed.html", view, shell)` for live fragments."""

    def __init__(self) -> None:
        self.folder = WEB / "templates"
        self._jinja = Environment(
            loader=FileSystemLoader(self.folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
        )
        self._jinja.globals.update(_=_translate, vendor=lambda name: vendor_files()[name], static=static_file)
        self._jinja.filters["emphasised"] = emphasised

    def page(self, name: str, view: Any, shell: Shell) -> str:
        """The template's own view type is named in its first line."""
        return self._jinja.get_template(name).render(page=view, shell=shell)

    def part(self, name: str, view: Any, shell: Shell) -> str:
        """The inside of a live region: the same partial the whole page includes."""
        return self.page(name, view, shell)
