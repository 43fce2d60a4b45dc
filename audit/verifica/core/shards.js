// Steps 2 and 8, their part of the logs: each goes on with the tree of the one before (FORMAT.md §2).

import { BadSignature, Malformed, hex } from "./bytes.js";
import { reading } from "./chain.js";
import { ED25519, openCheckpoint, parseVkey } from "./note.js";
import { parseStatement } from "./statement.js";

function logKey(spelled) {
  const found = parseVkey(spelled);
  if (found.type !== ED25519) throw new Malformed("a log's key is of another type");
  return found;
}

function placeOf(origin) {
  const at = origin.lastIndexOf("/");
  return { where: origin.slice(0, at), label: origin.slice(at + 1) };
}

/** Feed every leaf in order. `shards`, `close`, `checkKeys` and `checkEnrolments` are for when the entries are over. */
export class Shards {
  #links = [];
  #announced = new Set();

  constructor(chain, signed, judge) {
    Object.assign(this, { chain, signed, judge });
  }

  async feed(leaf) {
    try {
      if (leaf.type === "key.rotated") this.#announced.add(logKey(leaf.body.key).text);
      if (leaf.type === "shard.opened") await this.#opened(leaf);
    } catch (wrong) {
      if (!(wrong instanceof Malformed || wrong instanceof BadSignature)) throw wrong;
      this.#say(leaf.n, wrong.message);
    }
    if (leaf.type === "log.recovered") await reading(this.judge, `n=${leaf.n}`, () => this.#recovered(leaf));
  }

  async #opened(leaf) {
    const announced = this.#announced;
    this.#announced = new Set();
    const { key, root, cosigned } = leaf.body;
    const link = { n: leaf.n, before: logKey(key), announced, heads: [], lost: null, joins: false };
    this.#links.push(link);
    const last = await this.#head(leaf, "head", link.before);
    link.heads.push(last);
    if (last.size !== leaf.n || hex(last.root) !== root) throw new Malformed("the last head is not of the records before this one");
    const held = cosigned === 0 || cosigned === leaf.n ? last : await this.#head(leaf, "cosigned", link.before);
    if (cosigned !== 0 && cosigned !== held.size) throw new Malformed("the head that was cosigned is of another size");
    if (cosigned > leaf.n) link.lost = held;
    else link.heads.push(held);
    link.joins = true;
  }

  /** The titolare's word takes the place of an announcement that the log before did not live to make. */
  async #recovered(leaf) {
    const link = this.#links.at(-1);
    const data = await this.chain.statement(leaf, "recovery");
    if (data === null) return;
    const said = parseStatement("recovery", data);
    const is = ({ size, root }, head) => size === head.size && root === hex(head.root);
    const fits = link !== undefined && link.lost !== null && said.tenant === this.signed.tenant && said.log === link.before.text
      && is(said.restored, link.heads[0]) && is(said.cosigned, link.lost);
    if (!fits) {
      this.judge.find("UNAPPROVED", "statement_differs", `n=${leaf.n}`, { what: "statement" });
      return;
    }
    const { approvers } = this.chain;
    if (approvers === null) this.judge.find("UNAPPROVED", "chain", `n=${leaf.n}`, { what: "approvers" });
    else if ((await this.chain.signer(leaf, approvers, "recovery", data, { titolare: true })) !== null) link.announced.add(said.next);
  }

  async #head(leaf, kind, key) {
    const data = await this.chain.evidence(leaf, kind);
    if (data === null) throw new Malformed("the last head of the log before is not there");
    return openCheckpoint(data, key);
  }

  #say(n, why) {
    this.judge.find("INCOMPLETE", "shard_link", `n=${n}`, { n, why });
  }

  /** Every log of this tree, oldest first, the bundle's own last: its heads are of sizes `since` to `until`. */
  get shards() {
    const found = [];
    let since = 0;
    for (const { n, before } of this.#links) {
      found.push({ vkey: before, since, until: n });
      since = n;
    }
    return [...found, { vkey: this.signed.vkey, since, until: this.signed.head.size }];
  }

  /** Step 8: the logs join, and the next one's key was said before it was used. */
  close(heads) {
    const keys = this.shards.map(({ vkey }) => vkey);
    for (const [i, link] of this.#links.entries()) {
      const [held, next] = [placeOf(link.before.name), placeOf(keys[i + 1].name)];
      const follows = next.where === held.where && next.label > held.label;
      const holds = link.heads.every((head) => heads.holds(head));
      const said = link.announced.has(keys[i + 1].text);
      if (!follows) this.#say(link.n, "the name of the next log does not follow");
      if (!holds) this.#say(link.n, "the last head of the log before is of other records");
      if (link.lost !== null) this.judge.find("INCOMPLETE", "records_lost", `n=${link.n}`, { first: link.n, last: link.lost.size - 1 });
      if (!said) this.judge.find("INCOMPLETE", "shard_key", `n=${link.n}`, { n: link.n });
      link.joins &&= follows && holds && said;
    }
  }

  /** Step 8: each log holds records of the year in its name alone; `turns` as in records.js. */
  checkYears(turns) {
    for (const { vkey, since, until } of this.shards) {
      const { label } = placeOf(vkey.name);
      const before = turns.findLast(([n]) => n <= since);
      const held = [...(before === undefined ? [] : [[since, before[1]]]), ...turns.filter(([n]) => n > since && n < until)];
      const wrong = held.find(([, year]) => String(year).padStart(4, "0") !== label.slice(0, 4));
      if (wrong !== undefined) this.judge.find("INCOMPLETE", "shard_year", `n=${wrong[0]}`, { n: wrong[0], log: label, year: wrong[1] });
    }
  }

  /** Step 2: one of these logs is pinned, and joined by sound links to the bundle's own. */
  checkKeys(trust) {
    let [reached, different] = [false, false];
    for (const [place, { vkey }] of this.shards.entries()) {
      const known = trust.logs.find((key) => key.name === vkey.name);
      if (known === undefined) continue;
      if (known.text !== vkey.text) different = true;
      else if (this.#links.slice(place).every(({ joins }) => joins)) reached = true;
    }
    if (different) this.judge.find("UNTRUSTED", "log_key_unpinned", "log.vkey");
    else if (!reached || this.signed.tenant !== trust.tenant) this.judge.find("UNTRUSTED", "origin_unpinned", "log.vkey");
  }

  /** Step 2: each host was enrolled with one of these logs. */
  checkEnrolments(named) {
    const known = new Map(this.shards.map(({ vkey }) => [vkey.text, vkey.name]));
    for (const { where, origin, key } of named) {
      if (known.get(key) !== origin) this.judge.find("UNTRUSTED", "log_differs", where);
    }
  }
}
