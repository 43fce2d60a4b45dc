// The lawful order of a breach's records and what they must say, by FORMAT.md §3: a part of step 8.

import { FORMAT } from "./format.js";

const MOVES = FORMAT.moves.breach;
const AUTHORITY_TERM_MS = 72 * 3600 * 1000;

export class Protection {
  #states = new Map();
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body, n }) {
    if (type === "record.rectified" && !(body.corrects >= 0 && body.corrects < n)) this.#say("rectified_unknown", {});
    if (!(type in MOVES)) return;
    if (type === "breach.opened" && Date.parse(body.aware) + AUTHORITY_TERM_MS !== Date.parse(body.due)) {
      this.#say("breach_due", {});
    }
    const { from, after } = MOVES[type];
    const state = this.#states.get(body.breach) ?? "new";
    if (from.includes(state)) this.#states.set(body.breach, after ?? state);
    else if (state === "new") this.#say("unknown_breach", {});
    else this.#say("order", { kind: type, state });
  }
}
