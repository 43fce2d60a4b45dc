// C2SP tlog-policy: which witnesses a head needs, and whether these are enough.

import { Malformed, text } from "./bytes.js";
import { COSIGNATURE, ED25519, parseVkey } from "./note.js";

const MAX_LINES = 4096;
const MAX_GROUPS = 64;

function demand(right, why) {
  if (!right) throw new Malformed(why);
}

function key(spelled, type) {
  const vkey = parseVkey(spelled);
  demand(vkey.type === type, "a key of the witness policy is of the wrong type");
  return vkey;
}

export function parseWitnessPolicy(bytes) {
  const lines = text(bytes).split("\n");
  demand(lines.pop() === "" && lines.length <= MAX_LINES, "the witness policy does not end its last line, or is too long");
  const policy = new WitnessPolicy();
  for (const line of lines) policy.take(line.split(" "));
  demand(policy.quorums.length === 1 && policy.logs.length > 0, "a witness policy names a log and one quorum");
  demand(policy.quorum === "none" || policy.has(policy.quorum), "the quorum names nobody");
  return policy;
}

class WitnessPolicy {
  logs = [];
  witnesses = new Map();
  groups = new Map();
  quorums = [];
  #grouped = new Set(); // a member of one group only, so that groups form a tree

  get quorum() {
    return this.quorums[0];
  }

  has(name) {
    return this.witnesses.has(name) || this.groups.has(name);
  }

  take([word, ...rest]) {
    if (word === "log" && rest.length === 1) this.logs.push(key(rest[0], ED25519));
    else if (word === "witness" && rest.length === 2) this.witnesses.set(this.#fresh(rest[0]), key(rest[1], COSIGNATURE));
    else if (word === "group" && rest.length >= 2) this.#group(...rest);
    else if (word === "quorum" && rest.length === 1) this.quorums.push(rest[0]);
    else throw new Malformed("a line of the witness policy is in another spelling");
  }

  #fresh(name) {
    demand(name !== "none" && !this.has(name), "the witness policy names something twice");
    return name;
  }

  #group(name, count, ...members) {
    this.#fresh(name);
    const strangers = members.some((member) => !this.has(member) || this.#grouped.has(member));
    demand(members.length > 0 && new Set(members).size === members.length && !strangers, "a group names nobody, somebody twice, or a stranger");
    const words = { any: 1, all: members.length };
    demand(count in words || /^[1-9][0-9]{0,3}$/.test(count), "a group's number is not a canonical decimal");
    const number = words[count] ?? Number(count);
    demand(number <= members.length, "a group asks for more than it names");
    this.groups.set(name, { number, members });
    members.forEach((member) => this.#grouped.add(member));
    demand(this.groups.size <= MAX_GROUPS, "more groups than a witness policy needs");
  }

  /** The fewest witnesses that can be enough. */
  get needed() {
    return this.quorum === "none" ? 0 : this.#fewest(this.quorum);
  }

  #fewest(name) {
    if (this.witnesses.has(name)) return 1;
    const { number, members } = this.groups.get(name);
    const counts = members.map((member) => this.#fewest(member)).sort((a, b) => a - b);
    return counts.slice(0, number).reduce((sum, count) => sum + count, 0);
  }

  /** Whether the witnesses of these names are enough. */
  satisfied(by, name = this.quorum) {
    if (name === "none") return true;
    if (this.witnesses.has(name)) return by.has(name);
    const { number, members } = this.groups.get(name);
    return members.filter((member) => this.satisfied(by, member)).length >= number;
  }
}
