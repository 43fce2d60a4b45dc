// Live pages: server-sent events say which regions changed; this fetches them and puts them in place.
//
// Events: "hello" and "beat" bring the server's time; "change" says that something this person may see is no
// longer as it was. Then this page is fetched again and its parts are found by data-region; a page whose whole
// meaning changed (data-state of its main) is loaded anew.
// Rows never move under the pointer or the focus: then "2 novità" stands there until it may.

import { hearTime, hms, now, say } from "./page.js";

const body = document.body;
const QUIET_MS = 5000; // without input for so long, a waiting change of order applies by itself
const LOST_MS = 3000; // a shorter gap is an ordinary reconnection
const BURST_MS = 150;
const waiting = new Map();
let lastHeard = now();
let lastInput = 0;
let lostTimer;
let fetching = false;
let stale = false;

for (const kind of ["keydown", "pointermove", "pointerdown"]) {
  addEventListener(kind, () => { lastInput = performance.now(); }, { passive: true });
}

async function fetched(names) {
  const answer = await fetch(location.href, {
    credentials: "same-origin",
    headers: { Accept: "text/html", "X-Verbale-Regions": names.join(",") },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  if (answer.redirected) location.reload(); // signed out meanwhile
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("main")?.dataset.state !== document.querySelector("main")?.dataset.state) location.reload();
  return new Map([...page.querySelectorAll("[data-region]")].map((region) => [region.dataset.region, region]));
}

function typing(region) {
  return region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
}

function touched(region) {
  const busy = region.matches(":hover") || region.contains(document.activeElement);
  return busy && performance.now() - lastInput < QUIET_MS;
}

function place(region, fresh) {
  waiting.delete(region);
  const before = region.querySelector("h1")?.textContent;
  const focused = region.contains(document.activeElement) ? document.activeElement : undefined;
  region.replaceChildren(...fresh.childNodes);
  const heading = region.querySelector("h1");
  if (heading && "focus" in region.dataset && heading.textContent !== before) {
    heading.focus();
  } else if (focused) {
    const again = focused.id ? document.getElementById(focused.id) : region.querySelector(`[href="${CSS.escape(focused.getAttribute("href") ?? "")}"]`);
    again?.focus();
  }
}

function hold(region, fresh) {
  const count = (waiting.get(region)?.count ?? 0) + 1;
  waiting.set(region, { fresh, count });
  let button = region.querySelector(":scope > .news");
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

async function patch(names) {
  const fresh = await fetched(names);
  for (const name of names) {
    const region = document.querySelector(`[data-region="${CSS.escape(name)}"]`);
    const made = fresh.get(name);
    if (!region || !made) continue;
    const news = region.querySelector(":scope > .news");
    news?.remove();
    const same = region.innerHTML === made.innerHTML;
    if (news && !same) region.prepend(news);
    if (same) waiting.delete(region);
    else if (typing(region) || ("order" in region.dataset && touched(region))) hold(region, made);
    else place(region, made);
  }
}

function heard(data) {
  clearTimeout(lostTimer);
  lostTimer = undefined;
  if (data.now) hearTime(data.now);
  lastHeard = now();
  if (body.dataset.net === "lost") {
    delete body.dataset.net;
    say("");
    soon();
  }
}

function regions() {
  return [...document.querySelectorAll("[data-region]")].map((region) => region.dataset.region);
}

/** Changes come in bursts: one fetch for those of a moment, and never two at a time. */
function soon() {
  if (fetching) {
    stale = true;
    return;
  }
  fetching = true;
  setTimeout(() => {
    stale = false;
    patch(regions())
      .catch(lost)
      .finally(() => {
        fetching = false;
        if (stale) soon();
      });
  }, BURST_MS);
}

function lost() {
  if (lostTimer !== undefined || body.dataset.net === "lost") return;
  lostTimer = setTimeout(() => {
    body.dataset.net = "lost";
    say(body.dataset.offline.replace("{time}", hms(lastHeard)));
  }, LOST_MS);
}

function listen() {
  const source = new EventSource(body.dataset.live);
  source.addEventListener("open", () => heard({}));
  // What changed between this page's making and the first message was told to nobody: hello asks as well. A beat
  // does too, every quarter of a minute, for what changes with time alone and for a message that was lost.
  for (const name of ["hello", "beat", "change"]) {
    source.addEventListener(name, (event) => {
      heard(JSON.parse(event.data));
      soon();
    });
  }
  source.addEventListener("error", () => {
    lost();
    // A refused stream (a proxy's 502, say) is not tried again by the browser.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

if (body.dataset.live) listen();
