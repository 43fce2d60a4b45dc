// What every page does: server time, dialogs, copy buttons, single keys, forms that lead to the signing site.
// Without it every form and link still works.

const body = document.body;
const started = performance.now();
let serverStart = Date.parse(body.dataset.now);
document.documentElement.dataset.script = "on"; // what only a script can do is shown

/** The server's time in milliseconds: the page never trusts the local clock. */
export function now() {
  return serverStart + performance.now() - started;
}

/** Each message from the server carries its time. */
export function hearTime(text) {
  const heard = Date.parse(text);
  if (!Number.isNaN(heard)) serverStart = heard - (performance.now() - started);
  drifted();
}

export function hms(at) {
  return new Date(at).toLocaleTimeString("it-IT", { timeZone: "Europe/Rome" });
}

/** Loaded anew by the page itself: no act of the person's, so rest goes on (who.py). */
export function reload() {
  document.cookie = "verbale_itself=1; path=/; max-age=5; samesite=strict";
  location.reload();
}

/** One of the two sentences the server sends to scripts; undefined where it sent none. */
export function sentenceOf(said) {
  return document.documentElement.lang === "en" ? said.en : said.it;
}

const notice = document.getElementById("senza-rete");

/** The grey line under the header: connection lost, clock wrong. Empty text takes it away. */
export function say(text) {
  notice.textContent = text;
}

let wrong = false; // said once, and taken back when it is right again

function drifted() {
  const before = wrong;
  wrong = Math.abs(Date.now() - now()) > 5000;
  if (wrong !== before) say(wrong ? body.dataset.drift : "");
}
drifted();

/**
 * POST and read the answer. What is not done is an Error: `refused` with the server's `sentence` when it said no;
 * without, when nobody answered or the answer was a fault (a proxy's 502, a log that is away): then the same may be
 * sent again. A fault of our own server has its sentence too. What comes as plain bytes is given as such.
 */
export async function post(address, init) {
  const answer = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    ...init,
    headers: { Accept: "application/json", ...init.headers },
  });
  if (answer.ok && answer.headers.get("Content-Type") === "application/octet-stream") return answer.arrayBuffer();
  const text = await answer.text();
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    // A proxy's page or an empty answer: no word of ours.
  }
  if (answer.ok && found !== undefined) return found;
  const sentence = found && sentenceOf(found);
  if (found?.code === "at_rest") dispatchEvent(new Event("verbale-rest"));
  if (found?.code === "proof_needed") dispatchEvent(new Event("verbale-proof"));
  throw Object.assign(new Error(`${answer.status}`), { sentence, refused: answer.status < 500 && sentence !== undefined });
}

export function postJson(address, value) {
  return post(address, { body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });
}

// ── clocks ──────────────────────────────────────────────────────────────────────────────

const WARN_AT = [600, 120]; // seconds before the end, said aloud once each
const WARNING_MS = 60_000; // so long it stays
const before = new WeakMap();

function warn(seconds) {
  const text = body.dataset.soon.replace("{n}", String(seconds / 60));
  say(text);
  setTimeout(() => notice.textContent === text && say(""), WARNING_MS);
}

function tick() {
  for (const clock of document.querySelectorAll("[data-ends]")) {
    const left = Math.max(0, Math.floor((Date.parse(clock.dataset.ends) - now()) / 1000));
    const two = (value) => String(value).padStart(2, "0");
    const hours = Math.floor(left / 3600);
    const text = hours ? `${hours}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : `${Math.floor(left / 60)}:${two(left % 60)}`;
    if (clock.textContent !== text && body.dataset.net !== "lost") clock.textContent = text;
    // A hidden page ticks seldom: what counts is that the mark was passed, not that it was hit.
    const earlier = before.get(clock) ?? left;
    before.set(clock, left);
    const passed = WARN_AT.filter((mark) => earlier > mark && left <= mark);
    if (passed.length) warn(passed.at(-1));
  }
}
if (document.querySelector("[data-ends]") || body.dataset.live) setInterval(tick, 1000);

// ── dialogs, copy, keys ─────────────────────────────────────────────────────────────────

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    // Focus starts on the safe choice; Esc is the safe choice too.
    dialog.querySelector("[autofocus], [data-close]")?.focus();
    return;
  }
  const closer = event.target.closest("dialog [data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    navigator.clipboard.writeText(copier.dataset.copy).then(() => toast(body.dataset.copied));
    return;
  }
  if (event.target.closest(".btn[aria-disabled=true]")) event.preventDefault();
});

/** Confirms what is already done; six seconds, longer under pointer or focus. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const made = document.createElement("p");
  made.className = "toast toast-floating";
  made.setAttribute("role", "status");
  made.textContent = text;
  body.append(made);
  const leave = () => (made.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : made.remove());
  setTimeout(leave, 6000);
}

/** Single letters act only when no field, dialog or terminal has the focus (WCAG 2.1.4). */
document.addEventListener("keydown", (event) => {
  if (body.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]:not(body.watch > .rest)")) return;
  if (event.target.closest("input, textarea, select, [contenteditable], .term-host, body:not(.watch) .screen-host")) return;
  const key = event.key.toLowerCase();
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (wanted) {
    event.preventDefault();
    wanted.click();
  } else if (key === "j" || key === "k") {
    const rows = [...document.querySelectorAll(".queue .q, .cell-open, button[data-panel]")];
    const at = rows.findIndex((row) => row === document.activeElement || row.ariaPressed === "true");
    const next = rows[Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), rows.length - 1)];
    next?.[next.dataset.panel ? "click" : "focus"]();
  }
});

// ── forms ───────────────────────────────────────────────────────────────────────────────

document.getElementById("riepilogo")?.focus();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const pressed = event.submitter;
  if (pressed?.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  if (body.dataset.net === "lost" && form.method === "post" && !("stop" in form.dataset)) {
    event.preventDefault();
    toast(notice.textContent);
    return;
  }
  if (!("sign" in form.dataset)) return;
  // A form may not lead off this origin (form-action 'self'); the script does, with the address the server gives.
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  status.textContent = form.dataset.leaving ?? body.dataset.signing;
  if ("pageKey" in form.dataset) {
    try {
      const { makePageKey } = await import("./watch-key.js");
      form.elements.page_key.value = await makePageKey();
    } catch {
      status.textContent = form.dataset.pageKey; // no Ed25519 here, or no storage
      return;
    }
  }
  try {
    const { go } = await post(form.action, { body: new URLSearchParams(new FormData(form)) });
    location.assign(go);
  } catch (wrong) {
    status.textContent = wrong.sentence ?? body.dataset.unreachable;
  }
});

/** At once, and the page stays as it is: what comes of it is shown by the regions that follow the log. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("here" in form.dataset) || event.defaultPrevented) return;
  event.preventDefault();
  try {
    const { go } = await post(form.action, { body: new URLSearchParams(new FormData(form)) });
    if (form.dataset.said) toast(form.dataset.said);
    if ("clear" in form.dataset) form.reset();
    if (go?.includes("?")) toast(body.dataset.covered); // something in it looked like a password
  } catch (wrong) {
    toast(wrong.sentence ?? body.dataset.unreachable);
  }
});

const AGAIN_MS = 2000;

/** Termina: obeyed at once; without network, or with a server at fault, it keeps trying and says so. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("stop" in form.dataset)) return;
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  const fields = new URLSearchParams(new FormData(form));
  event.submitter?.setAttribute("aria-disabled", "true");
  status.textContent = form.dataset.trying;
  for (;;) {
    try {
      await post(form.action, { body: fields });
      status.textContent = form.dataset.sent;
      setTimeout(reload, 1500);
      return;
    } catch (wrong) {
      if (wrong.refused) {
        status.textContent = wrong.sentence;
        event.submitter?.removeAttribute("aria-disabled");
        return;
      }
      status.textContent = form.dataset.again;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
});

// A browser leaves a focus where it is that peeps out by one pixel: of a bar that scrolls, or under one that sticks.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(":focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
