// Step 9, between chain and approvals: delegations and mandates, and whether one is known when it is cited.

import { differing, reading } from "./chain.js";
import { parseStatement } from "./statement.js";

const TYPES = { "delegation.given": "delegation", "mandate.given": "mandate" };

/** Feed every leaf in order, after `chain`. */
export class Warrants {
  #given = new Map(); // by digest: what is not ended, and who signed

  constructor(chain, judge) {
    this.chain = chain;
    this.judge = judge;
  }

  /** What stands behind that citation now, its giver as the set in force has him; undefined where nothing does. */
  authority(digest) {
    const found = this.#given.get(digest);
    if (found === undefined) return undefined;
    const giver = this.chain.approvers?.approvers.find(({ credential }) => credential === found.by.credential);
    return { warrant: found.warrant, giver: giver?.public_key === found.by.public_key ? giver : undefined };
  }

  async feed(leaf) {
    const where = `n=${leaf.n}`;
    await reading(this.judge, where, async () => {
      if (leaf.type in TYPES) await this.#new(leaf, TYPES[leaf.type], where);
      else if (leaf.type === "warrant.ended") {
        if (leaf.actor.role === "titolare" && this.#given.delete(leaf.body.statement)) return;
        this.judge.find("UNAPPROVED", "statement_differs", where, { what: "statement" });
      }
    });
  }

  async #new(leaf, type, where) {
    const data = await this.chain.statement(leaf, type);
    if (data === null) return;
    const warrant = parseStatement(type, data);
    const among = this.chain.approvers;
    if (among === null) {
      this.judge.find("UNAPPROVED", "chain", where, { what: "approvers" });
      return;
    }
    const by = await this.chain.signer(leaf, among, type, data, { titolare: true });
    const wrong = differing(this.judge, "statement_differs", where, {
      tenant: [leaf.tenant, warrant.tenant],
      warrant: [leaf.body.warrant, warrant.warrant],
      until: [leaf.body.until, warrant.not_after],
      demo_software: [leaf.body.demo_software, warrant.demo_software === true],
    });
    if (!wrong && by !== null) this.#given.set(leaf.body.statement, { warrant, by });
  }
}
