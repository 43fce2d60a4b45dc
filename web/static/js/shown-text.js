// What a terminal showed, to be searched: the recording is drawn once more, unseen, and at each step the lines that
// stand on its screen are kept, and those that went off its top. So what is found stood there to be read, whatever was
// drawn over it since, and through colours, pieces and lines that were too long for the window.

import { resizeTo } from "./frames.js";

const STEP_S = 0.2; // nobody reads what stood there for less
const KEPT_LINES = 20_000; // behind the top of the screen; what scrolls further between two steps is lost
const BREATH_MS = 12; // so long at a time: the page plays on meanwhile

/** Lines of the buffer between two rows; a line that was broken by the window's edge is one. */
function lines(buffer, from, to) {
  const found = [];
  for (let at = from; at < to; at += 1) {
    const row = buffer.getLine(at);
    if (!row) continue;
    const text = row.translateToString(!buffer.getLine(at + 1)?.isWrapped);
    if (row.isWrapped && found.length) found[found.length - 1] += text;
    else found.push(text);
  }
  return found;
}

function written(terminal, text) {
  return new Promise((done) => terminal.write(text, done));
}

/** [{at, gone, screen}]: at that second these lines went off the top, and these stand there. */
export async function frames(cast) {
  const terminal = new globalThis.verbaleTerminal.Terminal({ scrollback: KEPT_LINES, allowProposedApi: true });
  resizeTo(terminal, cast.head.width, cast.head.height);
  const found = [];
  let [before, rested] = ["", performance.now()];
  let place = 0;
  while (place < cast.events.length) {
    const until = cast.events[place].at + STEP_S;
    const top = terminal.registerMarker(-terminal.buffer.active.cursorY);
    while (place < cast.events.length && cast.events[place].at < until) {
      const { kind, data } = cast.events[place];
      if (kind === "r") resizeTo(terminal, ...data.split("x").map(Number));
      else await written(terminal, data);
      place += 1;
    }
    const buffer = terminal.buffer.active;
    const start = top && top.line >= 0 ? top.line : buffer.baseY;
    const gone = lines(buffer, Math.min(start, buffer.baseY), buffer.baseY);
    const screen = lines(buffer, buffer.baseY, buffer.baseY + terminal.rows);
    top?.dispose();
    const text = screen.join("\n");
    const { at } = cast.events[place - 1];
    if (text !== before || gone.length) found.push({ at, gone, screen });
    before = text;
    if (performance.now() - rested > BREATH_MS) {
      await new Promise((go) => setTimeout(go, 0));
      rested = performance.now();
    }
  }
  terminal.dispose();
  return found;
}

function count(texts, wanted) {
  let sum = 0;
  for (const text of texts) {
    const low = text.toLowerCase();
    for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) sum += 1;
  }
  return sum;
}

/** The seconds at which the text came to stand there once more. */
export function moments(shown, text) {
  const wanted = text.toLowerCase();
  const found = [];
  if (!wanted) return found;
  let [passed, before] = [0, 0];
  for (const { at, gone, screen } of shown) {
    passed += count(gone, wanted);
    const all = passed + count(screen, wanted);
    if (all > before) found.push(at);
    before = all;
  }
  return found;
}
