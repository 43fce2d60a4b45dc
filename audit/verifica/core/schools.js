// Records of a school: their lawful order and what may be opened before it is in service (a part of step 8), and its
// titolare's delegations and instructions (step 9), by the tables of FORMAT.md §3 and §4.

import { differing, reading } from "./chain.js";
import { FORMAT } from "./format.js";
import { instant } from "./forms.js";
import { parseStatement } from "./statement.js";

const MOVES = FORMAT.moves.clean_up;
const ROWS = FORMAT.words.study_row;
const PREPARING = new Set(["LAN", "CLOUD", "SERV", "CRED"]);
const ON_ARCHIVES = new Set(["GEST", "BKP", "RST"]);
const MAX_OCTETS = 32 * 1024 * 1024;

const classOf = (activity) => activity.split("/")[0];

function yearly(day) {
  const at = new Date(`2027-${day}T00:00:00Z`);
  return /^\d\d-\d\d$/.test(day ?? "") && !Number.isNaN(at.getTime()) && at.toISOString().slice(5, 10) === day;
}

/** A part of the story. */
export class Schools {
  #school = false;
  #inService = false;
  #settled = new Set();
  #cleanUps = new Map();
  #wide = new Set(); // requests of more than preparing it, nothing of which was opened
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body }) {
    if (type in MOVES) this.#cleaning(type, body);
    else if (type === "request.opened") {
      if (body.activities.some((one) => !PREPARING.has(classOf(one)))) this.#wide.add(body.request);
    } else if (type === "session.opened" || type === "declared.began") {
      if (this.#wide.delete(body.request) && this.#school && !this.#inService) this.#say("school_not_in_service", { request: body.request });
    } else if (type === "customer.typed") this.#typed(type, body);
    else if (["study.answered", "school.in_service", "archives.delegated"].includes(type)) this.#studied(type, body);
  }

  #typed(kind, { type, clean_up: day }) {
    const school = type === "school";
    if (!(school || type === "other") || (school ? !yearly(day) : day !== undefined)) this.#say("order", { kind, state: type });
    if (school === this.#school) return;
    this.#school = school;
    this.#inService = false;
    this.#settled.clear();
  }

  #studied(kind, { row, file, octets }) {
    if (!this.#school) this.#say("order", { kind, state: "other" });
    else if (kind === "study.answered") {
      const sized = (file === undefined) === (octets === undefined) && (octets === undefined || (octets > 0 && octets <= MAX_OCTETS));
      if (!ROWS.includes(row) || !sized || (row === "document" && file === undefined)) this.#say("order", { kind, state: row });
      else this.#settled.add(row);
    } else if (kind === "school.in_service") {
      if (this.#inService) this.#say("order", { kind, state: "in_service" });
      const left = ROWS.filter((one) => !this.#settled.has(one));
      if (left.length) this.#say("study_open", { rows: left.join(", ") });
      this.#inService = true;
    }
  }

  #cleaning(kind, body) {
    const known = this.#cleanUps.get(body.clean_up);
    const state = known?.state ?? "new";
    const { from, after } = MOVES[kind];
    if (!from.includes(state) || (known === undefined && !this.#school)) {
      this.#say("order", { kind, state: this.#school ? state : "other" });
      return;
    }
    if (known === undefined) {
      this.#cleanUps.set(body.clean_up, { state: after, archives: 0, counts: new Map() });
      return;
    }
    known.state = after ?? state;
    if (kind === "clean_up.instructed") Object.assign(known, { archives: body.archives.length, counts: new Map() });
    else if (kind === "clean_up.counted") {
      if (!counts(known, body)) this.#say("clean_up_count", { clean_up: body.clean_up });
      else if (body.phase === "after") known.state = "cleaning";
    } else if (kind === "clean_up.closed" && !whole(known)) this.#say("clean_up_open", { clean_up: body.clean_up });
  }
}

/** Whether it is one of an archive named, and in its turn. */
function counts(known, { archive, phase, rows }) {
  if (archive < 1 || archive > known.archives || rows < 0) return false;
  const phases = known.counts.get(archive) ?? new Set();
  const turn = { before: !phases.has("after"), after: phases.has("before") };
  if (!Object.hasOwn(turn, phase) || !turn[phase]) return false;
  known.counts.set(archive, phases.add(phase));
  return true;
}

const whole = ({ archives, counts: told }) => archives > 0 && Array.from({ length: archives }, (_, n) => told.get(n + 1)?.size === 2).every(Boolean);

/** Feed every leaf in order, after `chain`. */
export class SchoolPapers {
  #school = false;
  #given = new Map(); // by digest: those not ended
  #asked = new Map(); // request -> who asked, its last instant: on archives, and nothing of it was opened

  constructor(chain, judge) {
    this.chain = chain;
    this.judge = judge;
  }

  async feed(leaf) {
    const { type, body } = leaf;
    const where = `n=${leaf.n}`;
    const differs = (what) => this.judge.find("UNAPPROVED", "statement_differs", where, { what });
    await reading(this.judge, where, async () => {
      if (type === "request.opened") {
        if (body.activities.some((one) => ON_ARCHIVES.has(classOf(one)))) this.#asked.set(body.request, { person: leaf.actor.id, until: instant(body.not_after) });
      } else if (type === "session.opened" || type === "declared.began") this.#opened(leaf, where);
      else if (type === "customer.typed") this.#school = body.type === "school";
      else if (type === "archives.delegated") await this.#delegated(leaf, where);
      else if (type === "archives.delegation_ended") {
        if (leaf.actor.role !== "titolare" || !this.#given.delete(body.statement)) differs("statement");
      } else if (type === "clean_up.instructed") await this.#instructed(leaf, where);
      else if (type === "clean_up.declined" && leaf.actor.role !== "titolare") differs("actor");
    });
  }

  #opened({ body, time }, where) {
    const asked = this.#asked.get(body.request);
    this.#asked.delete(body.request);
    if (!this.#school || asked === undefined) return;
    const covered = [...this.#given.values()].some(({ persons, not_before: from, not_after: until }) => persons.includes(asked.person) && instant(from) <= time && Math.max(time, asked.until) <= instant(until));
    if (!covered) this.judge.find("UNAPPROVED", "archives_undelegated", where);
  }

  async #delegated(leaf, where) {
    const said = await this.#signed(leaf, "archives_delegation", where);
    if (said === null) return;
    this.#given.set(leaf.body.statement, said);
    differing(this.judge, "statement_differs", where, {
      tenant: [leaf.tenant, said.tenant],
      delegation: [leaf.body.delegation, said.delegation],
      until: [leaf.body.until, said.not_after],
      demo_software: [leaf.body.demo_software, said.demo_software === true],
    });
  }

  async #instructed(leaf, where) {
    const said = await this.#signed(leaf, "clean_up", where);
    if (said === null) return;
    differing(this.judge, "statement_differs", where, {
      tenant: [leaf.tenant, said.tenant],
      clean_up: [leaf.body.clean_up, said.clean_up],
      archives: [JSON.stringify(leaf.body.archives), JSON.stringify(said.archives)],
      demo_software: [leaf.body.demo_software, said.demo_software === true],
    });
  }

  /** The statement, if a titolare of the set in force signed it. */
  async #signed(leaf, type, where) {
    const data = await this.chain.statement(leaf, type);
    if (data === null) return null;
    const among = this.chain.approvers;
    if (among === null) {
      this.judge.find("UNAPPROVED", "chain", where, { what: "approvers" });
      return null;
    }
    const by = await this.chain.signer(leaf, among, type, data, { titolare: true });
    return by === null ? null : parseStatement(type, data);
  }
}
