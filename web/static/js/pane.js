// One terminal of the technician: xterm.js on the session's WebSocket. It outlives the socket: after a short cut, or
// in a page loaded anew, it takes up the same channel where it was (its seat).

import { DATA, EXIT, STDERR, dataFrames, makeTerminal, resizeFrame, socketTo } from "./frames.js";
import { sentenceOf } from "./page.js";

const TELL_BYTES = 128 * 1024; // drawn since it was told last; the server waits when it is a megabyte
const RETRY_MS = 1000;
const AWAY_MS = 60_000; // as long as the server keeps the seat
const FINAL = [1000, 1009, 4403]; // the server's own last word: nothing to come back for

export class Pane {
  /** `seat`: of a terminal that an earlier load of this page had. `changed` is told of whatever is to be remembered
   * or shown; `leave` is what Ctrl+Alt+Esc does. */
  constructor(box, words, { seat = "", changed, leave }) {
    this.box = box;
    this.words = words;
    this.changed = changed;
    this.seat = seat;
    this.have = seat ? -1 : 0; // bytes of the channel; -1: none, and the server says from where it goes on
    this.status = [];
    this.cutAt = 0;
    this.terminal = makeTerminal(box, {});
    this.fit = new globalThis.verbaleTerminal.FitAddon();
    this.terminal.loadAddon(this.fit);
    this.terminal.attachCustomKeyEventHandler((event) => {
      if (event.type === "keydown" && event.ctrlKey && event.altKey && event.key === "Escape") {
        this.terminal.blur();
        leave();
        return false;
      }
      return true;
    });
    this.fit.fit();
    this.open();
  }

  show(shown) {
    this.box.hidden = !shown;
    if (!shown) return;
    this.fit.fit();
    this.terminal.focus();
  }

  say(...status) {
    this.status = status;
    this.changed();
  }

  /** The technician has done with it: the process ends. */
  close() {
    this.send(JSON.stringify({ leave: true }));
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
  }

  open() {
    const size = { cols: this.terminal.cols, rows: this.terminal.rows };
    const again = this.seat ? { seat: this.seat, ...(this.have < 0 ? {} : { at: this.have }) } : {};
    const socket = socketTo(this.words.socket, { ...size, ...again });
    this.socket = socket;
    const here = { said: "", refused: "", lost: false, drawn: 0, told: 0 };
    const utf8 = new TextEncoder();
    const type = (bytes) => {
      for (const one of dataFrames(bytes)) this.send(one);
    };
    const kept = [
      this.terminal.onData((text) => type(utf8.encode(text))),
      this.terminal.onBinary((text) => type(Uint8Array.from(text, (c) => c.charCodeAt(0)))),
      this.terminal.onResize(({ cols, rows }) => this.send(resizeFrame(cols, rows))),
    ];
    const watcher = new ResizeObserver(() => this.box.hidden || this.fit.fit());
    watcher.observe(this.box);
    if (!this.cutAt) this.say(this.words.opening);
    socket.addEventListener("open", () => {
      this.say("");
      if (!this.box.hidden) this.terminal.focus();
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.told(JSON.parse(data), here);
      else this.heard(new Uint8Array(data), here);
    });
    socket.addEventListener("close", ({ code }) => {
      watcher.disconnect();
      for (const one of kept) one.dispose();
      this.closed(code, here);
    });
  }

  told(words, here) {
    if (words.seat) {
      this.seat = words.seat;
      this.have = words.at;
      this.cutAt = 0;
      this.changed();
    } else if (words.lost) here.lost = true;
    else here.refused = sentenceOf(words);
  }

  heard(bytes, here) {
    if (bytes[0] === EXIT) here.said = new TextDecoder().decode(bytes.subarray(1));
    else if (bytes[0] === DATA || bytes[0] === STDERR) this.draw(bytes.subarray(1), here);
  }

  // The terminal keeps what it has yet to draw, and throws it away beyond a bound: so the server is told how far
  // it is, and the host's process waits.
  draw(bytes, here) {
    this.have += bytes.length;
    const socket = this.socket;
    this.terminal.write(bytes, () => {
      here.drawn += bytes.length;
      if (here.drawn - here.told < TELL_BYTES || socket.readyState !== WebSocket.OPEN) return;
      here.told = here.drawn;
      socket.send(JSON.stringify({ drawn: here.drawn }));
    });
  }

  closed(code, here) {
    if (here.lost && this.have < 0) {
      this.begin(); // of an earlier load, and gone meanwhile
      return;
    }
    const final = here.lost || here.said || here.refused || FINAL.includes(code);
    this.cutAt ||= Date.now();
    if (!final && this.seat && Date.now() - this.cutAt < AWAY_MS) {
      this.say(this.words.cut);
      setTimeout(() => this.open(), RETRY_MS);
      return;
    }
    this.ended(here.refused || exitWords(here.said));
  }

  begin() {
    this.seat = "";
    this.have = 0;
    this.cutAt = 0;
    this.terminal.reset();
    this.open();
  }

  ended(why) {
    this.seat = "";
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-s";
    again.textContent = this.words.again;
    again.addEventListener("click", () => this.begin());
    this.say(`${this.words.closed} ${why} `, again);
  }
}

function exitWords(json) {
  if (!json) return "";
  const { status: code, signal } = JSON.parse(json);
  return signal ? `(${signal})` : `(${code})`;
}
