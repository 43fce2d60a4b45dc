// Session frames: one tag byte, then the bytes (agent/wire/channel.py holds the same table).

export const DATA = 0x00;
export const STDERR = 0x01;
export const RESIZE = 0x02;
export const EXIT = 0x05;
const MAX_PAYLOAD = 64 * 1024;

export function frame(tag, payload) {
  const whole = new Uint8Array(payload.length + 1);
  whole[0] = tag;
  whole.set(payload, 1);
  return whole;
}

/** Input cut to frames the other end accepts. */
export function* dataFrames(bytes) {
  for (let at = 0; at < bytes.length; at += MAX_PAYLOAD) yield frame(DATA, bytes.subarray(at, at + MAX_PAYLOAD));
}

export function resizeFrame(cols, rows) {
  return frame(RESIZE, Uint8Array.of(cols >> 8, cols & 255, rows >> 8, rows & 255));
}

export function socketTo(path, query) {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  for (const [key, value] of Object.entries(query)) address.searchParams.set(key, String(value));
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  return socket;
}

/** The terminal is dark in both themes; fonts and colours are the style sheet's. */
export function makeTerminal(place, options) {
  const style = getComputedStyle(document.documentElement);
  const terminal = new globalThis.verbaleTerminal.Terminal({
    fontFamily: style.getPropertyValue("--font-mono").trim(),
    fontSize: 13,
    lineHeight: 1.25,
    scrollback: 5000,
    theme: { background: "#0d1110", foreground: "#d5ded9", cursor: "#d5ded9", selectionBackground: "#39443f" },
    ...options,
  });
  terminal.parser.registerOscHandler(8, () => true); // a host's output makes no links: who knows where they lead
  terminal.open(place);
  terminal.textarea.setAttribute("aria-label", place.dataset.label);
  return terminal;
}

const MOST = { cols: 1000, rows: 400 }; // of a window that is looked at: one of 10,000 by 10,000 would stop its watcher

/** The window as somebody else has it, as far as a page can draw it; what is no size changes nothing. */
export function resizeTo(terminal, cols, rows) {
  if (![cols, rows].every((side) => Number.isInteger(side) && side > 0)) return;
  terminal.resize(Math.min(cols, MOST.cols), Math.min(rows, MOST.rows));
}

const LINES = 50;

function plainText(terminal) {
  const buffer = terminal.buffer.active;
  const last = buffer.baseY + buffer.cursorY + 1;
  const found = [];
  for (let at = Math.max(0, last - LINES); at < last; at += 1) found.push(buffer.getLine(at)?.translateToString(true) ?? "");
  return found.join("\n");
}

/** The last lines as plain text, for whoever does not see the terminal; kept up while its fold is open. `current`
gives the terminal that is looked at, if there is one. */
export function plainLines(current) {
  const lines = document.getElementById("righe");
  const fold = lines.closest("details");
  const write = () => {
    const terminal = current();
    const text = fold.open && terminal ? plainText(terminal) : "";
    if (fold.open && lines.textContent !== text) lines.textContent = text;
  };
  fold.addEventListener("toggle", write);
  setInterval(write, 1000);
}
