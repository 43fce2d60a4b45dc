// Step 8: the lawful order of records, by the tables of FORMAT.md §3.

import { Heartbeats, Periods } from "./calendar.js";
import { Duties } from "./duties.js";
import { FORMAT } from "./format.js";
import { channelled, clarified, flagged } from "./held.js";
import { Incidents } from "./incidents.js";
import { Letters } from "./letters.js";
import { Programs } from "./programs.js";
import { Protection } from "./protection.js";
import { Schools } from "./schools.js";
import { Resale } from "./resale.js";

const REQUEST_MOVES = FORMAT.moves.request;
export const SESSION_MOVES = FORMAT.moves.session;
export const GRANT_MOVES = FORMAT.moves.grant;
const CONTEST_MOVES = FORMAT.moves.contest;

// Refused at the door a channel may name no session; a desk may speak of its machine alone.
const OF_ANY_OR_NONE = new Set(["channel.refused", "desk.reported"]);

// Of a host without an agent.
const DECLARED = ["allowed", "declared", "declared_ended", "declared_presumed"];

const newSession = () => ({
  state: "new", host: undefined, next: 0, lastSeen: "", channels: new Set(), watchers: new Set(), flags: new Map(), started: false, paused: false, closed: false,
});

export class Story {
  requests = new Map();
  sessions = new Map();
  heartbeats = new Heartbeats();
  silent = [];
  tools = false;
  outside = 0;
  declared = 0; // sessions that nobody attests
  #grants = new Map(); // digest -> {state, request}
  #hosts = new Map(); // host -> its next host_n
  #torn = new Set(); // hosts whose next note may come after some that are lost
  #prepared = new Map();
  #admitted = new Set();
  #contests = new Map();
  #questions = new Map(); // where an approver asked -> of which request
  #appointed = new Map(); // appointment -> whose; "" once it was ended
  #numbers = new Map();
  #judge;
  #n = 0;
  #others = [Incidents, Letters, Duties, Programs, Protection, Schools, Resale].map((Part) => new Part((code, facts) => this.#say(code, facts)));
  #periods = new Periods((code, facts) => this.#say(code, facts));

  constructor(judge) {
    this.#judge = judge;
  }

  #say(code, facts) {
    this.#judge.find("INCOMPLETE", code, `n=${this.#n}`, facts);
  }

  #order(kind, state) {
    this.#say("order", { kind, state });
  }

  feed(leaf) {
    this.#n = leaf.n;
    if (leaf.n === 0 || leaf.type === "tenant.opened") this.#opening(leaf);
    if (leaf.session !== undefined && leaf.sessionN !== undefined) this.#countSession(leaf);
    if (leaf.hostN !== undefined || leaf.type === "host.prepared" || leaf.type === "host.enrolled") this.#countHost(leaf);
    if (leaf.type in REQUEST_MOVES) this.#moveRequest(leaf);
    if (leaf.type in GRANT_MOVES) this.#moveGrant(leaf);
    if (leaf.type in CONTEST_MOVES) this.#moveContest(leaf);
    for (const part of this.#others) part.feed(leaf);
    if (leaf.type in SESSION_MOVES) this.#moveSession(leaf);
    else this.#logLife(leaf);
  }

  #opening(leaf) {
    if (leaf.type !== "tenant.opened") this.#say("not_opened");
    else if (leaf.n !== 0) this.#say("opened_twice");
    else this.#periods.opened(leaf.body, leaf.time);
  }

  #logLife({ type, body, host, time, n }) {
    switch (type) {
      case "person.admitted":
        if (this.#admitted.has(body.person)) this.#say("admitted_twice", { person: body.person });
        this.#admitted.add(body.person);
        break;
      case "administrator.appointed": case "administrator.ended": this.#appointment(type, body); break;
      case "approvers.changed": this.#numbered("approvers", body.number); break;
      case "policy.changed": this.#numbered("policy", body.number); break;
      case "contract.agreed": this.#numbered("contract", body.number); break;
      case "log.heartbeat": this.heartbeats.beat(body.day); break;
      case "log.gap": this.heartbeats.gap(body.first, body.last); break;
      case "host.silent": this.silent.push({ host: host ?? "?", since: body.since, until: body.until }); break;
      case "period.closed": this.#periods.closed(body, time); break;
      case "period.snapshot": this.#periods.snapshot(body, time); break;
      case "period.told": this.#periods.told(body, time); break;
      case "tool.seen_outside_grant": this.outside += 1; break;
      case "shard.opened":
        if (body.cosigned > n) this.#torn = new Set(this.#hosts.keys());
        break;
      default:
    }
  }

  #appointment(type, { appointment, person, first, last }) {
    const whose = this.#appointed.get(appointment);
    if (type === "administrator.appointed") {
      if (whose !== undefined || first > last) this.#order(type, "appointed");
      if (whose === undefined) this.#appointed.set(appointment, person);
    } else if (whose !== person) this.#order(type, whose === "" ? "ended" : "new");
    else this.#appointed.set(appointment, "");
  }

  #numbered(what, found) {
    const expected = (this.#numbers.get(what) ?? 0) + 1;
    if (found !== expected) this.#say("number_gap", { expected, found });
    this.#numbers.set(what, found);
  }

  #countHost({ type, body, host: named, hostN }) {
    if (type === "host.prepared") {
      this.#prepared.set(body.host, body.statement);
      return;
    }
    if (type === "host.enrolled") {
      if (this.#prepared.get(body.host) !== body.statement) this.#say("unknown_host");
      this.#prepared.delete(body.host);
      this.#hosts.set(body.host, 0); // enrolled anew, it has a new key and counts anew
    }
    if (hostN === undefined) return;
    const host = named ?? "";
    if (!this.#hosts.has(host)) this.#say("unknown_host");
    else if (this.#hosts.get(host) !== hostN && !(this.#torn.has(host) && hostN > this.#hosts.get(host))) {
      this.#say("host_gap", { host, expected: this.#hosts.get(host), found: hostN });
    }
    this.#hosts.set(host, hostN + 1);
    this.#torn.delete(host);
  }

  #moveRequest(leaf) {
    const { type, body } = leaf;
    const { from, after } = REQUEST_MOVES[type];
    const state = this.requests.get(body.request) ?? "new";
    if (from.includes(state)) {
      if (after !== null) this.requests.set(body.request, after);
      if (!clarified(this.#questions, leaf)) this.#order(type, "absent");
    } else if (state === "new") this.#say("unknown_request");
    else this.#order(type, state);
  }

  #moveContest({ type, body }) {
    const { from, after } = CONTEST_MOVES[type];
    const state = this.#contests.get(body.contest) ?? "new";
    if (!from.includes(state)) this.#order(type, state);
    else if (after !== null) this.#contests.set(body.contest, after);
  }

  #moveGrant({ type, body }) {
    const { from, after } = GRANT_MOVES[type];
    const known = this.#grants.get(body.grant) ?? { state: "new", request: "" };
    if (!from.includes(known.state)) {
      if (known.state === "new") this.#say("unknown_grant");
      else this.#order(type, known.state);
      return;
    }
    if (type === "grant.issued") known.request = body.request;
    if (type === "session.opened" && body.request !== known.request) this.#say("unknown_grant");
    this.#grants.set(body.grant, { state: after ?? known.state, request: known.request });
  }

  #session(id) {
    if (!this.sessions.has(id)) this.sessions.set(id, newSession());
    return this.sessions.get(id);
  }

  #countSession({ session, sessionN }) {
    const known = this.#session(session);
    if (sessionN !== known.next) this.#say("session_gap", { expected: known.next, found: sessionN });
    known.next = sessionN + 1;
  }

  #moveSession(leaf) {
    if (leaf.session === undefined) {
      if (!OF_ANY_OR_NONE.has(leaf.type)) this.#say("unknown_session");
      return;
    }
    const known = this.#session(leaf.session);
    const { from, after } = SESSION_MOVES[leaf.type];
    if (known.state === "new" && !from.includes("new")) {
      this.#say("unknown_session");
      return;
    }
    if (known.host !== undefined && leaf.host !== known.host) return; // step 9 or 10 has the finding
    if (!from.includes(known.state)) {
      this.#order(leaf.type, known.state);
      return;
    }
    this.#inside(leaf, known);
    const late = leaf.type === "session.started" && known.state === "presumed_ended";
    if (!late && after !== null) known.state = after;
  }

  #inside({ type, body, host, n }, known) {
    switch (type) {
      case "session.opened":
      case "declared.allowed": known.host = host; break;
      case "declared.began": this.declared += 1; break;
      case "session.started":
        if (known.started) this.#order(type, known.state);
        known.started = true;
        break;
      case "session.paused":
      case "session.resumed": {
        const pausing = type === "session.paused";
        if (pausing === known.paused) this.#order(type, pausing ? "paused" : known.state);
        known.paused = pausing;
        break;
      }
      case "session.refused": if (known.started) this.#order(type, known.state); break;
      case "session.presumed_ended": known.lastSeen = body.last_seen; break;
      case "session.closed":
        if (known.closed) this.#order(type, "closed");
        known.closed = true;
        break;
      case "channel.opened": if (!channelled(known, type, body)) this.#order(type, "open"); break;
      case "channel.closed": case "command.executed": case "file.transferred": case "clipboard.copied":
        if (!channelled(known, type, body)) this.#say("unknown_channel");
        break;
      case "tool.started": this.tools = true; break;
      case "watch.joined": known.watchers.add(body.watcher); break;
      case "watch.left": if (!known.watchers.has(body.watcher)) this.#order(type, "absent"); break;
      case "moment.flagged": case "flag.explained": case "flag.withdrawn":
        if (!flagged(known, type, body, n)) this.#order(type, "absent");
        break;
      default:
    }
  }

  /** How many sessions were opened at a host with an agent. */
  attested() {
    return [...this.sessions.values()].filter(({ state }) => state !== "new" && !DECLARED.includes(state)).length;
  }

  /** Sessions in one of these states, by id. */
  standing(...states) {
    return [...this.sessions].filter(([, known]) => states.includes(known.state)).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
