// The technician's terminal: xterm.js on the session's WebSocket. All keys belong to it but Ctrl+Alt+Esc.

import { DATA, EXIT, STDERR, dataFrames, makeTerminal, plainLines, resizeFrame, socketTo } from "./frames.js";
import { sentenceOf } from "./page.js";

const place = document.getElementById("terminale");
const status = document.getElementById("terminale-stato");
const TELL_BYTES = 128 * 1024; // drawn since it was told last; the server waits when it is a megabyte

function start() {
  const { FitAddon } = globalThis.verbaleTerminal;
  const terminal = makeTerminal(place, {});
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  fit.fit();
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type === "keydown" && event.ctrlKey && event.altKey && event.key === "Escape") {
      terminal.blur();
      document.querySelector(".ses-acts a, .ses-ssh button")?.focus();
      return false;
    }
    return true;
  });
  plainLines(() => terminal);
  open(terminal, fit);
}

function open(terminal, fit) {
  const utf8 = new TextEncoder();
  const socket = socketTo(place.dataset.socket, { cols: terminal.cols, rows: terminal.rows });
  const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(message);
  const type = (bytes) => {
    for (const one of dataFrames(bytes)) send(one);
  };
  let said = "";
  const kept = [
    terminal.onData((text) => type(utf8.encode(text))),
    terminal.onBinary((text) => type(Uint8Array.from(text, (c) => c.charCodeAt(0)))),
    terminal.onResize(({ cols, rows }) => send(resizeFrame(cols, rows))),
  ];
  const watcher = new ResizeObserver(() => fit.fit());
  watcher.observe(place);
  status.textContent = place.dataset.opening;
  socket.addEventListener("open", () => {
    status.textContent = "";
    terminal.focus();
  });
  // The terminal keeps what it has yet to draw, and throws it away beyond a bound: so the server is told how far
  // it is, and the host's process waits.
  let drawn = 0;
  let told = 0;
  const draw = (bytes) =>
    terminal.write(bytes, () => {
      drawn += bytes.length;
      if (drawn - told < TELL_BYTES) return;
      told = drawn;
      send(JSON.stringify({ drawn }));
    });
  let refused = "";
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") {
      refused = sentenceOf(JSON.parse(data));
      return;
    }
    const bytes = new Uint8Array(data);
    if (bytes[0] === DATA || bytes[0] === STDERR) draw(bytes.subarray(1));
    else if (bytes[0] === EXIT) said = new TextDecoder().decode(bytes.subarray(1));
  });
  socket.addEventListener("close", () => {
    watcher.disconnect();
    for (const one of kept) one.dispose();
    ended(terminal, fit, refused || exitWords(said));
  });
}

function exitWords(json) {
  if (!json) return "";
  const { status: code, signal } = JSON.parse(json);
  return signal ? `(${signal})` : `(${code})`;
}

function ended(terminal, fit, why) {
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-s";
  again.textContent = place.dataset.again;
  again.addEventListener("click", () => {
    terminal.reset();
    open(terminal, fit);
  });
  status.replaceChildren(`${place.dataset.closed} ${why} `, again);
}

if (place) start();
