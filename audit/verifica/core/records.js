// Step 7: each record is of the one spelling, in its place, and its times are possible.

import { Malformed } from "./bytes.js";
import { clockOf, yearOf } from "./calendar.js";
import { instant } from "./forms.js";
import { parseLeaf } from "./leaf.js";

const BACKWARDS = 60_000;
const AHEAD = 300_000;
const LATE = 600_000;
const DAY = 86_400_000;
const MOST_TYPED = 960;

const dayOf = (at) => new Date(at).toISOString().slice(0, 10);
const midnight = (day) => Date.parse(`${day}T00:00:00.000Z`);

const POSSIBLE = {
  "log.heartbeat": ({ day }, time) => Math.abs(midnight(day) - midnight(dayOf(time))) <= 2 * DAY,
  "log.gap": ({ first, last }, time) => first <= last && last <= dayOf(time + 2 * DAY),
  "host.silent": ({ since, until }, time) => since <= until && instant(until) <= time + BACKWARDS,
  "session.presumed_ended": ({ last_seen: seen }, time) => instant(seen) <= time + BACKWARDS,
  "session.stop_ordered": ({ given }, time) => given === undefined || instant(given) <= time + BACKWARDS,
  "work.typed": ({ began, minutes }, time) => {
    const ended = instant(began) + minutes * 60_000;
    return minutes > 0 && minutes <= MOST_TYPED && ended >= time - 25 * 3_600_000 && ended <= time + BACKWARDS;
  },
  "incident.opened": ({ reported }, time) => instant(reported) <= time + BACKWARDS,
};

export class Records {
  last = null; // the latest instant at which the broker wrote so far
  lateNotes = 0;
  turns = []; // from which record on it is which year: [n, year]
  #tenant;
  #judge;
  #clock = null;
  #yearEnds = -Infinity;

  constructor(tenant, judge) {
    this.#tenant = tenant;
    this.#judge = judge;
  }

  /** The leaf; null for one that cannot be used. */
  read(n, entry) {
    const find = (code, facts) => this.#judge.find("MALFORMED", code, `n=${n}`, facts);
    let leaf;
    try {
      leaf = parseLeaf(entry);
    } catch (wrong) {
      if (!(wrong instanceof Malformed)) throw wrong;
      find("record_form", { why: wrong.message });
      return null;
    }
    if (leaf.n !== n) {
      find("record_place", { n: leaf.n });
      return null;
    }
    if (leaf.tenant !== this.#tenant) find("record_tenant");
    if (leaf.refs.some((ref) => ref >= n)) find("record_refs");
    const half = (leaf.session === undefined) !== (leaf.sessionN === undefined);
    if (half || (leaf.hostN !== undefined && leaf.host === undefined)) find("record_link");
    this.#time(leaf, find);
    return leaf;
  }

  #time(leaf, find) {
    if (!(POSSIBLE[leaf.type]?.(leaf.body, leaf.time) ?? true)) find("record_said");
    const { received } = leaf.body;
    const told = leaf.hostN !== undefined && received !== undefined;
    const written = told ? instant(received) : leaf.time;
    if (this.last === null || written > this.last) {
      this.last = written;
    } else if (written < this.last - BACKWARDS) find("record_time", { seconds: BACKWARDS / 1000 });
    if (this.last >= this.#yearEnds) this.#reach(leaf, this.last);
    if (!told) return;
    if (leaf.time > written + AHEAD) this.#judge.note("clock", { host: leaf.host, seconds: AHEAD / 1000 });
    if (written > leaf.time + LATE) this.lateNotes += 1;
  }

  /** A year begins, but not with the announcement that the log before ends with (FORMAT.md §2, Years). */
  #reach(leaf, written) {
    if (leaf.n === 0 && leaf.type === "tenant.opened") this.#clock = clockOf(leaf.body.zone);
    else if (leaf.type === "key.rotated") return;
    if (this.#clock === null) {
      this.#yearEnds = Infinity;
      return;
    }
    const { year, ends } = yearOf(this.#clock, written);
    this.turns.push([leaf.n, year]);
    this.#yearEnds = ends;
  }
}
