// Step 11, second half: what the log says was erased, and whether that was lawful then (FORMAT.md §12).

import { clockOf, dayOf, termEnd } from "./calendar.js";
import { reading } from "./chain.js";
import { FORMAT } from "./format.js";
import { instant } from "./forms.js";
import { parseStatement } from "./statement.js";
import { READING, SKEW } from "./approvals.js";

// Fields in which a record of an access or an authorisation names people beside its actor.
const NAMING = ["person", "watcher", "by", "approver"];

function seen(last, person, at) {
  if (person !== undefined) last.set(person, Math.max(at, last.get(person) ?? at));
}

/** Feed every leaf in order, after `chain` has had it; then `close`. */
export class Erasures {
  erased = new Set(); // records whose text or files a record says were erased
  lawful = new Set();
  #clock = null;
  #kept = new Map(); // n -> what its record keeps outside the log
  #requestOf = new Map(); // session -> request
  // class -> person -> the last record (ms) of it under his name
  #last = { access: new Map(), authorisation: new Map() };
  #holds = new Map(); // hold -> {request, role of who placed it}
  #decisions = new Map(); // n -> order
  #lastErased = null;
  #leaves = ""; // the last day of a customer that leaves
  #left = false; // that customer is gone: the shortest terms count

  constructor(chain, judge) {
    this.chain = chain;
    this.judge = judge;
  }

  async feed(leaf) {
    const last = this.#last[leaf.kind.retain];
    if (last !== undefined) {
      for (const person of [leaf.actor.id, ...NAMING.map((name) => leaf.body[name])]) seen(last, person, leaf.time);
    }
    await this.#tell(leaf);
    if (leaf.sealed === undefined) return;
    const { retain } = leaf.kind;
    const request = leaf.body.request ?? this.#requestOf.get(leaf.session) ?? leaf.body.incident;
    const person = leaf.type === "person.admitted" ? leaf.body.person : undefined;
    this.#kept.set(leaf.n, { retain, since: leaf.time, request, person });
  }

  async #tell(leaf) {
    const { type, body, n, time, session } = leaf;
    switch (type) {
      case "tenant.opened": this.#clock = clockOf(body.zone); break;
      case "declared.allowed":
      case "session.opened":
        if (session !== undefined && !this.#requestOf.has(session)) this.#requestOf.set(session, body.request);
        break;
      case "report.issued": this.#kept.set(n, { retain: "report", since: time, report: body.number }); break;
      case "recording.opened": this.#kept.set(n, { retain: "recording", since: time, request: this.#requestOf.get(session) }); break;
      case "hold.placed": this.#holds.set(body.hold, { request: body.request, role: leaf.actor.role }); break;
      case "hold.lifted": this.#lift(leaf); break;
      case "leaving.confirmed": this.#leaves = body.last; break;
      case "customer.left":
        this.#left = this.#clock !== null && this.#leaves !== "" && this.#leaves < dayOf(this.#clock, time);
        break;
      case "erasure.decided": await reading(this.judge, `n=${n}`, () => this.#decided(leaf)); break;
      case "erasure.executed": this.#executed(leaf); break;
      default:
    }
  }

  /** Whoever placed it lifts it; a titolare any. Else the vendor would lift and erase. */
  #lift({ n, body, actor }) {
    const placed = this.#holds.get(body.hold);
    this.#holds.delete(body.hold);
    if (placed === undefined || ![placed.role, "titolare"].includes(actor.role)) this.judge.find("WITHHELD", "hold_lifted", `n=${n}`);
  }

  async #decided(leaf) {
    const where = `n=${leaf.n}`;
    const data = await this.chain.statement(leaf, "erasure");
    if (data === null) return;
    if (this.chain.approvers === null) {
      this.judge.find("UNAPPROVED", "chain", where, { what: "approvers" });
      return;
    }
    const order = parseStatement("erasure", data);
    const by = await this.chain.signer(leaf, this.chain.approvers, "erasure", data, { titolare: true });
    const at = instant(order.decided);
    if (order.tenant !== leaf.tenant) this.judge.find("UNAPPROVED", "statement_differs", where, { what: "tenant" });
    else if (!(leaf.time - READING <= at && at <= leaf.time + SKEW)) this.judge.find("UNAPPROVED", "late_approval", where);
    else if (by !== null) this.#decisions.set(leaf.n, order);
  }

  #executed({ n, refs, time, body }) {
    for (const ref of refs) {
      this.erased.add(ref);
      this.#lastErased = time;
      const why = this.#unlawful(ref, time, body.decision);
      if (why === null) this.lawful.add(ref);
      else if (why !== undefined) this.judge.find("WITHHELD", why.code, `n=${n}`, { n: ref, until: why.until });
    }
  }

  /** Why this could not be erased then, or null; undefined where the log's zone is none: step 8 has said so. */
  #unlawful(n, at, decision) {
    const kept = this.#kept.get(n);
    if (kept === undefined) return { code: "erased_unknown" };
    for (const { request } of this.#holds.values()) {
      if (request === undefined || request === kept.request) return { code: "erased_held" };
    }
    if (decision !== undefined) {
      const order = this.#decisions.get(decision);
      const named = kept.request === undefined ? order?.reports.includes(kept.report) : order?.requests.includes(kept.request);
      return named ? null : { code: "erased_undecided" };
    }
    if (this.#clock === null) return undefined;
    const until = this.#term(kept);
    return at >= until ? null : { code: "erased_early", until: new Date(until).toISOString() };
  }

  /** When everything has ended that must have. A name outlives the last access and authorisation under it. */
  #term({ retain, since, person }) {
    const chosen = (name) => this.chain.policy?.retention?.[name] ?? FORMAT.terms[name].usual;
    const months = (name) => (this.#left ? FORMAT.terms[name].shortest : chosen(name));
    const ends = [termEnd(this.#clock, since, months(retain))];
    for (const [name, last] of Object.entries(this.#last)) {
      if (person !== undefined && last.has(person)) ends.push(termEnd(this.#clock, last.get(person), months(name)));
    }
    return Math.max(...ends);
  }

  /** Compare with the texts that are missing, and say what was erased. */
  close(openings) {
    const { judge } = this;
    openings.close(this.erased);
    const count = openings.missing.filter((n) => this.lawful.has(n)).length;
    if (count > 0) judge.note("erased", { count, last: new Date(this.#lastErased).toISOString() });
    const left = [...this.erased].filter((n) => openings.found.has(n)).length;
    if (left > 0) judge.note("erased_kept", { count: left });
    judge.counts.erased = count;
  }
}
