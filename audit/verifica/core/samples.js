// Step 8, its part of yearly verifications: the sample is the one that the log itself gives (FORMAT.md §18).

import { hex, utf8 } from "./bytes.js";
import { clockOf, dayOf, wallOf } from "./calendar.js";
import { sha256 } from "./sha256.js";

const STRATA = ["presumed", "unwatched", "out_of_hours", "privileged", "denied", "ordinary"];
const [FEWEST, SHARE, MOST, OPENS, CLOSES] = [20, 20, 200, 8, 19];
const MASTERS = new Set(["root", "administrator", "system", "nt authority\\system"]);
const HEAVY = new Set(["CRED", "POL", "RST", "IMG"]);

const below = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Those whose SHA-256(lot ‖ name) are the lowest. */
function lowest(items, count, lot) {
  const ranked = items.map((one) => ({ one, rank: hex(sha256(lot, utf8(one.name))) }));
  return ranked.sort((a, b) => below(a.rank, b.rank)).slice(0, count).map(({ one }) => one);
}

/** Feed every leaf in order; then `close` with the roots of the tree. */
export class Samples {
  #clock = null;
  #heavy = new Set();
  #watched = new Set();
  #opened = new Map(); // session -> request
  #found = new Map();
  #left = new Map(); // verification -> items nobody has judged yet
  #drawn = new Map();
  #roots = [];

  constructor(judge) {
    this.judge = judge;
  }

  feed(leaf) {
    const { type, body, session, time, n } = leaf;
    const where = `n=${n}`;
    switch (type) {
      case "tenant.opened": this.#clock = clockOf(body.zone); break;
      case "request.opened":
        if (body.activities.some((one) => HEAVY.has(one.split("/")[0]))) this.#heavy.add(body.request);
        break;
      case "supervision.taken":
        this.#watched.add(body.request);
        for (const one of this.#found.values()) one.watched ||= one.request === body.request;
        break;
      case "session.opened": this.#opened.set(session, body.request); break;
      case "session.started": this.#started(session, time, body.account); break;
      case "session.ended":
      case "session.presumed_ended":
        if (this.#found.has(session)) this.#found.get(session).presumed = type === "session.presumed_ended";
        break;
      case "declared.began": // on a host without an agent: nobody can watch it
        this.#found.set(session, {
          name: session, at: time, request: body.request, watched: false, privileged: this.#heavy.has(body.request),
        });
        break;
      case "declared.presumed_ended":
        if (this.#found.has(session)) this.#found.get(session).presumed = true;
        break;
      case "session.refused":
      case "login.failed":
      case "access.denied": this.#found.set(where, { name: where, at: time, denied: true }); break;
      case "verification.opened": this.#open(leaf, where); break;
      case "verification.judged":
        if (!this.#drawn.has(body.verification)) break;
        if (!this.#drawn.get(body.verification).has(body.item)) this.judge.find("INCOMPLETE", "sample_stranger", where, { item: body.item });
        this.#left.get(body.verification).delete(body.item);
        break;
      case "verification.closed": {
        const count = this.#left.get(body.verification)?.size ?? 0;
        if (count > 0) this.judge.find("INCOMPLETE", "sample_open", where, { count });
        break;
      }
      default:
    }
  }

  #started(session, at, account) {
    const request = this.#opened.get(session) ?? "";
    this.#found.set(session, {
      name: session, at, request, watched: this.#watched.has(request),
      privileged: this.#heavy.has(request) || MASTERS.has(account.toLowerCase()),
    });
  }

  #stratum({ denied, presumed, watched, privileged, at }) {
    if (denied) return "denied";
    if (presumed) return "presumed";
    if (!watched) return "unwatched";
    const here = wallOf(this.#clock, at);
    const [day, hour] = [here.getUTCDay(), here.getUTCHours()];
    if (day === 0 || day === 6 || hour < OPENS || hour >= CLOSES) return "out_of_hours";
    return privileged ? "privileged" : "ordinary";
  }

  #draw({ first, until, root }) {
    const within = (day) => first <= day && day <= until;
    const items = [...this.#found.values()]
      .filter(({ at }) => within(dayOf(this.#clock, at)))
      .map((one) => ({ stratum: this.#stratum(one), name: one.name }));
    const of = (...strata) => items.filter(({ stratum }) => strata.includes(stratum));
    const lot = sha256(utf8(`verbale/sample/v1\n${root}\n${first}\n${until}\n`));
    const ordinary = of("ordinary");
    return [
      ...lowest(of("presumed", "unwatched", "out_of_hours", "privileged"), MOST, lot),
      ...lowest(of("denied"), FEWEST, lot),
      ...lowest(ordinary, Math.max(FEWEST, Math.ceil(ordinary.length / SHARE)), lot),
    ].sort((a, b) => STRATA.indexOf(a.stratum) - STRATA.indexOf(b.stratum) || below(a.name, b.name));
  }

  #open({ body, n }, where) {
    if (this.#clock === null) return; // step 8 says what is wrong with the zone
    if (body.size === n) this.#roots.push({ size: n, root: body.root, where });
    const ordered = body.first <= body.until;
    const sample = ordered ? this.#draw(body) : [];
    const digest = hex(sha256(utf8(sample.map(({ stratum, name }) => `${stratum} ${name}\n`).join(""))));
    if (!ordered || body.size !== n || body.drawn !== sample.length || body.sample !== digest) {
      this.judge.find("INCOMPLETE", "sample_differs", where, { verification: body.verification });
    }
    this.#drawn.set(body.verification, new Set(sample.map(({ name }) => name)));
    this.#left.set(body.verification, new Set(sample.map(({ name }) => name)));
  }

  /** The lot was the log's own root. */
  close(rootOf) {
    for (const { size, root, where } of this.#roots) {
      if (hex(rootOf(size)) !== root) this.judge.find("INCOMPLETE", "sample_lot", where);
    }
  }
}
