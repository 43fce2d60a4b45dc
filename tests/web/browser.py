"""A real Chromium for the page tests, with a virtual authenticator where a passkey is needed."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

# A busy machine draws late; a broken page never does.
PATIENT_MS = 60_000
expect.set_options(timeout=PATIENT_MS)
# Whichever tools/system-packages is content with; where none is, Playwright has put its own. The shell first, as
# Playwright's own is: a page takes it a third of the work, for nothing is drawn that nobody sees.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def installed() -> str | None:
    """The machine's own Chromium; None for the one that Playwright brings."""
    return next((found for name in CHROMIUMS if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=installed(), args=QUIET, timeout=2 * PATIENT_MS)
        try:
            yield browser
        finally:
            browser.close()


def with_authenticator(page: Page) -> None:
    """A platform authenticator that verifies its user and answers at once."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def axe(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds on the page as it stands, by all its rules or by those named; empty is good."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Of WCAG 2.2, and for that reason alone not among those axe runs unasked.
    only: dict[str, object] = (
        {"runOnly": list(rules)} if rules else {"rules": {"target-size": {"enabled": True}}}
    )
    found = page.evaluate("how => axe.run(document, how)", {"resultTypes": ["violations"], **only})
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
