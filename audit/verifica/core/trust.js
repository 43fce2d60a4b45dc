// trust.json: what the customer pinned (FORMAT.md §10). It never comes out of the bundle.

import { Malformed } from "./bytes.js";
import { decode } from "./canonical.js";
import { COSIGNATURE, ED25519, parseVkey } from "./note.js";
import { checkHeaded } from "./statement.js";

const MAX_TRUST_BYTES = 1024 * 1024;

function demand(right, why) {
  if (!right) throw new Malformed(why);
}

export function parseTrust(bytes) {
  const body = bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
  const found = decode(body, MAX_TRUST_BYTES);
  checkHeaded("trust", found);
  const logs = found.log_vkeys.map(parseVkey);
  const witnesses = found.witnesses.map(parseVkey);
  const hosts = found.hosts.map(({ host, agent, witness }) => ({
    host, agent: parseVkey(agent), witness: witness === undefined ? undefined : parseVkey(witness),
  }));
  demand(logs.every((k) => k.type === ED25519) && logs.some((k) => k.name === found.origin), "the trust file holds no key for its own log");
  demand(found.approvers.length && found.policies.length && found.credentials.length, "the trust file pins no approvers or no policy");
  demand([...found.approvers, ...found.policies].every((link) => link.number >= 1), "a chain is numbered from 1 on");
  demand(witnesses.every((k) => k.type === COSIGNATURE) && found.quorum >= 0 && found.quorum <= 1000, "the trust file's witnesses or quorum are not usable");
  demand(hosts.every(({ agent, witness }) => agent.type === ED25519 && (witness?.type ?? COSIGNATURE) === COSIGNATURE), "a host's keys are of the wrong type");
  demand(found.tsa_ca === undefined || found.tsa_ca.includes("-----BEGIN CERTIFICATE-----"), "the authority of the timestamps is no certificate");
  return { ...found, logs, witnesses, hosts };
}

/** Step 2: the recorded chain (number -> digest) hangs on the pinned one. */
export function checkChain(what, pinned, found, judge) {
  const code = what === "approvers" ? "approvers_unpinned" : "policy_unpinned";
  if (!pinned.some((link) => found.has(link.number))) {
    judge.find("UNTRUSTED", code, what, { number: pinned.at(-1).number });
    return;
  }
  const last = Math.max(...found.keys());
  for (const { number, digest } of pinned) {
    if ((!found.has(number) && number > last) || (found.get(number) ?? digest) !== digest) {
      judge.find("UNTRUSTED", code, what, { number });
    }
  }
}

const sameSite = (one, other) => one.rp_id === other.rp_id && one.origin === other.origin;

/** Step 2: signatures count on the pinned page; the keys of the pinned set are the pinned ones. */
export function checkApprovers(set, trust, where, judge) {
  if (!sameSite(set.signing, trust.signing)) judge.find("UNTRUSTED", "site_unpinned", where);
  if (set.number !== trust.approvers.at(-1).number) return;
  const line = (one) => [one.person, one.role, one.credential, one.public_key].join(" ");
  const [listed, pinned] = [set.approvers, trust.credentials].map((lines) => new Set(lines.map(line)));
  if (listed.size !== pinned.size || ![...listed].every((one) => pinned.has(one))) {
    judge.find("UNTRUSTED", "approvers_unpinned", where, { number: set.number });
  }
}

/** Step 2: what a host was told to believe is what the customer pinned. */
export function checkEnrolment(enrolment, trust, where, judge) {
  if (enrolment.grant_key !== trust.grant_key) judge.find("UNTRUSTED", "grant_key_unpinned", where);
  if (!sameSite(enrolment.login, trust.login)) judge.find("UNTRUSTED", "site_unpinned", where);
}
