// Step 9: sessions on hosts without an agent, which their technician declares. Nothing here proves that it was so.

import { BadSignature, Malformed } from "./bytes.js";
import { allowed, byApproverBare, byRoles, loginOf } from "./admission.js";
import { SKEW, breached } from "./approvals.js";
import { actorIs, differing, reading } from "./chain.js";
import { instant } from "./forms.js";
import { checkAssertion, parseAssertion } from "./passkey.js";
import { parseStatement, statementDigest } from "./statement.js";
import { SESSION_MOVES } from "./story.js";

const READ = 900_000; // drawn up, read and signed
const AFTER = 30_000;

/** Feed every leaf in order, after `approvals`. */
export class DeclaredSessions {
  #sessions = new Map();

  constructor(chain, approvals, judge) {
    Object.assign(this, { chain, approvals, judge });
  }

  #say(code, where, facts) {
    this.judge.find("UNAPPROVED", code, where, facts);
  }

  #differing(where, pairs) {
    differing(this.judge, "declared_differs", where, pairs);
  }

  async feed(leaf) {
    const where = `n=${leaf.n}`;
    if (leaf.type === "declared.allowed") return this.#allowed(leaf, where);
    if (leaf.type === "approval.withdrawn") {
      for (const one of this.#sessions.values()) if (one.asked.request === leaf.body.request) one.withdrawn = leaf.time;
      return undefined;
    }
    const session = this.#sessions.get(leaf.session);
    if (session === undefined || !(leaf.type in SESSION_MOVES)) return undefined;
    if (leaf.hostN !== undefined) { // no agent has a part in it
      this.judge.find("DISPUTED", "other_host", where);
      return undefined;
    }
    this.#differing(where, { host: [leaf.host, session.asked.host.id] });
    if (leaf.type === "declared.began") return this.#began(leaf, session, where);
    if (leaf.type === "declared.ended") return this.#ended(leaf, session, where);
    if (leaf.type === "session.closed") this.#differing(where, { actor: [actorIs(leaf.actor, session.asked.technician.id, "technician"), true] });
    else if (leaf.type === "declared.presumed_ended") this.#presumed(leaf, session, where);
    return undefined;
  }

  #allowed(leaf, where) {
    const { body } = leaf;
    const asked = this.approvals.asked.get(body.request);
    if (asked === undefined || this.chain.policy === null) return; // step 8's finding, or the request's
    const request = asked.statement;
    if (request.type !== "declared_request") {
      this.#say("declared_differs", where, { what: "request" });
      return;
    }
    const used = this.approvals.used(body, asked);
    breached(this.judge, allowed(body.approvals, used.map(({ given }) => given), this.chain.policy), where);
    breached(this.judge, byRoles(used.map(({ by }) => by.role), this.chain.policy), where);
    this.#differing(where, {
      actor: [actorIs(leaf.actor, "broker", "broker"), true],
      host: [leaf.host, request.host.id],
      window: [`${body.not_before} ${body.not_after}`, `${request.not_before} ${request.not_after}`],
    });
    const id = leaf.session ?? "";
    this.#sessions.set(id, { id, asked: request, used, ends: instant(request.not_after), withdrawn: null });
  }

  async #began(leaf, session, where) {
    const { body, time } = leaf;
    const request = session.asked;
    const asked = this.approvals.asked.get(body.request);
    this.approvals.asked.delete(body.request);
    session.ends = Math.min(instant(request.not_after), time + request.longest_s * 1000);
    if (asked?.statement !== request) this.#say("declared_differs", where, { what: "request" });
    const [from, until] = [instant(request.not_before) - SKEW, instant(request.not_after) + SKEW];
    if (!(from <= time && time <= until)) this.#say("outside_window", where);
    this.#differing(where, { ends: [instant(body.ends), session.ends], tool: [body.tool, request.host.tool] });
    this.#still(leaf, session, where);
    await this.#said(leaf, session, "began", where);
  }

  /** What is in force now decides. */
  #still(leaf, { asked: request, used }, where) {
    const { approvers, policy, demo } = this.chain;
    if (policy?.digest !== request.policy) this.#say("policy_breach", where, { what: "policy", why: "the policy has changed" });
    for (const { given, by } of used) {
      const line = approvers?.approvers.find(({ credential }) => credential === by.credential);
      if (line === undefined || line.public_key !== by.public_key) {
        this.#say("approver_gone", where);
        continue;
      }
      const authority = this.approvals.warrants.authority(given.warrant);
      breached(this.judge, byApproverBare(given, line, request, leaf.time, demo, authority), where);
    }
  }

  async #ended(leaf, session, where) {
    if (leaf.time > session.ends + SKEW) this.#say("outside_window", where);
    if (session.withdrawn !== null) {
      const seconds = Math.max(0, Math.floor((leaf.time - session.withdrawn) / 1000));
      this.judge.note("declared_late_end", { session: session.id, seconds });
    }
    await this.#said(leaf, session, "ended", where);
  }

  #presumed({ body, actor, time }, session, where) {
    this.#differing(where, {
      actor: [actorIs(actor, "broker", "broker"), true],
      until: [instant(body.until), session.ends],
      time: [true, time >= session.ends - SKEW],
    });
    this.judge.note("declared_presumed", { session: session.id, until: body.until });
  }

  /** The technician's own signature over exactly this. */
  async #said(leaf, session, what, where) {
    const data = await this.approvals.need(leaf, "statement", where);
    const raw = await this.approvals.need(leaf, "assertion", where);
    if (data === null || raw === null) return;
    await reading(this.judge, where, async () => {
      const [said, used, request] = [parseStatement("declaration", data), parseAssertion(raw), session.asked];
      const login = loginOf(request.technician, used.credential);
      this.#differing(where, {
        statement: [leaf.body.statement, said.digest],
        technician: [actorIs(leaf.actor, request.technician.id, "technician"), true],
        what: [what, said.what],
        demo_software: [leaf.body.demo_software, login?.demo_software === true],
      });
      const same = { tenant: request.tenant, session: session.id, request: request.digest, host: request.host.id, technician: request.technician.id };
      for (const [name, theirs] of Object.entries(same)) {
        if (said[name] !== theirs) this.#say("declared_differs", where, { what: name });
      }
      const at = instant(said.at);
      if (!(leaf.time - READ <= at && at <= leaf.time + AFTER)) this.#say("declared_differs", where, { what: "time" });
      await this.#signed(used, login, data, request, where);
    });
  }

  async #signed(used, login, data, request, where) {
    if (login === undefined) {
      this.#say("activation", where, { why: "declared with a passkey that is not the technician's" });
      return;
    }
    if (login.demo_software && !this.chain.demo) this.#say("demo_key", where);
    try {
      await checkAssertion(used, statementDigest("declaration", data), request.login, login.public_key);
    } catch (wrong) {
      if (!(wrong instanceof BadSignature || wrong instanceof Malformed)) throw wrong;
      this.#say("activation", where, { why: wrong.message });
    }
  }
}
