// The live view: the same output, read only, spliced onto its history. Every piece says from which byte of
// which channel it is, so what comes twice after a reconnection is drawn once, and what was lost is said.
//
// Binary message: length of the channel's name, 1 if bytes before it were lost, offset (8 bytes), name, bytes.
// Text: {"quiet": seconds} since something came last, {"size": channel, "cols", "rows"} (the technician's window), {"shut": channel}, {"ended": true},
// {"beat": true} on a line with nothing to tell, {"echo": …} (watch-delay.js), or {"refused": code, "it": sentence, "en": sentence}. {"call": …} comes
// from the host: the page of the chosen watcher answers it, and no other; {"declined": …} is the host's no to what
// somebody signed.

import { makeTerminal, plainLines, resizeTo, socketTo } from "./frames.js";
import { refresh } from "./live.js";
import { now, sentenceOf } from "./page.js";
import { echoed, measure, still } from "./watch-delay.js";
import { answerTo, pageKey } from "./watch-key.js";
import { freeze, tell, thaw } from "./watch-lost.js";
import { screenIs } from "./watch-screen.js";

const place = document.getElementById("vista");
const alarm = document.getElementById("allarme");
const tabs = document.getElementById("canali");
const RETRY_MS = 2000;
const SILENT_MS = 40_000; // the server says something every 15 s: a line that brings nothing is dead
const MAX_CHANNELS = 16; // kept to look at; the oldest closed ones go first
const HEAD = 10;
const channels = new Map();
const names = new TextDecoder();
let shown;
let chosen = false; // somebody pressed a tab: what he looks at stays
let count = 0;

function show(channel) {
  shown = channel;
  for (const [name, one] of channels) {
    // Out of sight, not out of the layout: a terminal measures its letters while it draws.
    one.box.classList.toggle("unseen", name !== channel);
    one.tab.setAttribute("aria-pressed", String(name === channel));
  }
  tabs.hidden = channels.size < 2;
  fit(channels.get(channel));
}

// Full-screen programs draw for the technician's window: where it is known, it is kept.
function fit(one) {
  if (one && !one.sized) one.fit.fit();
}

function label(one) {
  one.tab.textContent = one.shut ? `${one.name}, ${tabs.dataset.shut}` : one.name;
}

function open(channel) {
  const box = document.createElement("div");
  box.className = "watch-channel";
  box.dataset.label = place.dataset.label;
  place.append(box);
  const tab = document.createElement("button");
  tab.type = "button";
  tab.className = "btn btn-s";
  tab.addEventListener("click", () => {
    chosen = true;
    show(channel);
  });
  tabs.append(tab);
  const terminal = makeTerminal(box, { disableStdin: true, screenReaderMode: true, convertEol: true });
  const addon = new globalThis.verbaleTerminal.FitAddon();
  terminal.loadAddon(addon);
  count += 1;
  const name = tabs.dataset.name.replace("{n}", String(count));
  const one = { terminal, fit: addon, box, tab, name, seen: 0, sized: false, shut: false };
  label(one);
  channels.set(channel, one);
  // The newest is looked at, but for somebody who has chosen another that still runs.
  const current = channels.get(shown);
  if (!current || current.shut || !chosen) show(channel);
  else show(shown);
  forget();
  return one;
}

/** A session may open hundreds of channels; each keeps a terminal. */
function forget() {
  for (const [name, one] of channels) {
    if (channels.size <= MAX_CHANNELS) return;
    if (!one.shut || name === shown) continue;
    one.terminal.dispose();
    one.box.remove();
    one.tab.remove();
    channels.delete(name);
    gone.add(name);
  }
}

const gone = new Set(); // of forgotten channels nothing is drawn again

function draw(data) {
  const view = new DataView(data);
  const length = view.getUint8(0);
  const offset = Number(view.getBigUint64(2));
  const channel = names.decode(new Uint8Array(data, HEAD, length));
  if (gone.has(channel)) return;
  const bytes = new Uint8Array(data, HEAD + length);
  const one = channels.get(channel) ?? open(channel);
  if (offset + bytes.length <= one.seen) return;
  if (offset > one.seen || (view.getUint8(1) && one.seen === 0)) one.terminal.write(`\r\n${place.dataset.gap}\r\n`);
  one.terminal.write(bytes.subarray(Math.max(0, one.seen - offset)));
  spoke = now();
  one.seen = offset + bytes.length;
}

const active = document.getElementById("attivita");
let spoke; // when something came last, by the server's time

function ago() {
  if (spoke === undefined || document.body.dataset.net === "lost") return;
  const seconds = Math.max(0, Math.round((now() - spoke) / 1000));
  const text = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  active.textContent = active.dataset.ago.replace("{t}", text);
}

const stranger = document.getElementById("senza-chiave");
const mine = place?.dataset.pageKey ? pageKey(place.dataset.pageKey).catch(() => undefined) : undefined;
let answers = false; // this page answers the host
mine?.then((key) => {
  answers = key !== undefined;
  stranger.hidden = answers;
});

/** Only to a call for this page's own check-in: an answer by another key would use the call up. */
async function answer(call) {
  const key = await mine;
  if (key && call.check_in === place.dataset.checkIn) socket?.send(JSON.stringify(await answerTo(call, key)));
}

const segments = new Map();

/** So many pieces of what is seen here are sealed, signed by the host, under a signed head. */
function sealed(said) {
  segments.set(said.recorded, said.segments);
  const line = document.getElementById("sigillati");
  const count = [...segments.values()].reduce((sum, one) => sum + one, 0);
  line.textContent = line.dataset.words.replace("{n}", String(count));
}

/** When all that was written so far is on the page. */
function drawn(then) {
  const one = channels.get(shown);
  if (one) one.terminal.write("", then);
  else then();
}

function masked(count) {
  const line = document.getElementById("coperte");
  if (line) line.textContent = line.dataset.words.replace("{n}", String(count));
}

function hear(said) {
  if (said.masked !== undefined) masked(said.masked);
  if (said.echo !== undefined) echoed(said, drawn);
  if (said.call) answer(said.call);
  if (said.quiet !== undefined) spoke = now() - said.quiet * 1000;
  if (said.declined) tell(sentenceOf(said));
  if (said.refused) tell(sentenceOf(said));
  if (said.ended) tell(place.dataset.ended);
  if (said.recorded) sealed(said);
  if (said.screen !== undefined) screenIs(said.screen);
  const sized = channels.get(said.size);
  if (sized) {
    sized.sized = true;
    sized.terminal.options.convertEol = false; // a real terminal ends its own lines; a command's alone do not return
    resizeTo(sized.terminal, said.cols, said.rows);
  }
  const shut = channels.get(said.shut);
  if (shut) {
    shut.shut = true;
    label(shut);
    // Nothing more comes of it: the newest that still runs is looked at, unless somebody chose this one.
    const running = [...channels.keys()].reverse().find((name) => !channels.get(name).shut);
    if (said.shut === shown && !chosen && running) show(running);
  }
}

let timer;
let silence;
let socket;
function connect() {
  clearTimeout(timer);
  socket?.close();
  const mine = socketTo(place.dataset.socket, {});
  socket = mine;
  let over = false;
  const lost = () => {
    clearTimeout(silence);
    still();
    screenIs(false);
    if (over || socket !== mine) return;
    socket = undefined;
    mine.close();
    freeze(place, answers);
    refresh(); // a log-in that has run out is no cut line: the page itself leads to the door
    timer = setTimeout(connect, RETRY_MS);
  };
  // A line cut in the middle says nothing to anybody: not even that it is closed.
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENT_MS);
  };
  mine.addEventListener("message", ({ data }) => {
    if (socket !== mine) return;
    listen();
    if (typeof data !== "string") {
      draw(data);
      return;
    }
    const said = JSON.parse(data);
    hear(said);
    over ||= said.ended === true || said.refused !== undefined;
  });
  mine.addEventListener("open", () => {
    if (socket !== mine) return;
    listen();
    thaw();
    measure(mine);
  });
  mine.addEventListener("close", lost);
  listen();
}

if (place) {
  alarm.querySelector("button").addEventListener("click", connect);
  plainLines(() => channels.get(shown)?.terminal);
  if (active) setInterval(ago, 1000);
  new ResizeObserver(() => fit(channels.get(shown))).observe(place);
  connect();
}
