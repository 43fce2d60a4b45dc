// Plays a recording: asked for with a reason, kept in this page alone. Seeking draws anew from the beginning,
// for what a terminal shows depends on all that came before.

import { makeTerminal, resizeTo } from "./frames.js";
import { postJson, say } from "./page.js";

const status = document.getElementById("lettura");
const player = document.getElementById("lettore");
const slider = document.getElementById("punto");
const clock = document.getElementById("ora");
const pause = document.getElementById("pausa");
const search = document.getElementById("cerca");
const LONGEST_PAUSE_S = 2; // an hour of waiting is not waited for again
const SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** An asciicast v2 as its header and events; long pauses are cut short. */
export function parseCast(text) {
  const [head, ...lines] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  let [at, before] = [0, 0];
  const events = lines.map(([time, kind, data]) => {
    at += Math.min(time - before, LONGEST_PAUSE_S);
    before = time;
    return { at, kind, data };
  });
  return { head, events, length: at };
}

/** Where in the events the text stands next, behind event `from`; -1 where it does not. */
export function findText(events, wanted, from) {
  const parts = [];
  let plain = "";
  events.forEach(({ kind, data }, place) => {
    if (kind !== "o") return;
    parts.push({ place, start: plain.length });
    plain += data.replace(SEQUENCES, "");
  });
  const first = parts.find(({ place }) => place > from)?.start ?? plain.length;
  const found = plain.toLowerCase().indexOf(wanted.toLowerCase(), first);
  return found < 0 ? -1 : parts.findLast(({ start }) => start <= found).place;
}

class Player {
  #next = 0;
  #at = 0;
  #timer = null;

  constructor(cast, terminal) {
    Object.assign(this, { cast, terminal });
    slider.max = String(cast.length);
    resizeTo(terminal, cast.head.width, cast.head.height);
  }

  get place() {
    return this.#next - 1;
  }

  #draw(until) {
    const { events } = this.cast;
    while (this.#next < events.length && events[this.#next].at <= until) {
      const { kind, data } = events[this.#next];
      if (kind === "r") resizeTo(this.terminal, ...data.split("x").map(Number));
      else this.terminal.write(data);
      this.#next += 1;
    }
    this.#at = until;
    slider.value = String(until);
    clock.value = shown(until);
  }

  seek(at) {
    if (at < this.#at) {
      this.terminal.reset();
      resizeTo(this.terminal, this.cast.head.width, this.cast.head.height);
      this.#next = 0;
    }
    this.#draw(at);
  }

  toggle(play = this.#timer === null) {
    clearInterval(this.#timer);
    this.#timer = null;
    pause.textContent = play ? pause.dataset.pause : pause.dataset.resume;
    if (!play) return;
    if (this.#at >= this.cast.length) this.seek(0);
    let before = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#draw(Math.min(this.cast.length, this.#at + (now - before) / 1000));
      before = now;
      if (this.#at >= this.cast.length) this.toggle(false);
    }, 100);
  }

  find(wanted) {
    const place = findText(this.cast.events, wanted, this.place);
    const found = place < 0 ? findText(this.cast.events, wanted, -1) : place;
    if (found < 0) return false;
    this.toggle(false);
    this.seek(this.cast.events[found].at);
    return true;
  }
}

let current = null;

async function open(form) {
  status.textContent = status.dataset.loading;
  const answer = await postJson(form.dataset.recording, { reason: form.elements.reason.value });
  const cast = parseCast(answer.cast);
  status.textContent = "";
  current?.toggle(false);
  player.hidden = false;
  document.getElementById("schermo").replaceChildren();
  current = new Player(cast, makeTerminal(document.getElementById("schermo"), { disableStdin: true }));
  current.toggle(true);
}

function start() {
  for (const form of document.querySelectorAll("form[data-recording]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      open(form).catch((wrong) => {
        status.textContent = "";
        say(wrong.sentence ?? document.body.dataset.unreachable);
      });
    });
  }
  pause.addEventListener("click", () => current?.toggle());
  slider.addEventListener("input", () => current?.seek(Number(slider.value)));
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = search.elements.text.value;
    status.textContent = !wanted || current?.find(wanted) ? "" : status.dataset.nothing;
  });
}

if (player !== null) start();
