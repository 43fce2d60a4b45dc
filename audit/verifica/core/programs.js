// The lawful order of records of versions and defects, by the tables of FORMAT.md §3: a part of step 8.

import { FORMAT } from "./format.js";
import { instant } from "./forms.js";

const RELEASE = FORMAT.moves.release;
const DEFECT = FORMAT.moves.defect;
const HOUR = 3600_000;
const DAY = 24 * HOUR;
const MOST_ADDED = 5 * DAY; // of holidays in a row
const JUMPED = "acceptance_customisation";

export class Programs {
  #releases = new Map();
  #defects = new Map();
  #windows = new Map(); // release -> the last instant of its window
  #complete = new Set(); // incidents with a whole report
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body, time }) {
    if (type in RELEASE) this.#move(RELEASE, this.#releases, body.release, type);
    else if (type in DEFECT) this.#move(DEFECT, this.#defects, body.defect, type);
    const until = this.#windows.get(body.release);
    switch (type) {
      case "defect.solved":
        if (!this.#releases.has(body.release)) this.#say("order", { kind: type, state: "unpublished" });
        break;
      case "acceptance.opened":
        this.#windows.set(body.release, instant(body.until));
        if (!fits(body)) this.#window(body);
        break;
      case "acceptance.expired":
        if (until !== undefined && time <= until) this.#window(body);
        break;
      case "acceptance.passed":
      case "malfunction.reported":
        if (until !== undefined && time > until) this.#window(body);
        if (type === "malfunction.reported" && body.lacks.length === 0) this.#complete.add(body.incident);
        break;
      case "queue.jumped":
        if (body.reason === JUMPED && body.taken !== undefined && !body.taken.includes(".") && !this.#complete.has(body.taken)) {
          this.#say("order", { kind: type, state: "unreported" });
        }
        break;
      default:
    }
  }

  #move(moves, states, one, kind) {
    const { from, after } = moves[kind];
    const state = states.get(one) ?? "new";
    if (!from.includes(state)) this.#say("order", { kind, state });
    else if (after !== null) states.set(one, after);
  }

  #window({ release }) {
    this.#say("acceptance_window", { release });
  }
}

function fits({ received, until, peremptory }) {
  const lasts = instant(until) - instant(received);
  return lasts >= 15 * DAY - HOUR && lasts <= 16 * DAY + HOUR + (peremptory ? 0 : MOST_ADDED);
}
