// Step 9, first part: approver sets, policies and enrolments as the log replays them, and who may sign what.

import { BadSignature, Malformed, base64url, fromBase64url, hex } from "./bytes.js";
import { apart, inForce, unfit } from "./admission.js";
import { instant } from "./forms.js";
import { COSIGNATURE, makeVkey } from "./note.js";
import { checkAssertion, parseAssertion } from "./passkey.js";
import { sha256 } from "./sha256.js";
import { parseStatement, statementDigest } from "./statement.js";
import { PaperSets } from "./paper.js";
import { checkApprovers, checkEnrolment } from "./trust.js";

const SKEW = 300_000;

/** Run a reader of evidence; what it cannot read or believe is a finding of step 9 at `where`. */
export async function reading(judge, where, read) {
  try {
    await read();
  } catch (wrong) {
    if (wrong instanceof Malformed) judge.find("UNAPPROVED", "evidence_unread", where, { why: wrong.message });
    else if (wrong instanceof BadSignature) judge.find("UNAPPROVED", "assertion", where, { why: wrong.message });
    else throw wrong;
  }
}

/** Make one finding of what differs, `pairs` mapping a word to two values; whether anything does. */
export function differing(judge, code, where, pairs) {
  const what = Object.entries(pairs).filter(([, [ours, theirs]]) => ours !== theirs).map(([name]) => name).join(", ");
  if (what) judge.find("UNAPPROVED", code, where, { what });
  return what !== "";
}

export const actorIs = (actor, id, role) => actor.id === id && actor.role === role;
export const credentialDigest = (approver) => hex(sha256(fromBase64url(approver.credential)));

/** Feed every leaf in order. `approvers` and `policy` are those in force after the last one fed. */
export class Chain {
  approvers = null;
  policy = null;
  policyBytes = null;
  sets = new Map(); // number -> digest
  policies = new Map();
  enrolments = new Map(); // what each host pins
  agents = new Map(); // hosts in use: body of their enrolment record
  bare = new Map(); // hosts without an agent, that any policy named
  logs = []; // what enrolments name as their log, and where
  barred = new Map(); // by host: digests of keys and grants revoked there
  software = 0; // signatures by a demo's software authenticator
  #prepared = new Map(); // signed, and not yet used
  #demo = false;

  constructor({ evidence, tenant, trust, judge }) {
    this.evidence = evidence;
    this.tenant = tenant;
    this.trust = trust;
    this.judge = judge;
    this.paper = new PaperSets(this, judge);
  }

  labelOf(host) {
    return (this.enrolments.get(host) ?? this.#prepared.get(host) ?? this.bare.get(host))?.label;
  }

  /** The log's first record says that it is a demo's. */
  get demo() {
    return this.#demo;
  }

  /** The witness keys of the hosts in use. */
  witnesses() {
    return [...this.agents].filter(([host]) => this.enrolments.has(host)).map(([host, body]) => {
      const name = `${this.enrolments.get(host).log_origin}/host/${host}`;
      return makeVkey(name, COSIGNATURE, fromBase64url(body.witness_key));
    });
  }

  #say(leaf, code, what) {
    this.judge.find("UNAPPROVED", code, `n=${leaf.n}`, { what });
  }

  async feed(leaf) {
    await reading(this.judge, `n=${leaf.n}`, () => this.#feed(leaf));
  }

  async #feed(leaf) {
    switch (leaf.type) {
      case "tenant.opened": this.#demo = leaf.body.demo; break;
      case "credential.added":
      case "login.succeeded":
        if (leaf.body.demo_software && !this.#demo) this.#say(leaf, "demo_key");
        break;
      case "approvers.changed": await this.#newApprovers(leaf); break;
      case "approvers.announced": await this.paper.announce(leaf); break;
      case "approvers.objected": await this.paper.object(leaf); break;
      case "policy.changed": await this.#newPolicy(leaf); break;
      case "host.prepared": await this.#newEnrolment(leaf); break;
      case "host.enrolled": this.#enrolled(leaf); break;
      case "host.revoked":
        if (leaf.host !== leaf.body.host) this.#say(leaf, "statement_differs", "host");
        this.agents.delete(leaf.body.host);
        break;
      case "host.barred":
        if (!this.barred.has(leaf.host)) this.barred.set(leaf.host, new Set());
        this.barred.get(leaf.host).add(leaf.body.digest);
        break;
      default:
    }
  }

  /** Who of `among` signed these statement bytes, appointed when recorded; null where a finding says why not. */
  async signer(leaf, among, type, data, { titolare }) {
    const raw = await this.evidence(leaf, "assertion");
    if (raw === null) {
      this.judge.find("UNAPPROVED", "evidence_missing", `n=${leaf.n}`, { kind: "assertion" });
      return null;
    }
    const assertion = parseAssertion(raw);
    const by = among.approvers.find(({ credential }) => credential === base64url(assertion.credential));
    if (by === undefined || (titolare && by.role !== "titolare")) {
      this.#say(leaf, "not_approver");
      return null;
    }
    await checkAssertion(assertion, statementDigest(type, data), among.signing, by.public_key);
    if (!inForce(by, leaf.time)) {
      this.#say(leaf, "approver_expired");
      return null;
    }
    const software = by.demo_software === true;
    if (!actorIs(leaf.actor, by.person, by.role === "vendor_ads" ? "technician" : by.role)) this.#say(leaf, "statement_differs", "actor");
    if ((leaf.body.demo_software ?? software) !== software) this.#say(leaf, "statement_differs", "demo_software");
    if (software) this.software += 1;
    return by;
  }

  /** Statement bytes behind a leaf, of the digest the leaf says; null where a finding says why not. */
  async statement(leaf, type) {
    const data = await this.evidence(leaf, "statement");
    if (data === null) this.judge.find("UNAPPROVED", "evidence_missing", `n=${leaf.n}`, { kind: "statement" });
    else if (hex(statementDigest(type, data)) !== leaf.body.statement) this.#say(leaf, "statement_differs", "statement");
    else return data;
    return null;
  }

  #follows(leaf, next, before, what) {
    if (next.tenant !== this.tenant || next.number !== leaf.body.number) this.#say(leaf, "statement_differs", "number");
    return before === null || (next.number === before.number + 1 && next.previous === before.digest) ? [] : [what];
  }

  async #newApprovers(leaf) {
    const data = await this.statement(leaf, "approvers");
    if (data === null) return;
    const next = parseStatement("approvers", data);
    const before = this.approvers;
    this.sets.set(next.number, leaf.body.statement);
    this.approvers = next;
    const broken = this.#follows(leaf, next, before, "approvers");
    const listed = next.approvers.map(credentialDigest);
    if (listed.join() !== leaf.body.credentials.join()) this.#say(leaf, "statement_differs", "credentials");
    for (const what of broken) this.#say(leaf, "chain", what);
    for (const why of unfit(next, this.#demo)) this.judge.find("UNAPPROVED", "set_unfit", `n=${leaf.n}`, { why });
    if (this.trust !== null) checkApprovers(next, this.trust, `n=${leaf.n}`, this.judge);
    const byPaper = before !== null && leaf.evidence.some(({ kind }) => kind === "paper");
    if (byPaper) await this.paper.counts(leaf, data, before);
    await this.signer(leaf, byPaper ? next : (before ?? next), "approvers", data, { titolare: true });
  }

  async #newPolicy(leaf) {
    const data = await this.statement(leaf, "policy");
    if (data === null) return;
    const next = parseStatement("policy", data);
    const before = this.policy;
    this.policies.set(next.number, leaf.body.statement);
    this.policy = next;
    this.policyBytes = data;
    for (const what of this.#follows(leaf, next, before, "policy")) this.#say(leaf, "chain", what);
    if (this.approvers === null) this.#say(leaf, "chain", "approvers");
    else await this.signer(leaf, this.approvers, "policy", data, { titolare: true });
    const lines = next.bare_hosts ?? [];
    for (const one of lines) this.bare.set(one.id, one);
    const inUse = [...this.agents.keys()].map((host) => this.labelOf(host));
    for (const { id, label } of lines) {
      if (this.enrolments.has(id) || this.#prepared.has(id) || inUse.includes(label)) this.#hasAgent(leaf, id);
    }
  }

  #hasAgent(leaf, host) {
    this.judge.find("UNAPPROVED", "host_has_agent", `n=${leaf.n}`, { host });
  }

  /** A host with an agent is none without, by its id ever, by its name while the rules name that. */
  #apartFromBare(leaf, host, label) {
    const named = (this.policy?.bare_hosts ?? []).some((one) => one.label === label);
    if (this.bare.has(host) || named) this.#hasAgent(leaf, host);
  }

  async #newEnrolment(leaf) {
    const data = await this.statement(leaf, "enrolment");
    if (data === null) return;
    const next = parseStatement("enrolment", data);
    const where = `n=${leaf.n}`;
    this.#prepared.set(leaf.body.host, next);
    this.#apartFromBare(leaf, leaf.body.host, next.label);
    if (leaf.host !== leaf.body.host) this.#say(leaf, "statement_differs", "host");
    if (next.tenant !== this.tenant || next.host !== leaf.body.host) this.#say(leaf, "statement_differs", "host");
    if ((next.demo === true) !== this.#demo) this.#say(leaf, "statement_differs", "demo");
    this.logs.push({ where, origin: next.log_origin, key: next.log_vkey });
    if (this.trust !== null) checkEnrolment(next, this.trust, where, this.judge);
    if (this.approvers === null || this.policy === null) {
      this.#say(leaf, "chain", "approvers, policy");
      return;
    }
    if (next.approvers !== this.approvers.digest || next.policy !== this.policy.digest) this.#say(leaf, "chain", "enrolment");
    if (!apart(this.approvers, next)) this.#say(leaf, "not_apart");
    await this.signer(leaf, this.approvers, "enrolment", data, { titolare: true });
  }

  #enrolled(leaf) {
    const { host, statement } = leaf.body;
    this.agents.delete(host);
    this.agents.set(host, leaf.body);
    this.barred.delete(host); // a new life of this host
    const signed = this.#prepared.get(host);
    if (signed === undefined) return; // step 8 says that this host was never prepared
    this.#prepared.delete(host);
    this.enrolments.set(host, signed);
    this.#apartFromBare(leaf, host, signed.label);
    if (signed.digest !== statement) this.#say(leaf, "statement_differs", "statement");
    if (!(instant(signed.issued) - SKEW <= leaf.time && leaf.time <= instant(signed.expires) + SKEW)) this.#say(leaf, "outside_window");
  }
}
