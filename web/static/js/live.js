// Live pages: server-sent events say that something changed; this fetches the page and puts the changes in place.
//
// Events: "hello" and "beat" bring the server's time; "change" says that something this person may see is no
// longer as it was. Then this page is fetched again and its parts are found by data-region; a page whose whole
// meaning changed (data-state of its main) is loaded anew, unless something was typed into it.
// Rows never move under the pointer or the focus: then "2 novità" stands there until it may.

import { differs, merge, remember } from "./merge.js";
import { off } from "./off.js";
import { hearTime, hms, now, reload, say } from "./page.js";
import { rested } from "./rest.js";

const body = document.body;
const QUIET_MS = 5000; // without input for so long, a waiting change of order applies by itself
const LOST_MS = 3000; // a shorter gap is an ordinary reconnection
const SILENT_MS = 40_000; // the server says something every 15 s: a line that brings nothing is dead
const AGAIN_MS = 5000;
const BURST_MS = 150;
const waiting = new Map();
let lastHeard = now();
let lastInput = 0;
let lostTimer;
let silentTimer;
let source;
let fetching = false;
let stale = false;

for (const kind of ["keydown", "pointermove", "pointerdown"]) {
  addEventListener(kind, () => { lastInput = performance.now(); }, { passive: true });
}

function regions() {
  return [...document.querySelectorAll("[data-region]")];
}

/** Whether somebody has written into a field: then nothing may take the page away from him. */
function typed() {
  return [...document.querySelectorAll("main textarea, main input, dialog textarea, dialog input")].some((field) =>
    !field.closest(".term-host, .screen-clip") &&
    (["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
}

function leave(sentence) {
  if (typed()) say(sentence);
  else reload();
}

async function fetched() {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html", "Verbale-Itself": "1" } });
  if (!answer.ok) throw new Error(String(answer.status));
  if (answer.redirected) {
    if (await rested()) return undefined;
    leave(body.dataset.login);
    return undefined;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("main")?.dataset.state !== document.querySelector("main")?.dataset.state) {
    leave(body.dataset.changed);
    return undefined;
  }
  return new Map([...page.querySelectorAll("[data-region]")].map((region) => [region.dataset.region, region]));
}

function typing(region) {
  return region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
}

function touched(region) {
  const busy = region.matches(":hover") || region.contains(document.activeElement);
  return busy && performance.now() - lastInput < QUIET_MS;
}

function news(region) {
  return region.querySelector(":scope > .news");
}

function place(region, fresh) {
  waiting.delete(region);
  news(region)?.remove();
  const before = region.querySelector("h1")?.textContent;
  merge(region, fresh);
  const heading = region.querySelector("h1");
  if (heading && "focus" in region.dataset && heading.textContent !== before) heading.focus();
}

function hold(region, fresh) {
  const held = waiting.get(region);
  if (held?.fresh.isEqualNode(fresh)) return;
  const count = (held?.count ?? 0) + 1;
  waiting.set(region, { fresh, count });
  let button = news(region);
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-s news";
    button.addEventListener("click", () => place(region, waiting.get(region).fresh));
    region.prepend(button);
  }
  button.textContent = body.dataset.news.replace("{n}", String(count));
}

function settle() {
  for (const [region, { fresh }] of waiting) if (!touched(region) && !typing(region)) place(region, fresh);
}
setInterval(settle, 1000);
addEventListener("focusout", () => setTimeout(settle, 0));

async function patch() {
  const fresh = await fetched();
  if (!fresh) return;
  for (const region of regions()) {
    const made = fresh.get(region.dataset.region);
    if (!made) continue;
    if (!differs(region, made)) {
      waiting.delete(region);
      news(region)?.remove();
    } else if (typing(region) || ("order" in region.dataset && touched(region))) hold(region, made);
    else place(region, made);
  }
}

function heard(data) {
  clearTimeout(lostTimer);
  clearTimeout(silentTimer);
  lostTimer = undefined;
  silentTimer = setTimeout(listen, SILENT_MS);
  if (data.now) hearTime(data.now);
  lastHeard = now();
  if (body.dataset.net === "lost") {
    delete body.dataset.net;
    off(false);
    say("");
    refresh();
  }
}

/** Ask the server for what changed. Changes come in bursts: one fetch for those of a moment, never two at a time. */
export function refresh() {
  if (!body.dataset.live) return;
  if (fetching) {
    stale = true;
    return;
  }
  fetching = true;
  setTimeout(() => {
    stale = false;
    patch()
      .catch(lost)
      .finally(() => {
        fetching = false;
        if (stale) refresh();
      });
  }, BURST_MS);
}

function lost() {
  if (lostTimer !== undefined || body.dataset.net === "lost") return;
  lostTimer = setTimeout(() => {
    body.dataset.net = "lost";
    off(true);
    say(body.dataset.offline.replace("{time}", hms(lastHeard)));
  }, LOST_MS);
}

function listen() {
  source?.close();
  clearTimeout(silentTimer);
  if (source) lost(); // reopened: nothing was heard for too long
  source = new EventSource(body.dataset.live);
  const mine = source;
  silentTimer = setTimeout(listen, SILENT_MS);
  source.addEventListener("open", () => heard({}));
  // What changed between this page's making and the first message was told to nobody: hello asks as well. A beat
  // does too, every quarter of a minute, for what changes with time alone and for a message that was lost.
  for (const name of ["hello", "beat", "change"]) {
    source.addEventListener(name, (event) => {
      heard(JSON.parse(event.data));
      refresh();
    });
  }
  source.addEventListener("error", () => {
    lost();
    if (mine.readyState !== EventSource.CLOSED) return;
    // A refused stream is not tried again by the browser: a proxy's 502, or a log-in that has run out. The page
    // itself tells which: it is fetched, and leads to the door.
    refresh();
    clearTimeout(silentTimer);
    setTimeout(() => source === mine && listen(), AGAIN_MS);
  });
}

if (body.dataset.live) {
  for (const region of regions()) remember(region);
  listen();
}
