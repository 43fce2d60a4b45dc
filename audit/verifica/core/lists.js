// Steps 8 and 10, of a host's own lists: they follow one another, and tell the sessions that the log tells.

import { instant } from "./forms.js";

const ENDS = ["session.ended", "session.refused"];
const NONE = "-";
const spelled = (at) => new Date(at).toISOString();

/** It tells a beginning or an end that no record tells, and nothing else than the records otherwise. */
function saysMore([since, until, how], [knownSince, knownUntil, knownHow]) {
  const more = (knownSince === NONE && since !== NONE) || (knownUntil === NONE && until !== NONE);
  const sameStart = knownSince === NONE || since === knownSince;
  const sameEnd = knownUntil === NONE || (until === knownUntil && how === knownHow);
  return more && sameStart && sameEnd;
}

/** Feed every leaf in order; `close` when the log was read. */
export class Lists {
  count = 0;
  #judge;
  #speaking = new Map(); // host -> what it told since its last list, and what the next must begin with
  #inUse = new Map(); // host -> {enrolled, revoked, listN, listed, final}
  #said = new Map(); // month -> hosts said to be missing
  #missed = [];

  constructor(judge) {
    this.#judge = judge;
  }

  feed(leaf) {
    const { type, body, host = "", hostN, time } = leaf;
    switch (type) {
      case "lists.missing": this.#said.set(body.period, body.hosts); return;
      case "period.closed": this.#closed(body, `n=${leaf.n}`); return;
      case "host.enrolled": this.#inUse.set(host, { enrolled: time, revoked: Infinity, listN: -1, listed: -Infinity, final: false }); break;
      case "host.revoked": this.#revoked(host, hostN, time); break;
      default:
    }
    if (hostN === undefined) return; // what the broker itself says of a host is no word of that host
    if (type === "host.enrolled") this.#speaking.set(host, { firstN: hostN + 1, since: time, running: new Map(), lines: new Map() });
    else if (type === "sessions.listed") this.#listed(leaf, host);
    else if (leaf.session !== undefined && this.#speaking.has(host)) this.#hear(leaf, this.#speaking.get(host));
  }

  #revoked(name, hostN, time) {
    const host = this.#inUse.get(name);
    if (host === undefined) return;
    if (host.revoked === Infinity) host.revoked = time;
    host.final = host.listN >= 0 && hostN === host.listN + 1; // its last words: a list, and this
  }

  /** The first word on a session's beginning and on its end counts. */
  #hear({ type, session, time, body }, { running, lines }) {
    const line = lines.get(session);
    if (type === "session.started" && line === undefined && !running.has(session)) {
      running.set(session, spelled(time));
      lines.set(session, [spelled(time), NONE, "running"]);
    } else if (ENDS.includes(type) && (line === undefined || line[1] === NONE)) {
      lines.set(session, [running.get(session) ?? NONE, spelled(time), body.reason]);
      running.delete(session);
    }
  }

  // ---- one list

  #listed({ n, hostN, time, body }, name) {
    const host = this.#speaking.get(name);
    if (host === undefined) return;
    this.count += 1;
    const where = `n=${n}`;
    const follows = body.first_n === host.firstN && body.since === spelled(host.since);
    if (!follows) {
      this.#judge.find("INCOMPLETE", "list_gap", where, { host: name, expected: host.firstN, found: body.first_n });
    }
    const named = this.#compare(name, body.sessions, host.lines, where);
    // Where a list is missing before this one, that one may have named what this one does not.
    for (const session of follows ? host.lines.keys() : []) {
      if (!named.has(session)) this.#judge.find("DISPUTED", "unlisted_session", where, { host: name, session });
    }
    host.lines.clear();
    Object.assign(host, { firstN: hostN + 1, since: time });
    Object.assign(this.#inUse.get(name), { listN: hostN, listed: Math.min(time, instant(body.received)) });
  }

  #compare(host, sessions, ours, where) {
    const seen = new Set();
    for (const text of sessions) {
      const [session, ...line] = text.split(" ");
      const known = ours.get(session);
      if (seen.has(session)) this.#judge.find("DISPUTED", "list_differs", where, { host, session });
      else if (known === undefined || saysMore(line, known)) this.#judge.find("INCOMPLETE", "unlogged_session", where, { host, session });
      else if (line.join(" ") !== known.join(" ")) this.#judge.find("DISPUTED", "list_differs", where, { host, session });
      seen.add(session);
    }
    return seen;
  }

  // ---- months

  #reaches(name, until) {
    const { listed, final } = this.#inUse.get(name);
    return final || listed >= until;
  }

  #closed({ period, first, until: spelledUntil }, where) {
    const [start, until] = [Date.parse(first), Date.parse(spelledUntil)];
    const hosts = [...this.#inUse].filter(([, { enrolled, revoked }]) => enrolled < until && revoked > start).map(([name]) => name).sort();
    const missing = hosts.filter((name) => !this.#reaches(name, until));
    const said = this.#said.get(period);
    this.#said.delete(period);
    if (said !== undefined && said.join(" ") !== missing.join(" ")) this.#judge.find("INCOMPLETE", "list_said", where, { period });
    if (hosts.length) this.#judge.note("lists", { period, count: hosts.length - missing.length, hosts: hosts.length });
    for (const host of missing) this.#missed.push({ period, host, until });
  }

  /** Say whose list was missing when its month was closed, and whether it came afterwards. */
  close() {
    for (const { period, host, until } of this.#missed) {
      this.#judge.note(this.#reaches(host, until) ? "list_late" : "list_missing", { period, host });
    }
  }
}
