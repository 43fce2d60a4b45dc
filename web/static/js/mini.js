// One session, small: the newest of its terminals as the technician's window has it, letters as large as the place
// allows; or its screen. What watch.js says of messages holds here too.

import { makeTerminal, resizeTo, socketTo } from "./frames.js";
import { hms, now, sentenceOf } from "./page.js";
import { openScreen } from "./screen.js";
import { answerTo, pageKey } from "./watch-key.js";

const RETRY_MS = 2000;
const SELDOM_MS = 60_000; // each try of a screen that the host refuses is a record
const SILENT_MS = 40_000;
const HEAD = 10;
const WIDE = 0.62; // of a letter, by its height
const names = new TextDecoder();

export class Mini {
  #seen = new Map();
  #sizes = new Map();
  #over = false;

  constructor(place) {
    this.place = place;
    this.tag = place.querySelector(".mini-tag");
    this.key = place.dataset.pageKey ? pageKey(place.dataset.pageKey).catch(() => undefined) : undefined;
  }

  connect() {
    const socket = socketTo(this.place.dataset.socket, { small: true });
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (this.socket !== socket) return;
      this.#listen();
      if (typeof data === "string") this.#hear(JSON.parse(data));
      else this.#draw(data);
    });
    socket.addEventListener("open", () => this.#say(this.lost ? "" : undefined));
    socket.addEventListener("close", () => this.#cut(socket));
    this.#listen();
  }

  #listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.#cut(this.socket), SILENT_MS);
  }

  #cut(socket) {
    clearTimeout(this.silence);
    if (this.#over || this.socket !== socket) return;
    this.socket = undefined;
    socket.close();
    this.#screen(false);
    if (!this.lost) this.#say(this.place.dataset.lost.replace("{time}", hms(now())));
    this.lost = true;
    setTimeout(() => this.connect(), RETRY_MS);
  }

  #say(text) {
    if (text === undefined) return;
    this.tag.textContent = text;
    this.tag.hidden = !text;
    this.lost = false;
  }

  async #hear(said) {
    if (said.refused || said.ended) {
      this.#over = true;
      clearTimeout(this.silence);
      this.#say(said.ended ? this.place.dataset.ended : sentenceOf(said));
    }
    if (said.size) this.#size(said.size, said.cols, said.rows);
    if (said.screen !== undefined) this.#screen(said.screen);
    if (said.call && said.call.check_in === this.place.dataset.checkIn) {
      const key = await this.key;
      if (key) this.socket?.send(JSON.stringify(await answerTo(said.call, key)));
    }
  }

  #size(channel, cols, rows) {
    this.#sizes.set(channel, [cols, rows]);
    if (channel === this.channel) this.#fit();
  }

  /** The whole window is seen: letters shrink to it, down to what can still be told apart. */
  #fit() {
    const [cols, rows] = this.#sizes.get(this.channel) ?? [80, 24];
    resizeTo(this.terminal, cols, rows);
    const { clientWidth, clientHeight } = this.place;
    const size = Math.min(clientWidth / (cols * WIDE), clientHeight / (rows * 1.25));
    this.terminal.options.fontSize = Math.max(5, Math.min(12, Math.floor(size)));
  }

  #draw(data) {
    const view = new DataView(data);
    const length = view.getUint8(0);
    const offset = Number(view.getBigUint64(2));
    const channel = names.decode(new Uint8Array(data, HEAD, length));
    const bytes = new Uint8Array(data, HEAD + length);
    const seen = this.#seen.get(channel) ?? 0;
    this.#seen.set(channel, Math.max(seen, offset + bytes.length));
    if (seen && channel !== this.channel) return; // an older one goes on: the newest is shown
    if (channel !== this.channel) this.#begin(channel);
    if (offset + bytes.length > seen) this.terminal.write(bytes.subarray(Math.max(0, seen - offset)));
  }

  #begin(channel) {
    this.channel = channel;
    this.#say("");
    if (this.terminal) this.terminal.reset();
    else {
      const box = document.createElement("div");
      box.dataset.label = this.place.dataset.label;
      this.place.append(box);
      this.terminal = makeTerminal(box, { disableStdin: true, convertEol: true, scrollback: 0 });
      this.terminal.textarea.tabIndex = -1; // looked at, not entered
    }
    this.#fit();
  }

  #screen(shown) {
    if (!this.place.dataset.screen) return;
    this.wanted = shown;
    clearTimeout(this.again);
    if (!shown || this.rfb) return;
    const box = document.createElement("div");
    Object.assign(box.dataset, { socket: this.place.dataset.screen, label: this.place.dataset.label });
    this.place.append(box);
    this.#say("");
    this.rfb = openScreen(box, {
      touched: false,
      over: () => {
        this.rfb = undefined;
        box.remove();
        if (this.wanted) this.again = setTimeout(() => this.#screen(true), SELDOM_MS);
      },
    });
  }
}
