// The lawful order of the records of yearly verifications, of people's requests and of a customer's leaving, by the
// tables of FORMAT.md §3: a part of step 8.

import { FORMAT } from "./format.js";

const NAMES = ["verification", "right", "leaving"];

export class Duties {
  #states = new Map();
  #leaving = "";
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body, actor }) {
    const what = NAMES.find((name) => type in FORMAT.moves[name]);
    if (what === undefined) return;
    const { from, after } = FORMAT.moves[what][type];
    const name = `${what} ${body[what]}`;
    const state = this.#states.get(name) ?? "new";
    if (!from.includes(state)) {
      this.#say("order", { kind: type, state });
      return;
    }
    this.#states.set(name, after ?? state);
    if (type === "leaving.begun") this.#leaving = actor.id;
    else if (type === "leaving.confirmed" && actor.id === this.#leaving) this.#say("leaving_alone", {});
  }
}
