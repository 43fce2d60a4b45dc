"""The documentation's site. `make docs` builds it twice, each language in a folder of its own (tools/docs.py)."""

from importlib.metadata import version as installed

project = "Verbale"
version = release = installed("verbale")
author = ""
copyright = ""  # one LICENSE, no line a page
extensions = ["myst_parser"]
myst_heading_anchors = 4
# Each language is a build of its own: `en:made/format.html` leads from one into the other.
myst_url_schemes = {
    "https": None,
    "it": {"url": "../it/{{path}}"},
    "en": {"url": "../en/{{path}}"},
}
exclude_patterns = ["screens"]
nitpicky = True
# Fences of our own documents name languages that no highlighter knows.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_static_path = ["static"]
templates_path = ["templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_css_files = ["docs.css"]
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
html_last_updated_fmt = None
