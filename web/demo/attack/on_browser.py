"""Lying pages in a real Chromium: what WebAuthn and the real signing page make of them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audit.canonical import b64, unb64
from audit.request import Request
from audit.statement_parts import Channel
from web.demo import headless
from web.demo.attack.outcome import BROWSER, Attempt, Happened, Ledger, Outcome, Refused, Untried, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.client import payload
from web.demo.processes import Failed

if TYPE_CHECKING:
    from playwright.async_api import Page

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
PATIENT_MS = 60_000
SIGNING_PAGE = Words("la pagina di firma", "the signing page")
LYING = "/bugiarda"  # a page of the thief's, on the broker's own origin
MISSING = Words(
    "qui mancano Chromium o Playwright (pip install playwright)",
    "Chromium or Playwright is missing here (pip install playwright)",
)
BLOCKED = "net::ERR_BLOCKED_BY_RESPONSE"  # a header of the page itself forbids it
VIRTUAL = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
MAKE = """async (rpId) => {
  const user = {id: new Uint8Array(8), name: "ADS", displayName: "ADS"};
  const made = await navigator.credentials.create({publicKey: {
    challenge: new Uint8Array(32), rp: {id: rpId, name: "firma"}, user,
    pubKeyCredParams: [{type: "public-key", alg: -7}], authenticatorSelection: {userVerification: "required"},
  }});
  return Array.from(new Uint8Array(made.rawId));
}"""
ASK = """async ([rpId, id]) => {
  const allowCredentials = [{type: "public-key", id: new Uint8Array(id)}];
  try {
    await navigator.credentials.get({publicKey: {challenge: new Uint8Array(32), rpId, allowCredentials}});
    return "";
  } catch (wrong) { return wrong.name; }
}"""
ATTEMPTS = (
    Attempt("rp_id_elsewhere", Words(
        "la pagina del broker chiede una firma alla passkey di firma",
        "the broker's page asks the signing passkey for a signature")),
    Attempt("signing_page_framed", Words(
        "la pagina di firma vera, chiusa dentro una pagina del broker che ne copre il testo",
        "the real signing page inside a page of the broker's, which covers its text")),
    Attempt("other_words_shown", Words(
        "alla pagina di firma vera un testo diverso da quello che la richiesta impegna",
        "to the real signing page other words than the request commits to")),
    Attempt("other_request_shown", Words(
        "alla pagina di firma vera una richiesta più modesta di quella da firmare",
        "to the real signing page a more modest request than the one to be signed")),
)  # fmt: skip


async def all_pages(scene: Scene, ledger: Ledger) -> None:
    if importlib.util.find_spec("playwright") is None:
        for attempt in ATTEMPTS:
            tell(ledger, attempt, Untried(MISSING))
        return
    async with AsyncExitStack() as stack:
        page = await _page(stack)
        plays = (_elsewhere, _framed, _other_words, _other_request)
        for attempt, play in zip(ATTEMPTS, plays, strict=True):
            tell(ledger, attempt, Untried(MISSING) if page is None else await play(scene, page))


async def _page(stack: AsyncExitStack) -> Page | None:
    """Of this machine's Chromium, or of the one that Playwright brought; None where there is neither."""
    from playwright.async_api import Error, async_playwright

    play = await stack.enter_async_context(async_playwright())
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    # The thief's page is put in place here, and not served by his broker: Chromium holds it for one from afar.
    flags = ["--disable-features=LocalNetworkAccessChecks", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    try:
        browser = await play.chromium.launch(executable_path=found, args=flags, timeout=PATIENT_MS)
    except Error:
        return None
    stack.push_async_callback(browser.close)
    page = await browser.new_page()
    page.set_default_timeout(PATIENT_MS)
    return page


async def _lying(scene: Scene, page: Page, body: str) -> None:
    """A page of the thief's on the broker's origin, without any of the headers that the real one sends."""
    address = scene.running.stage.origin + LYING
    await page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
    await page.goto(address)
    await page.unroute(address)


async def _elsewhere(scene: Scene, page: Page) -> Outcome:
    """A signing passkey that answers on the signing site, asked for from the broker's."""
    rp_id = scene.trust.signing.rp_id
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
    await page.goto(f"{scene.running.stage.signing_origin}/")
    passkey = await page.evaluate(MAKE, rp_id)
    if await page.evaluate(ASK, [rp_id, passkey]) != "":
        raise Failed("la passkey di firma non risponde sul suo sito")
    await _lying(scene, page, "<!doctype html><title>Verbale</title>")
    wrong = await page.evaluate(ASK, [rp_id, passkey])
    return Refused(BROWSER, str(wrong)) if wrong else Happened("signature")


async def _framed(scene: Scene, page: Page) -> Outcome:
    url, failed = await _address(scene), list[str]()
    page.on("requestfailed", lambda request: failed.append(request.failure or ""))
    await _lying(scene, page, f'<!doctype html><iframe id="cornice" src="{url}"></iframe>')
    inside = await page.wait_for_selector("#cornice")
    frame = None if inside is None else await inside.content_frame()
    assert frame is not None
    await frame.wait_for_load_state()
    state = await frame.evaluate("document.body?.dataset.state ?? ''")
    if state == "ready":
        return Happened("data-state ready")
    if state == "refused":
        return Refused(SIGNING_PAGE, f"«{await frame.inner_text('[role=alert] b')}»")
    if BLOCKED not in failed:
        raise Failed(f"la pagina di firma non si è caricata: {failed}")
    return Refused(BROWSER, BLOCKED)


async def _address(scene: Scene, **change: Any) -> str:
    """A genuine link to sign an approval, with parts of what it carries replaced."""
    request = await headless.ask(
        scene.technician, scene.running.stage.host, "La cassa non stampa.", ("exec",)
    )
    begun = await scene.ads.post(
        f"/api/requests/{request}/approval/begin", supervision="self", demo_software=True
    )
    carried = payload(begun["url"])
    for name, make in change.items():
        carried[name] = make(carried[name])
    text = json.dumps(carried, ensure_ascii=False, separators=(",", ":"))
    return f"{scene.running.stage.signing_origin}/#{b64(text.encode())}"


async def _shown(page: Page, url: str) -> Outcome:
    await page.goto("about:blank")
    await page.goto(url)
    await page.wait_for_selector("body[data-state]")
    if await page.get_attribute("body", "data-state") != "refused":
        return Happened("data-state ready")
    return Refused(SIGNING_PAGE, f"«{await page.inner_text('[role=alert] b')}»")


async def _other_words(scene: Scene, page: Page) -> Outcome:
    def reworded(openings: dict[str, Any]) -> dict[str, Any]:
        texts = openings["texts"]
        words = {**texts["data"], "incident_text": "Nulla di particolare."}
        return {**openings, "texts": {**texts, "data": words}}

    return await _shown(page, await _address(scene, openings=reworded))


async def _other_request(scene: Scene, page: Page) -> Outcome:
    def modest(attached: dict[str, str]) -> dict[str, str]:
        true = Request.parse(unb64(attached["request"], max_bytes=64 * 1024))
        shown = replace(true, channels=(Channel("terminal"),), longest_s=60)
        return {**attached, "request": b64(shown.encode())}

    return await _shown(page, await _address(scene, attached=modest))
