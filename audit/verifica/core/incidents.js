// The lawful order of an incident's records, by the table of FORMAT.md §3: a part of step 8.

import { FORMAT } from "./format.js";

const MOVES = FORMAT.moves.incident;
const ASKS = "request.opened"; // an incident that no record opened is an older log's
const NOTHING_ASKED = ["contact", "closed", "routed"];

export class Incidents {
  #states = new Map();
  #severities = new Map();
  #answered = new Set();
  #waiting = new Set();
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body, actor }) {
    const state = this.#states.get(body.incident) ?? "new";
    if (type === ASKS) {
      if (NOTHING_ASKED.includes(state)) this.#say("order", { kind: type, state });
      return;
    }
    if (!(type in MOVES)) return;
    const { from, after } = MOVES[type];
    if (!from.includes(state)) {
      if (state === "new") this.#say("unknown_incident", {});
      else this.#say("order", { kind: type, state });
      return;
    }
    this.#states.set(body.incident, after ?? state);
    if (type === "incident.severity_set") this.#rate(body, actor);
    if (type === "incident.answered") {
      if (this.#answered.has(body.incident)) this.#say("order", { kind: type, state: "answered" });
      this.#answered.add(body.incident);
    }
    if (type === "incident.waiting_began") {
      if (this.#waiting.has(body.incident)) this.#say("order", { kind: type, state: "waiting" });
      this.#waiting.add(body.incident);
    }
    if (type === "incident.waiting_ended" && !this.#waiting.delete(body.incident)) {
      this.#say("order", { kind: type, state: "not_waiting" });
    }
  }

  #rate({ incident, severity, previous, reason }, { role }) {
    const known = this.#severities.get(incident);
    if (role !== "technician") this.#say("severity_role", { role });
    if (previous !== known || (reason === undefined) !== (known === undefined)) {
      this.#say("order", { kind: "incident.severity_set", state: known ?? "unrated" });
    }
    this.#severities.set(incident, severity);
  }
}
