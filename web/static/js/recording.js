// Plays a recording: asked for with a reason, kept in this page alone. Seeking back in text draws anew from the
// beginning, for what a terminal shows depends on all that came before; a screen has whole pictures to begin at.

import { LONGEST_PAUSE_S, parseFbs } from "./fbs.js";
import { makeTerminal, resizeTo } from "./frames.js";
import { postJson, say } from "./page.js";
import { Painter } from "./painter.js";
import { Tape, clock, sliderEnd } from "./tape.js";

const status = document.getElementById("lettura");
const player = document.getElementById("lettore");
const place = document.getElementById("schermo");
const slider = document.getElementById("punto");
const time = document.getElementById("ora");
const pause = document.getElementById("pausa");
const speed = document.getElementById("velocita");
const search = document.getElementById("cerca");
const blurred = document.getElementById("sfocato");
const SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;


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

/** What a terminal showed. */
class Text {
  #next = 0;
  #at = 0;

  constructor(cast) {
    Object.assign(this, { cast, length: cast.length });
    this.terminal = makeTerminal(place, { disableStdin: true });
    resizeTo(this.terminal, cast.head.width, cast.head.height);
  }

  show(until) {
    const { events, head } = this.cast;
    if (until < this.#at) {
      this.terminal.reset();
      resizeTo(this.terminal, head.width, head.height);
      this.#next = 0;
    }
    while (this.#next < events.length && events[this.#next].at <= until) {
      const { kind, data } = events[this.#next];
      if (kind === "r") resizeTo(this.terminal, ...data.split("x").map(Number));
      else this.terminal.write(data);
      this.#next += 1;
    }
    this.#at = until;
  }

  /** The second at which the text is written next, from the beginning again where it does not come any more. */
  find(wanted) {
    const { events } = this.cast;
    const next = findText(events, wanted, this.#next - 1);
    return events[next < 0 ? findText(events, wanted, -1) : next]?.at;
  }
}

/** What a screen showed. */
class Screen {
  #painter;

  constructor(file) {
    const { pictures, length } = parseFbs(file);
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", place.dataset.label);
    place.replaceChildren(canvas);
    this.length = length;
    this.#painter = new Painter(canvas, pictures);
  }

  show(at) {
    return this.#painter.show(at);
  }
}

let tape;
let shown;

function told({ at, plays }, wrong) {
  pause.textContent = plays ? pause.dataset.pause : pause.dataset.resume;
  slider.value = String(at);
  time.value = clock(at);
  if (wrong) say(status.dataset.damaged);
}

function made(answer) {
  try {
    return answer instanceof ArrayBuffer ? new Screen(answer) : new Text(parseCast(answer.cast));
  } catch (wrong) {
    throw Object.assign(wrong, { sentence: status.dataset.damaged });
  }
}

async function open(form) {
  status.textContent = status.dataset.loading;
  const answer = await postJson(form.dataset.recording, { reason: form.elements.reason.value });
  status.textContent = "";
  tape?.toggle(false);
  player.hidden = false;
  place.replaceChildren();
  shown = made(answer);
  search.hidden = shown instanceof Screen; // nothing in a picture is text
  blurred.hidden = !search.hidden; // a screen shows more than anybody looks for: seen as it was only by an act
  place.classList.toggle("blurred", shown instanceof Screen);
  blurred.dataset.recording = `${form.dataset.recording}/clear`;
  blurred.reset();
  slider.max = sliderEnd(shown.length);
  tape = new Tape(shown.length, (at) => shown.show(at), told);
  tape.speed = Number(speed.value);
  await tape.seek(0);
  tape.toggle(true);
}

function find(wanted) {
  const at = shown?.find(wanted);
  if (at === undefined) return false;
  tape.toggle(false);
  tape.seek(at);
  return true;
}

async function clear() {
  await postJson(blurred.dataset.recording, { reason: blurred.elements.reason.value });
  place.classList.remove("blurred");
  blurred.hidden = true;
}

function start() {
  blurred.addEventListener("submit", (event) => {
    event.preventDefault();
    clear().catch((wrong) => say(wrong.sentence ?? document.body.dataset.unreachable));
  });
  for (const form of document.querySelectorAll("form[data-recording]:not(#sfocato)")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      open(form).catch((wrong) => {
        status.textContent = "";
        say(wrong.sentence ?? document.body.dataset.unreachable);
      });
    });
  }
  pause.addEventListener("click", () => tape?.toggle());
  slider.addEventListener("input", () => tape?.seek(Number(slider.value)));
  speed.addEventListener("change", () => {
    if (tape) tape.speed = Number(speed.value);
  });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = search.elements.text.value;
    status.textContent = !wanted || find(wanted) ? "" : status.dataset.nothing;
  });
}

if (player !== null) start();
