// Step 9, second part: requests, the approvals given to them, and the grants issued on those.

import { BadSignature, Malformed, fromBase64url, hex, join, utf8 } from "./bytes.js";
import { asChosen, byApprover, byApproverBare, byRoles, checkIn, sameMatter, underPolicy, underPolicyBare } from "./admission.js";
import { decode, isObject } from "./canonical.js";
import { actorIs, credentialDigest, differing, reading } from "./chain.js";
import { instant } from "./forms.js";
import { checkEd25519 } from "./signatures.js";
import { checkHeaded, grantDigests, parseStatement, statementDigest } from "./statement.js";

export const SKEW = 30_000; // clocks of agent and broker
export const READING = 86_400_000; // drawn up in the morning, signed in the evening
const OVER = new Set(["approval.refused", "request.withdrawn", "request.lapsed", "request.solved_by_customer"]);

/** Make a finding of each breach; whether there was one. */
export function breached(judge, breaches, where) {
  const found = [...breaches];
  for (const { code, what, why } of found) judge.find("UNAPPROVED", code, where, { what, why });
  return found.length > 0;
}

/** A grant in its signed envelope, if this key signed it. */
async function openGrant(data, key) {
  const value = decode(data);
  const fields = isObject(value) && Object.keys(value).length === 2;
  if (!fields || typeof value.grant !== "string" || typeof value.signature !== "string") throw new Malformed("not a signed grant");
  const [bytes, signature] = [fromBase64url(value.grant), fromBase64url(value.signature)];
  if (signature.length !== 64) throw new Malformed("signature of signed grant is not 64 bytes");
  await checkEd25519(key, signature, join(utf8("verbale/grant/v1\n"), bytes));
  const grant = decode(bytes);
  checkHeaded("grant", grant);
  return { ...grant, bytes, digest: grantDigests(bytes).digest };
}

// What SPID and CIE say of a log-in with two factors or more.
const STRONG = new Set([2, 3].map((level) => `https://www.spid.gov.it/SpidL${level}`));

/** Feed every leaf in order, after `chain` has had it. `grants` are those not yet used, by digest. */
export class Approvals {
  asked = new Map(); // requests that are not over
  grants = new Map();
  watched = new Map(); // by session: its grant and request, to be watched or under way
  checked = 0;

  /** `citeHead(text, n, where)` hears of the head inside an approved request that record `n` opened. */
  constructor(chain, warrants, citeHead, judge) {
    this.chain = chain;
    this.warrants = warrants;
    this.citeHead = citeHead;
    this.judge = judge;
  }

  async feed(leaf) {
    const where = `n=${leaf.n}`;
    await reading(this.judge, where, async () => {
      if (leaf.type === "request.opened") await this.#request(leaf, where);
      else if (leaf.type === "approval.given") await this.#approval(leaf, where);
      else if (leaf.type === "supervision.taken") await this.#watcher(leaf, where);
      else if (leaf.type === "identity.shown") this.#identity(leaf, where);
      else if (leaf.type === "grant.issued") await this.#grant(leaf, where);
      else if (OVER.has(leaf.type)) this.asked.delete(leaf.body.request);
    });
  }

  /** The evidence of that kind; null where a finding says that it is missing. */
  async need(leaf, kind, where) {
    const data = await this.chain.evidence(leaf, kind);
    if (data === null) this.judge.find("UNAPPROVED", "evidence_missing", where, { kind });
    return data;
  }

  async #request(leaf, where) {
    const data = await this.need(leaf, "statement", where);
    if (data === null) return;
    const { body } = leaf;
    const asked = parseStatement(body.declared ? "declared_request" : "request", data);
    const bare = asked.type === "declared_request";
    this.asked.set(body.request, { statement: asked, n: leaf.n, approvals: new Map(), watchers: new Set(), watchedUnder: new Set(), checkIn: null });
    differing(this.judge, "statement_differs", where, {
      statement: [body.statement, asked.digest],
      declared: [body.declared, bare ? true : undefined],
      tenant: [leaf.tenant, asked.tenant],
      request: [body.request, asked.request],
      technician: [actorIs(leaf.actor, asked.technician.id, "technician"), true],
      host: [leaf.host, asked.host.id],
      agent_key: [this.chain.agents.get(asked.host.id)?.agent_key, asked.host.agent_key],
      incident: [body.incident, asked.incident],
      texts: [leaf.sealed, asked.texts],
      channels: [body.channels.join(), bare ? "tool" : asked.channels.map(({ kind }) => kind).join()],
      activities: [body.activities.join(), asked.activities.map(({ code, type }) => (type === "FOR" ? `${code}/FOR` : code)).join()],
      not_before: [body.not_before, asked.not_before],
      not_after: [body.not_after, asked.not_after],
      longest_s: [body.longest_s, asked.longest_s],
    });
    if (this.chain.policy === null) this.judge.find("UNAPPROVED", "chain", where, { what: "policy" });
    else breached(this.judge, (bare ? underPolicyBare : underPolicy)(asked, this.chain.policy), where);
  }

  async #approval(leaf, where) {
    const data = await this.need(leaf, "statement", where);
    const { body } = leaf;
    const asked = this.asked.get(body.request);
    if (data === null || asked === undefined || this.chain.approvers === null) return;
    const given = parseStatement("approval", data);
    const by = await this.chain.signer(leaf, this.chain.approvers, "approval", data, { titolare: false });
    if (by === null) return;
    const bare = asked.statement.type === "declared_request";
    const demo = bare ? this.chain.demo : this.chain.enrolments.get(asked.statement.host.id)?.demo === true;
    const wrong = differing(this.judge, "statement_differs", where, {
      statement: [body.statement, hex(statementDigest("approval", data))],
      approver: [body.approver, given.approver],
      credential: [body.credential, credentialDigest(by)],
      supervision: [body.supervision, given.supervision],
      watcher: [body.watcher, given.watcher],
      demo_software: [body.demo_software, given.demo_software === true],
      warrant: [body.warrant, given.warrant],
    });
    const at = instant(given.given);
    if (!(leaf.time - READING <= at && at <= leaf.time + SKEW)) this.judge.find("UNAPPROVED", "late_approval", where);
    const authority = this.warrants.authority(given.warrant);
    if (breached(this.judge, (bare ? byApproverBare : byApprover)(given, by, asked.statement, leaf.time, demo, authority), where) || wrong) return;
    this.citeHead(asked.statement.head, asked.n, where);
    asked.approvals.set(given.digest, { given, by });
    this.checked += 1;
  }

  /** Evidence beside a signature, and never one: it says of whom, and at which request he looked. */
  #identity({ actor, body }, where) {
    const asked = this.asked.get(body.request);
    if (asked === undefined) return; // an unknown request: step 8
    differing(this.judge, "statement_differs", where, {
      statement: [body.statement, asked.statement.digest],
      person: [body.person, actor.id],
      kind: [body.kind === "spid" || body.kind === "cie", true],
      acr: [STRONG.has(body.acr), true],
    });
  }

  /** The check-in, judged with what is in force at its record: it may come again while the session runs. */
  async #watcher(leaf, where) {
    const data = await this.need(leaf, "statement", where);
    const { body } = leaf;
    const { grant, asked } = this.watched.get(leaf.session) ?? {};
    if (data === null || grant === undefined || this.chain.approvers === null) return; // granted by nobody: step 8
    const taken = parseStatement("supervision", data);
    const by = await this.chain.signer(leaf, this.chain.approvers, "supervision", data, { titolare: false });
    if (by === null) return;
    const demo = this.chain.enrolments.get(grant.host.id)?.demo === true;
    const wrong = differing(this.judge, "statement_differs", where, {
      statement: [body.statement, taken.digest],
      request: [body.request, asked.statement.request],
      watcher: [body.watcher, taken.watcher],
      credential: [body.credential, credentialDigest(by)],
      host: [leaf.host, grant.host.id],
    });
    const runs = asked.watchers.has(grant.watcher) && !this.grants.has(grant.digest);
    if (breached(this.judge, checkIn(taken, by, grant, leaf.time, { demo, runs }), where) || wrong) return;
    asked.watchers.add(body.watcher);
    asked.watchedUnder.add(taken.digest);
    if (taken.watcher === grant.watcher) asked.checkIn = { taken, by }; // who took over is appointed to the end of the window
    this.checked += 1;
  }

  async #grant(leaf, where) {
    const data = await this.need(leaf, "grant", where);
    const { body } = leaf;
    const asked = this.asked.get(body.request);
    if (asked?.statement.type === "declared_request") {
      this.judge.find("UNAPPROVED", "declared_differs", where, { what: "grant" });
      return;
    }
    const enrolment = this.chain.enrolments.get(asked?.statement.host.id);
    if (data === null || asked === undefined || enrolment === undefined || this.chain.policy === null) return;
    let grant;
    try {
      grant = await openGrant(data, fromBase64url(enrolment.grant_key));
    } catch (wrong) {
      if (!(wrong instanceof BadSignature)) throw wrong;
      this.judge.find("UNAPPROVED", "grant_forged", where);
      return;
    }
    this.grants.set(body.grant, grant);
    differing(this.judge, "grant_differs", where, {
      grant: [body.grant, grant.digest],
      session: [leaf.session, grant.session],
      host: [leaf.host, grant.host.id],
      window: [`${body.not_before} ${body.not_after}`, `${grant.not_before} ${grant.not_after}`],
    });
    breached(this.judge, sameMatter(grant, asked.statement), where);
    const used = this.used(grant, asked);
    breached(this.judge, asChosen(grant, used.map(({ given }) => given), this.chain.policy), where);
    breached(this.judge, byRoles(used.map(({ by }) => by.role), this.chain.policy), where);
    if (grant.watcher !== undefined) this.watched.set(grant.session, { grant, asked });
  }

  /** The approvals that this grant cites, each with who signed it. */
  used(grant, asked) {
    return grant.approvals.map((digest) => asked.approvals.get(digest)).filter((one) => one !== undefined);
  }
}
