// Plays a recording: asked for with a reason, kept in this page alone. Seeking back in text draws anew from the
// beginning, for what a terminal shows depends on all that came before; a screen has whole pictures to begin at.

import { LONGEST_PAUSE_S, parseFbs } from "./fbs.js";
import { makeTerminal, resizeTo } from "./frames.js";
import { postJson, say } from "./page.js";
import { Painter } from "./painter.js";
import { frames, moments } from "./shown-text.js";
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
const facts = document.getElementById("momenti");

/** An asciicast v2 as its header and events; long pauses are cut short. */
export function parseCast(text) {
  const [head, ...lines] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  let [at, before] = [0, 0];
  const events = lines.map(([time, kind, data]) => {
    at += Math.min(time - before, LONGEST_PAUSE_S);
    before = time;
    return { at, real: time, kind, data };
  });
  return { head, events, length: at };
}

/** Where in the tape a second of the session is: long pauses are shorter there. */
export function placeOf(steps, real) {
  const before = steps.findLast((one) => one.real <= real);
  return before ? before.at + Math.min(real - before.real, LONGEST_PAUSE_S) : 0;
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

  get steps() {
    return this.cast.events;
  }

  /** The seconds at which the text came to stand there. What was shown is made out with the first search. */
  async find(wanted) {
    this.frames ??= frames(this.cast);
    return moments(await this.frames, wanted);
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
    this.steps = pictures;
    this.#painter = new Painter(canvas, pictures);
  }

  show(at) {
    return this.#painter.show(at);
  }
}

let tape;
let shown;
let opened; // the recording that is looked at

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
  opened = form.dataset.id;
  last = {};
  const drawn = tape.seek(0);
  if (waiting?.moment === opened) jump(waiting);
  else tape.toggle(true); // before anything is awaited: whoever stops it or seeks at once is not overruled
  waiting = undefined;
  await drawn;
}

let last = {}; // what was looked for, and where it was found

/** To where it comes to stand next, from the beginning again where it does not come any more. */
async function find(wanted) {
  status.textContent = status.dataset.searching;
  tape.toggle(false);
  const found = await shown.find(wanted);
  const from = last.wanted === wanted ? last.at + 0.001 : tape.at;
  const at = found.find((one) => one >= from) ?? found[0];
  last = { wanted, at };
  if (at === undefined) {
    status.textContent = status.dataset.nothing;
    return;
  }
  status.textContent = status.dataset.found.replace("{n}", String(found.indexOf(at) + 1)).replace("{of}", String(found.length));
  await tape.seek(at);
}

let waiting; // a moment of a recording that is not open yet

/** To a fact's moment: at once in the recording that is open, else when it was asked for with its reason. */
function jump({ moment, seconds }) {
  if (moment === opened) {
    tape.toggle(false);
    tape.seek(placeOf(shown.steps, Number(seconds)));
    player.scrollIntoView({ block: "nearest" });
    return;
  }
  const form = document.querySelector(`form[data-id="${CSS.escape(moment)}"]`);
  if (!form) return;
  waiting = { moment, seconds };
  status.textContent = facts.dataset.choose;
  const reason = form.elements.reason;
  if (reason.value) form.requestSubmit();
  else reason.focus();
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
  facts?.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-moment]");
    if (button) jump(button.dataset);
  });
  document.querySelector(".moments li:target")?.scrollIntoView({ block: "center" });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = search.elements.text.value;
    if (wanted && shown) find(wanted);
  });
}

if (player !== null) start();
