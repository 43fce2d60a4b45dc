// The lawful order of the records of letters with receipts, by the table of FORMAT.md §3: a part of step 8.

import { FORMAT } from "./format.js";

const MOVES = FORMAT.moves.letter;

export class Letters {
  #states = new Map();
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body }) {
    if (!(type in MOVES)) return;
    const { from, after } = MOVES[type];
    const state = this.#states.get(body.letter) ?? "new";
    if (from.includes(state)) this.#states.set(body.letter, after ?? state);
    else if (state === "new") this.#say("unknown_letter", {});
    else this.#say("order", { kind: type, state });
  }
}
