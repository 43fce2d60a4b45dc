// Step 9, beside the chain of sets: those signed by the key on paper, announced, waiting, objected to.

import { BadSignature, Malformed, fromBase64url, hex, join, utf8 } from "./bytes.js";
import { checkEd25519 } from "./signatures.js";
import { parseStatement, statementDigest } from "./statement.js";

const WAIT = 72 * 3_600_000;
const SKEW = 30_000;

/** Why the announced set is not the next one of that held. */
function differs(next, held) {
  if (next.tenant !== held.tenant) return "it is of another customer";
  if (next.number !== held.number + 1 || next.previous !== held.digest) return "it is not the successor of the set in force";
  const same = next.signing.origin === held.signing.origin && next.signing.rp_id === held.signing.rp_id;
  return same ? undefined : "a key on paper moves no signing page";
}

export class PaperSets {
  #announced = new Map(); // digest of the set -> when

  constructor(chain, judge) {
    this.chain = chain;
    this.judge = judge;
  }

  #say(leaf, why) {
    this.judge.find("UNAPPROVED", "paper_key", `n=${leaf.n}`, { why });
  }

  async announce(leaf) {
    const data = await this.chain.statement(leaf, "approvers");
    const held = this.chain.approvers;
    if (data === null) return;
    const next = parseStatement("approvers", data);
    if (held === null) {
      this.judge.find("UNAPPROVED", "chain", `n=${leaf.n}`, { what: "approvers" });
      return;
    }
    const why = differs(next, held) ?? (next.number === leaf.body.number ? undefined : "its number is another");
    if (why !== undefined) this.#say(leaf, why);
    else if (await this.#signed(leaf, data, held) && await this.chain.signer(leaf, next, "approvers", data, { titolare: true })) {
      this.#announced.set(leaf.body.statement, leaf.time);
    }
  }

  async object(leaf) {
    const data = await this.chain.statement(leaf, "objection");
    const among = this.chain.approvers;
    if (data === null || among === null) return;
    const said = parseStatement("objection", data);
    const by = await this.chain.signer(leaf, among, "objection", data, { titolare: false });
    if (by === null) return;
    if (by.role === "vendor_ads") {
      this.#say(leaf, "nobody of the vendor objects");
      return;
    }
    const same = leaf.body.announced === said.announced && leaf.tenant === said.tenant && leaf.actor.id === said.by;
    if (!same || leaf.body.demo_software !== (said.demo_software === true)) {
      this.judge.find("UNAPPROVED", "statement_differs", `n=${leaf.n}`, { what: "announced" });
    } else if (!this.#announced.delete(said.announced)) this.#say(leaf, "no such set was announced");
  }

  /** A set that took the place of `held` by the key on paper. */
  async counts(leaf, data, held) {
    const digest = hex(statementDigest("approvers", data));
    const since = this.#announced.get(digest);
    this.#announced.delete(digest);
    if (!(await this.#signed(leaf, data, held))) return;
    if (since === undefined) this.#say(leaf, "it was not announced, or objected to");
    else if (leaf.time < since + WAIT - SKEW) this.#say(leaf, "it was announced less than 72 hours before");
  }

  async #signed(leaf, data, held) {
    const signature = await this.chain.evidence(leaf, "paper");
    if (signature === null) {
      this.judge.find("UNAPPROVED", "evidence_missing", `n=${leaf.n}`, { kind: "paper" });
      return false;
    }
    try {
      if (held.paper_key === undefined) throw new BadSignature("the set in force names no key on paper");
      const key = fromBase64url(held.paper_key);
      await checkEd25519(key, signature, join(utf8("verbale/paper-key/v1\n"), statementDigest("approvers", data)));
    } catch (wrong) {
      if (!(wrong instanceof BadSignature) && !(wrong instanceof Malformed)) throw wrong;
      this.#say(leaf, wrong.message);
      return false;
    }
    return true;
  }
}
