// What a session may be opened on (FORMAT.md §7, step 9): each rule yields {code, what, why} for what is wrong.

import { BadSignature, Malformed, base64url } from "./bytes.js";
import { instant } from "./forms.js";
import { checkAssertion } from "./passkey.js";
import { RECORDED } from "./recordings.js";
import { grantDigests } from "./statement.js";

const SKEW = 300_000; // appointments: minutes between two machines after the titolare's click
const MAX_TERM = 366 * 86_400_000;

/** Both came out of canonical bytes, so their keys stand in one order. */
export const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const breach = (code, what, why) => ({ code, what, why });

export function inForce(approver, at) {
  return instant(approver.valid_from) - SKEW <= at && at < instant(approver.valid_until);
}

/** Where people log in nothing is signed. */
export function apart(set, enrolment) {
  return set.signing.rp_id !== enrolment.login.rp_id && set.signing.origin !== enrolment.login.origin;
}

export function* unfit(set, demo) {
  for (const one of set.approvers) {
    if (one.demo_software && !demo) yield "a demo's software key counts at demo hosts only";
    const term = instant(one.valid_until) - instant(one.valid_from);
    if (!(term > 0 && term <= MAX_TERM)) yield "an appointment lasts longer than twelve months, or not at all";
  }
}

/** Whether the customer's rules have sessions with these channels recorded. */
const reaches = (rules, { account }) => rules !== undefined && (rules.sessions === "all" || account.administrator);
const demanded = (rules, request) => reaches(rules, request) && request.channels.some(({ kind }) => RECORDED.includes(kind));

/** Whether a line of the rules covers the folder of this channel, and its direction. */
function placed({ folder, direction }, { folders = [] }) {
  const above = (name) => folder === name || folder.startsWith(name === "/" ? "/" : `${name}/`);
  return folders.some((line) => above(line.folder) && (line.direction === "both" || line.direction === direction));
}

export function* underPolicy(request, policy) {
  const breached = (what, why) => breach("policy_breach", what, why);
  if (request.policy !== policy.digest) yield breached("policy", "the request was made under another policy");
  if (request.recording !== demanded(policy.recording, request)) yield breached("recording", "the policy says otherwise whether it is recorded");
  if (request.channels.some(({ kind }) => !policy.channels.includes(kind))) yield breached("channels", "a channel is not allowed by the policy");
  if (!request.channels.every((channel) => channel.folder === undefined || placed(channel, policy))) yield breached("folder", "a folder or its direction is not allowed by the policy");
  if (request.longest_s > policy.longest_s) yield breached("longest_s", "the session is longer than the policy allows");
  const window = instant(request.not_after) - instant(request.not_before);
  if (window > policy.window_s * 1000) yield breached("window_s", "the window is wider than the policy allows");
  const account = policy.accounts.findLast(({ host }) => host === request.host.id)?.account;
  if (!equal(request.account, account)) yield breached("account", "the account is not the one the policy names for this host");
  const tools = new Set(policy.tools.map(({ id }) => id));
  if (request.channels.some(({ tool }) => tool !== undefined && !tools.has(tool))) yield breached("tool", "the policy names no such tool");
  const named = (port) => (policy.ports ?? []).some((one) => equal(one, port));
  if (request.channels.some(({ port }) => port !== undefined && !named(port))) yield breached("port", "the policy names no such port");
}

export function* sameMatter(grant, request) {
  if (grant.request !== request.digest) yield breach("grant_differs", "request", "the grant is of another request");
  for (const name of ["tenant", "host", "technician", "channels", "account", "not_before", "not_after", "longest_s"]) {
    if (!equal(grant[name], request[name])) yield breach("grant_differs", name, `the grant says another ${name} than the request`);
  }
}

/** Whether this line of the set may say this yes, given then and used at `at`. */
export function* byApprover(approval, approver, request, at, demo, authority) {
  if (approval.approver !== approver.person) yield breach("not_approver", "approver", "the credential is another person's");
  if (approval.tenant !== request.tenant || approval.request !== request.digest) yield breach("grant_differs", "request", "the approval is of another request");
  if (!inForce(approver, at) || !inForce(approver, instant(approval.given))) yield breach("approver_expired", "appointment", "the approver's appointment is not in force");
  const asker = request.technician;
  const his = new Set(asker.login_credentials.flatMap((login) => [login.public_key, login.id]));
  const himself = approver.person === asker.id && !(authority?.warrant.own_requests && needs(approver) === "mandate");
  if (himself || his.has(approver.public_key) || his.has(approver.credential)) yield breach("own_request", "approver", "the technician approved his own request");
  if (approval.watcher === asker.id) yield breach("own_request", "watcher", "the technician would watch himself");
  else if (needs(approver) === "mandate" && approval.supervision === "self") yield breach("own_request", "watcher", "the vendor would watch itself");
  yield* underWarrant(approval, approver, request, authority, at);
  if (Boolean(approval.demo_software) !== Boolean(approver.demo_software)) yield breach("grant_differs", "demo_software", "approval and appointment disagree whether the key is a demo's");
  if (approver.demo_software && !demo) yield breach("demo_key", "approver", "a demo approver on a host that is no demo");
}

/** The type of warrant that an approval under this line has to cite; undefined where none. */
function needs({ role, delegated }) {
  if (role === "vendor_ads") return "mandate";
  return delegated ? "delegation" : undefined;
}

/** Who needs a warrant cites one that names him, reaches this request and outlasts it; nobody else does. */
function* underWarrant(approval, approver, request, authority, at) {
  const needed = needs(approver);
  const missing = (what, why) => breach("undelegated", what, why);
  const expired = (why) => breach("warrant_expired", "warrant", why);
  if (needed === undefined) {
    if (approval.warrant !== undefined) yield breach("grant_differs", "warrant", "the approval cites a warrant its signer has no need of");
    return;
  }
  if (authority === undefined || authority.warrant.digest !== approval.warrant) {
    yield missing("warrant", `the approval cites no ${needed} that is known`);
    return;
  }
  const { warrant, giver } = authority;
  const his = warrant.type === needed && warrant.tenant === request.tenant && warrant.persons.includes(approver.person);
  if (!his) yield missing("warrant", `the warrant is no ${needed} to the signer`);
  if (giver === undefined || giver.role !== "titolare") yield missing("titolare", "who gave the warrant is titolare no more");
  else if (!inForce(giver, at)) yield expired("the titolare's own appointment has ended");
  if (giver !== undefined && Boolean(warrant.demo_software) !== Boolean(giver.demo_software)) yield breach("grant_differs", "demo_software", "warrant and appointment disagree on a demo's key");
  const [from, until] = [instant(warrant.not_before) - SKEW, instant(warrant.not_after)];
  if (from > Math.min(at, instant(approval.given)) || Math.max(at, instant(request.not_after)) > until) yield expired("the warrant is not in force, or ends before the window");
  for (const what of outside(warrant, request)) yield missing(what, "the request lies outside the warrant's scope");
}

/** What of the request a warrant does not reach. */
function* outside({ hosts, channels, activities, administrator }, request) {
  if (hosts !== undefined && !hosts.includes(request.host.id)) yield "host";
  if (!request.channels.every(({ kind }) => channels.includes(kind))) yield "channels";
  if (activities !== undefined && !request.activities.every(({ code }) => activities.includes(code))) yield "activities";
  if (request.account.administrator && !administrator) yield "administrator";
}

/** As `underPolicy`, for a host without an agent: nothing is demanded that only an agent can do. */
export function* underPolicyBare(request, policy) {
  const breached = (what, why) => breach("policy_breach", what, why);
  if (request.policy !== policy.digest) yield breached("policy", "the request was made under another policy");
  const line = (policy.bare_hosts ?? []).find(({ id }) => id === request.host.id);
  if (!equal(line, request.host)) yield breached("host", "the policy names no such host without an agent");
  if (!policy.channels.includes("tool")) yield breached("channels", "a licensed tool is not allowed by the policy");
  const demanded = { supervision: policy.supervision === "required", desk: policy.desk === "consent", recording: policy.recording !== undefined };
  for (const [what, is] of Object.entries(demanded)) if (is) yield breached(what, `the policy demands ${what}, which takes an agent`);
  if (request.longest_s > policy.longest_s) yield breached("longest_s", "the session is longer than the policy allows");
  const window = instant(request.not_after) - instant(request.not_before);
  if (window > policy.window_s * 1000) yield breached("window_s", "the window is wider than the policy allows");
}

/** As `byApprover`, for a host without an agent; nobody of the vendor says this yes, nor can anybody watch. */
export function* byApproverBare(approval, approver, request, at, demo, authority) {
  const asked = { ...request, channels: [{ kind: "tool" }], account: { administrator: true } };
  yield* byApprover(approval, approver, asked, at, demo, authority);
  if (needs(approver) === "mandate") yield breach("undelegated", "mandate", "the vendor approved what nobody but the vendor tells of");
  if (approval.supervision !== "waived") yield breach("grant_differs", "supervision", "nobody can watch a host without an agent");
}

/** Enough people said yes, and those are cited. */
export function* allowed(cited, approvals, policy) {
  const people = new Set(approvals.map(({ approver }) => approver));
  if (people.size !== approvals.length) yield breach("too_few", "approver", "one person approved twice");
  if (people.size < policy.approvals) yield breach("too_few", "approvals", "fewer people approved than the policy asks for");
  if (!equal(cited, approvals.map(({ digest }) => digest))) yield breach("declared_differs", "approvals", "other approvals are cited");
}

/** Enough people said yes, and the grant cites them and the supervision they chose. */
export function* asChosen(grant, approvals, policy) {
  const people = new Set(approvals.map(({ approver }) => approver));
  if (people.size !== approvals.length) yield breach("too_few", "approver", "one person approved twice");
  if (people.size < policy.approvals) yield breach("too_few", "approvals", "fewer people approved than the policy asks for");
  if (!equal(grant.approvals, approvals.map(({ digest }) => digest))) yield breach("grant_differs", "approvals", "the grant cites other approvals");
  const chosen = approvals.some(({ supervision, watcher }) => supervision === grant.supervision && watcher === grant.watcher);
  if (!chosen) yield breach("grant_differs", "supervision", "the grant's supervision is nobody's choice");
  if (approvals.some((one) => one.supervision === "self" && one.watcher !== one.approver)) yield breach("grant_differs", "watcher", "an approver who watches himself names somebody else");
  if (grant.supervision !== "waived") return;
  if (approvals.some(({ supervision }) => supervision !== "waived")) yield breach("grant_differs", "supervision", "an approver chose to have it watched");
  if (policy.supervision === "required") yield breach("grant_differs", "supervision", "the policy requires a watcher");
}

/** When the first of the appointments ends on which a session rests; null where there is none. */
export function restsUntil(lines) {
  return lines.length === 0 ? null : Math.min(...lines.map(({ valid_until: until }) => instant(until)));
}

/** So many people of each role as the policy asks for: `roles` are those of who signed. */
export function* byRoles(roles, policy) {
  for (const { role, count } of policy.roles ?? []) {
    const lacks = count - roles.filter((one) => one === role).length;
    if (lacks > 0) yield breach("too_few", role, `${lacks} more with the role ${role} must approve`);
  }
}

/** The statement is of this grant, and so of this session, host and request. */
function* ofSession(signed, grant, code) {
  if (signed.grant !== grant.digest) yield breach(code, "grant", "the statement is of another grant");
  for (const name of ["tenant", "session", "request", "host"]) {
    if (!equal(signed[name], grant[name])) yield breach(code, name, `the statement names another ${name} than the grant`);
  }
}

/** It speaks for the person whose passkey signed, who is appointed. */
function* byLine(signed, person, by, at, code, demo) {
  if (person !== by.person) yield breach("not_approver", "approver", "the credential is another person's");
  if (!inForce(by, at)) yield breach("approver_expired", "appointment", "the signer's appointment is not in force");
  if (Boolean(signed.demo_software) !== Boolean(by.demo_software)) yield breach(code, "demo_software", "statement and appointment disagree whether the key is a demo's");
  if (by.demo_software && !demo) yield breach("demo_key", "approver", "a demo's key on a host that is no demo");
}

/** The watcher whom the approvers chose takes up this very session at `at`. */
export function* checkIn(signed, by, grant, at, { demo, runs }) {
  yield* ofSession(signed, grant, "check_in");
  yield* byLine(signed, signed.watcher, by, at, "check_in", demo);
  if (needs(by) === "mandate") yield breach("grant_differs", "watcher", "nobody of the vendor watches for the customer");
  if (signed.watcher !== grant.watcher) {
    if (!runs || grant.watcher === undefined || signed.watcher === grant.technician.id) yield breach("grant_differs", "watcher", "somebody else than the approvers chose");
    else if (instant(by.valid_until) < instant(grant.not_after)) yield breach("grant_differs", "watcher", "who takes over is appointed for less than the window");
  }
  const [from, until] = [instant(signed.not_before) - SKEW, instant(signed.not_after)];
  if (!(from <= at && at < until) || until > instant(grant.not_after)) yield breach("check_in", "time", "the check-in is not of this time, or outlasts the grant");
}

/** An approver in force ends this very session. */
export function* signedStop(signed, by, grant, at, demo) {
  yield* ofSession(signed, grant, "signed_stop");
  yield* byLine(signed, signed.by, by, at, "signed_stop", demo);
}

/** The technician's login passkey with this credential id. */
export function loginOf(technician, credential) {
  return technician.login_credentials.find(({ id }) => id === base64url(credential));
}

/** What is wrong with the technician's activation. */
export async function activation(grant, assertion, enrolment) {
  const login = loginOf(grant.technician, assertion.credential);
  if (login === undefined) return [breach("activation", "passkey", "activated by a passkey that is not the technician's")];
  const found = [];
  if (login.demo_software && !enrolment.demo) found.push(breach("demo_key", "technician", "a demo technician on a host that is no demo"));
  try {
    await checkAssertion(assertion, grantDigests(grant.bytes).challenge, enrolment.login, login.public_key);
  } catch (wrong) {
    if (!(wrong instanceof BadSignature || wrong instanceof Malformed)) throw wrong;
    found.push(breach("activation", "signature", wrong.message));
  }
  return found;
}
