// Step 4: enough of the witnesses the customer asks for saw this head, at a time that can be.

import { Malformed } from "./bytes.js";
import { cosigned, parseVkey, signatureOf } from "./note.js";
import { parseWitnessPolicy } from "./witness_policy.js";

const BEFORE = 300_000; // a witness's clock behind the broker's
const AFTER = 7 * 86_400_000; // a log in use has a new head every day

export class Witnesses {
  #note;
  #last;
  #judge;

  /** `last`: when (ms) the last record was written; null for none. */
  constructor(note, last, judge) {
    this.#note = note;
    this.#last = last;
    this.#judge = judge;
  }

  /**
   * How many of `agents`, the hosts this log enrolled, cosigned the head. A quorum of the customer's counts
   * only witnesses he knows: such hosts, those his policy names beside them, and those he pinned.
   */
  async check(files, vkey, agents, rules, trust) {
    const judge = this.#judge;
    const named = (rules?.external_witnesses ?? []).map(({ vkey: text }) => parseVkey(text));
    judge.note("external", { count: await this.#count(named), named: named.length });
    for (const agent of [...agents, ...named]) {
      if (signatureOf(this.#note, agent) && (await cosigned(this.#note, agent)) === null) {
        judge.find("UNWITNESSED", "cosignature", "checkpoint", { name: agent.name });
      }
    }
    const asked = rules?.witnesses ?? 0;
    const policy = await this.#policy(files, vkey);
    if (policy === null) return 0;
    if (policy.needed < asked) judge.find("UNWITNESSED", "quorum_differs", "policy.witness");
    if (trust !== null && policy.needed < trust.quorum) judge.find("UNTRUSTED", "quorum_lowered", "policy.witness");
    const pinned = trust?.witnesses ?? [];
    const counted = await this.#count(agents);
    if (policy.quorum === "none") {
      judge.state(4, "not_applicable", "no_quorum");
      return counted;
    }
    judge.state(4, "ok", "checked");
    const by = new Set();
    for (const [name, witness] of policy.witnesses) if (await this.#count([witness])) by.add(name);
    const enough = policy.satisfied(by) && (await this.#count([...agents, ...named, ...pinned])) >= asked;
    if (!enough || (trust !== null && (await this.#count([...named, ...pinned])) < trust.quorum)) {
      judge.find("UNWITNESSED", "quorum_missing", "checkpoint");
    }
    return counted;
  }

  async #policy(files, vkey) {
    let policy;
    try {
      policy = parseWitnessPolicy(await files.get("policy.witness"));
    } catch (wrong) {
      if (!(wrong instanceof Malformed)) throw wrong;
      this.#judge.find("UNWITNESSED", "witness_policy", "policy.witness");
      return null;
    }
    if (!policy.logs.some(({ text }) => text === vkey.text)) this.#judge.find("UNWITNESSED", "witness_policy", "policy.witness");
    return policy;
  }

  /** How many different ones of these cosigned the head at a time that can be. */
  async #count(vkeys) {
    let count = 0;
    for (const vkey of new Map(vkeys.map((one) => [one.text, one])).values()) {
      const at = await cosigned(this.#note, vkey);
      if (at === null) continue;
      if (this.#last === null || (this.#last - BEFORE <= at && at <= this.#last + AFTER)) count += 1;
      else this.#judge.note("cosign_time", { name: vkey.name });
    }
    return count;
  }
}
