// The live view: the same output, read only, spliced onto its history. Every piece says from which byte of
// which channel it is, so what comes twice after a reconnection is drawn once, and what was lost is said.
//
// Binary message: length of the channel's name, 1 if bytes before it were lost, offset (8 bytes), name, bytes.
// Text: {"size": channel, "cols", "rows"} (the technician's window), {"shut": channel}, {"ended": true}, or {"refused": code, "it": sentence}.

import { makeTerminal, plainLines, socketTo } from "./frames.js";
import { hms, now } from "./page.js";

const place = document.getElementById("vista");
const frozen = document.getElementById("fermo");
const alarm = document.getElementById("allarme");
const tabs = document.getElementById("canali");
const RETRY_MS = 2000;
const HEAD = 10;
const channels = new Map();
const names = new TextDecoder();
let shown;

function show(channel) {
  shown = channel;
  for (const [name, one] of channels) {
    one.box.hidden = name !== channel;
    one.tab.setAttribute("aria-pressed", String(name === channel));
  }
  tabs.hidden = channels.size < 2;
  fit(channels.get(channel));
}

// Full-screen programs draw for the technician's window: where it is known, it is kept.
function fit(one) {
  if (one && !one.sized) one.fit.fit();
}

function open(channel) {
  const box = document.createElement("div");
  box.className = "watch-channel";
  box.dataset.label = place.dataset.label;
  place.append(box);
  const tab = document.createElement("button");
  tab.type = "button";
  tab.className = "btn btn-s";
  tab.textContent = tabs.dataset.name.replace("{n}", String(channels.size + 1));
  tab.addEventListener("click", () => show(channel));
  tabs.append(tab);
  const terminal = makeTerminal(box, { disableStdin: true, screenReaderMode: true });
  const addon = new globalThis.verbaleTerminal.FitAddon();
  terminal.loadAddon(addon);
  const one = { terminal, fit: addon, box, tab, seen: 0, sized: false };
  channels.set(channel, one);
  show(channel);
  return one;
}

function draw(data) {
  const view = new DataView(data);
  const length = view.getUint8(0);
  const offset = Number(view.getBigUint64(2));
  const channel = names.decode(new Uint8Array(data, HEAD, length));
  const bytes = new Uint8Array(data, HEAD + length);
  const one = channels.get(channel) ?? open(channel);
  if (offset + bytes.length <= one.seen) return;
  if (offset > one.seen || (view.getUint8(1) && one.seen === 0)) one.terminal.write(`\r\n${place.dataset.gap}\r\n`);
  one.terminal.write(bytes.subarray(Math.max(0, one.seen - offset)));
  one.seen = offset + bytes.length;
}

function freeze() {
  const time = hms(now());
  frozen.textContent = place.dataset.frozen.replace("{time}", time);
  frozen.hidden = false;
  alarm.querySelector("p").textContent = `${alarm.dataset.lost.replace("{time}", time)} ${alarm.dataset.pause}`;
  alarm.hidden = false;
}

function tell(sentence) {
  frozen.textContent = sentence;
  frozen.hidden = false;
}

let timer;
let socket;
function connect() {
  clearTimeout(timer);
  socket?.close();
  const mine = socketTo(place.dataset.socket, {});
  socket = mine;
  let over = false;
  mine.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") {
      draw(data);
      return;
    }
    const said = JSON.parse(data);
    if (said.refused) tell(said.it);
    if (said.ended) tell(place.dataset.ended);
    const sized = channels.get(said.size);
    if (sized) {
      sized.sized = true;
      sized.terminal.resize(said.cols, said.rows);
    }
    const shut = channels.get(said.shut);
    if (shut) shut.tab.textContent += `, ${tabs.dataset.shut}`;
    over ||= said.ended === true || said.refused !== undefined;
  });
  mine.addEventListener("open", () => {
    frozen.hidden = true;
    alarm.hidden = true;
  });
  mine.addEventListener("close", () => {
    if (over || socket !== mine) return;
    if (alarm.hidden) freeze();
    timer = setTimeout(connect, RETRY_MS);
  });
}

if (place) {
  alarm.querySelector("button").addEventListener("click", connect);
  plainLines(() => channels.get(shown)?.terminal);
  new ResizeObserver(() => fit(channels.get(shown))).observe(place);
  connect();
}
