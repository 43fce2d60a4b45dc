// Step 9, last part: every session was opened on what was in force then, and stayed within it.
import { Malformed } from "./bytes.js";
import { activation, apart, byApprover, checkIn, loginOf, restsUntil, signedStop } from "./admission.js";
import { SKEW, breached } from "./approvals.js";
import { actorIs, credentialDigest, differing, reading } from "./chain.js";
import { instant } from "./forms.js";
import { pausesAt, resumed } from "./held.js";
import { asked } from "./granted.js";
import { parseAssertion } from "./passkey.js";
import { parseStatement } from "./statement.js";
import { GRANT_MOVES, SESSION_MOVES } from "./story.js";

const CLOSING = 120_000; // killing all processes of a session, and noting it
const ENTERING = 30_000 + SKEW; // a channel that was on its way when somebody pressed stop
const LATE_REASONS = new Set(["agent_restarted", "clock_moved"]);

/** What a session may do, kept as long as the log may speak of it. */
function sessionOf(grant, digest) {
  return {
    id: grant.session, host: grant.host.id, technician: grant.technician.id, account: grant.account.name,
    channels: grant.channels, grant: digest, longest: grant.longest_s * 1000, stopped: null, permit: grant,
    paused: null, pauses: 0, pausedSeconds: 0, stops: new Set(), // digests of signed orders to stop
    restsOn: new Set([digest]), // its grant and the passkeys signed with, as a host bars them
    appointed: [], lasts: null, // credentials of those whose appointment it may not outlive; the first end of these
    notBefore: instant(grant.not_before), notAfter: instant(grant.not_after), ends: instant(grant.not_after),
  };
}

/** Feed every leaf in order, after `chain` and `approvals` have had it. */
export class Sessions {
  #sessions = new Map();
  #ofGrant = new Map(); // digest of a grant -> its session
  #ofRequest = new Map();

  constructor(chain, approvals, judge) {
    Object.assign(this, { chain, approvals, judge });
  }

  #say(code, where, facts) {
    this.judge.find("UNAPPROVED", code, where, facts);
  }

  async feed(leaf) {
    const where = `n=${leaf.n}`;
    if (leaf.type === "session.opened") await this.#opened(leaf, where);
    else if (leaf.type === "grant.revoked" || leaf.type === "grant.expired") this.#dead(leaf, where);
    else if (leaf.type === "approval.withdrawn") {
      this.approvals.asked.delete(leaf.body.request);
      this.#stop(this.#ofRequest.get(leaf.body.request), leaf.time);
    } else if (leaf.type in SESSION_MOVES || leaf.type in GRANT_MOVES) {
      const session = this.#sessions.get(leaf.session);
      if (session !== undefined) await this.#during(leaf, session, where);
    }
  }

  #dead(leaf, where) {
    const unused = this.approvals.grants.get(leaf.body.grant);
    this.approvals.grants.delete(leaf.body.grant);
    const used = this.#sessions.get(this.#ofGrant.get(leaf.body.grant));
    if (unused === undefined && used === undefined) return; // a grant nobody knows: step 8
    const [session, host] = unused === undefined ? [used.id, used.host] : [unused.session, unused.host.id];
    if (leaf.session !== session || leaf.host !== host) this.#say("grant_differs", where, { what: "session" });
    this.#stop(session, leaf.time);
  }

  #stop(session, at) {
    const found = this.#sessions.get(session);
    if (found !== undefined) found.stopped ??= at;
  }

  // ---- the opening

  async #opened(leaf, where) {
    const { body } = leaf;
    const data = await this.approvals.need(leaf, "assertion", where);
    const grant = this.approvals.grants.get(body.grant);
    const asked = this.approvals.asked.get(body.request);
    this.approvals.grants.delete(body.grant);
    this.approvals.asked.delete(body.request);
    if (data === null || grant === undefined || asked?.statement.type !== "request") return; // said by step 8, or where it came
    const session = sessionOf(grant, body.grant);
    this.#rests(session, grant, asked);
    this.#sessions.set(grant.session, session);
    this.#ofGrant.set(body.grant, grant.session);
    this.#ofRequest.set(body.request, grant.session);
    differing(this.judge, "grant_differs", where, {
      session: [leaf.session, grant.session],
      host: [leaf.host, grant.host.id],
      technician: [actorIs(leaf.actor, grant.technician.id, "technician"), true],
      agent_key: [this.chain.agents.get(grant.host.id)?.agent_key, grant.host.agent_key],
    });
    const [from, until] = [instant(grant.not_before) - SKEW, instant(grant.not_after) + SKEW];
    if (!(from <= leaf.time && leaf.time <= until)) this.#say("outside_window", where);
    if (grant.watcher !== undefined && !asked.watchers.has(grant.watcher)) this.#say("unsupervised", where);
    const enrolment = this.chain.enrolments.get(grant.host.id) ?? this.chain.enrolments.get(asked.statement.host.id);
    this.#still(leaf, grant, asked, enrolment, where);
    try {
      const used = parseAssertion(data);
      breached(this.judge, await activation(grant, used, enrolment), where);
      const login = loginOf(grant.technician, used.credential);
      if (login !== undefined && (login.demo_software === true) !== body.demo_software) {
        this.#say("statement_differs", where, { what: "demo_software" });
      }
    } catch (wrong) {
      if (!(wrong instanceof Malformed)) throw wrong;
      this.#say("activation", where, { why: wrong.message });
    }
  }

  /** Whose keys and whose appointments it rests on. */
  #rests(session, grant, asked) {
    const used = this.approvals.used(grant, asked);
    const signers = [...used.map(({ by }) => by), ...(asked.checkIn === null ? [] : [asked.checkIn.by])];
    const givers = used.map(({ given }) => this.approvals.warrants.authority(given.warrant)?.giver).filter((one) => one !== undefined);
    for (const by of signers) session.restsOn.add(credentialDigest(by));
    session.appointed = [...signers, ...givers].map(({ credential }) => credential);
    session.lasts = this.#appointedUntil(session);
  }

  /** By the set in force now; null where it names none of them. */
  #appointedUntil({ appointed }) {
    const lines = this.chain.approvers?.approvers ?? [];
    return restsUntil(lines.filter(({ credential }) => appointed.includes(credential)));
  }

  /** Rules and approvers may have changed since they said yes: what is in force now decides. */
  #still(leaf, grant, asked, enrolment, where) {
    const { policy, approvers } = this.chain;
    if (approvers === null) return; // nobody can have approved: the grant has too few
    if (policy.digest !== asked.statement.policy) this.#say("policy_breach", where, { what: "policy", why: "the policy has changed" });
    if (!apart(approvers, enrolment)) this.#say("not_apart", where);
    for (const { given, by } of this.approvals.used(grant, asked)) {
      const line = approvers.approvers.find(({ credential }) => credential === by.credential);
      if (line === undefined || line.public_key !== by.public_key) this.#say("approver_gone", where);
      else {
        const authority = this.approvals.warrants.authority(given.warrant);
        breached(this.judge, byApprover(given, line, asked.statement, leaf.time, enrolment.demo === true, authority), where);
      }
    }
    if (grant.watcher !== undefined && asked.checkIn !== null) this.#stillWatched(leaf, grant, asked.checkIn, enrolment, where);
  }

  #stillWatched(leaf, grant, { taken, by }, enrolment, where) {
    const line = this.chain.approvers.approvers.find(({ credential }) => credential === by.credential);
    if (line === undefined || line.public_key !== by.public_key) {
      this.#say("approver_gone", where);
      return;
    }
    const at = Math.min(leaf.time, instant(taken.not_after) - SKEW); // too late an opening is a finding of its own
    breached(this.judge, checkIn(taken, line, grant, at, { demo: enrolment.demo === true, runs: false }), where);
  }

  // ---- while it runs

  async #during(leaf, session, where) {
    const { type, body } = leaf;
    if (leaf.host !== session.host) {
      if (leaf.hostN === undefined) this.#say("grant_differs", where, { what: "host" });
      else this.judge.find("DISPUTED", "other_host", where);
      return;
    }
    const { kind, granted } = asked(session.channels, leaf);
    switch (type) {
      case "session.started": this.#started(leaf, session, where); break;
      case "channel.opened": case "tool.started": case "clipboard.copied": case "command.executed": this.#entered(leaf, session, kind, granted, where); break;
      // No time is judged: what was cut off in a pause, or at the end, is told of then.
      case "tool.told": case "file.transferred": if (!granted) this.#say("channel_not_granted", where, { kind }); break;
      case "session.paused": session.paused = leaf.time; break;
      case "session.resumed": this.#resumed(body, session, where); break;
      case "session.ended": this.#ended(leaf, session, where); break;
      case "session.stop_ordered":
        this.#by(leaf, body.by, where);
        if (body.statement !== undefined) await reading(this.judge, where, () => this.#stopSigned(leaf, session, where));
        this.#stop(session.id, leaf.time);
        break;
      case "session.stop_explained": if (leaf.hostN === undefined) this.#by(leaf, body.by ?? "", where); break;
      case "session.closed": this.#by(leaf, session.technician, where); break;
      case "message.sent": case "moment.flagged": case "flag.explained": case "flag.withdrawn": case "extension.proposed":
        this.#by(leaf, body.by, where);
        break;
      case "presence.confirmed":
      case "watch.joined": this.#by(leaf, body.watcher, where); break;
      case "watch.left": if (!actorIs(leaf.actor, "broker", "broker")) this.#by(leaf, body.watcher, where); break;
      default:
    }
  }

  #by(leaf, person, where) {
    if (leaf.actor.id !== person) this.#say("grant_differs", where, { what: "actor" });
  }

  #started(leaf, session, where) {
    session.ends = Math.min(session.notAfter, leaf.time + session.longest);
    const lasts = [session.lasts, this.#appointedUntil(session)].filter((one) => one !== null);
    if (lasts.length > 0) session.ends = Math.min(session.ends, Math.max(...lasts));
    differing(this.judge, "grant_differs", where, {
      grant: [leaf.body.grant, session.grant],
      account: [leaf.body.account, session.account],
      ends: [true, instant(leaf.body.ends) <= session.ends + SKEW],
    });
    if ([...(this.chain.barred.get(session.host) ?? [])].some((one) => session.restsOn.has(one))) this.#say("barred", where);
    this.#inside(leaf, session, SKEW, where);
  }

  #resumed({ statement, seconds }, session, where) {
    const watched = this.approvals.watched.get(session.id);
    if (watched === undefined || !watched.asked.watchedUnder.has(statement)) this.#say("unknown_watch", where);
    resumed(session, seconds);
  }

  async #stopSigned(leaf, session, where) {
    const data = await this.approvals.need(leaf, "statement", where);
    const among = this.chain.approvers;
    if (data === null || among === null) return;
    const signed = parseStatement("stop", data);
    const by = await this.chain.signer(leaf, among, "stop", data, { titolare: false });
    if (by === null) return;
    differing(this.judge, "statement_differs", where, { statement: [leaf.body.statement, signed.digest] });
    const demo = this.chain.enrolments.get(session.host)?.demo === true;
    if (!breached(this.judge, signedStop(signed, by, session.permit, leaf.time, demo), where)) session.stops.add(signed.digest);
  }

  #entered(leaf, session, kind, granted, where) {
    if (!granted) this.#say("channel_not_granted", where, { kind });
    if (session.stopped !== null && leaf.time > session.stopped + ENTERING) this.#say("after_stop", where);
    if (session.paused !== null && leaf.time > session.paused + ENTERING) this.#say("while_paused", where);
    this.#inside(leaf, session, SKEW, where);
  }

  #ended(leaf, session, where) {
    const { left, order } = leaf.body;
    if (left !== undefined) this.judge.note("left", { session: session.id });
    const paused = pausesAt(session, leaf.time);
    if (paused.times > 0) this.judge.note("paused", paused);
    if (order !== undefined && !session.stops.has(order)) this.judge.note("stop_unlogged", { session: session.id });
    if (LATE_REASONS.has(leaf.body.reason)) return;
    this.#inside(leaf, session, CLOSING, where);
    if (session.stopped !== null && leaf.time > session.stopped + CLOSING) {
      this.judge.note("late_end", { session: session.id, seconds: Math.floor((leaf.time - session.stopped) / 1000) });
    }
  }

  #inside(leaf, session, tolerance, where) {
    if (!(session.notBefore - SKEW <= leaf.time && leaf.time <= session.ends + tolerance)) this.#say("outside_window", where);
  }
}
