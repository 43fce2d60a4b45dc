// One record as the log holds it (FORMAT.md §3); the kinds are that section's own table.

import { Malformed } from "./bytes.js";
import { decode, isObject } from "./canonical.js";
import { FORMAT } from "./format.js";
import { FORMS, instant } from "./forms.js";

const ROLES = new Set(["technician", "ads", "titolare", "auditor", "owner", "reseller", "agent", "broker", "desk", "nobody"]);
const ALWAYS = ["v", "type", "tenant", "n", "time", "actor", "body", "retain"];
const LEFT_OUT = ["session", "session_n", "host", "host_n", "refs", "evidence", "sealed"];

const kinds = new Map(Object.entries(FORMAT.kinds));
const isIndex = (value) => Number.isSafeInteger(value) && value >= 0;

function demand(right, why) {
  if (!right) throw new Malformed(why);
}

/** The leaf with `time` in milliseconds and `kind` the row of the table; throws Malformed. */
export function parseLeaf(bytes) {
  const leaf = decode(bytes);
  demand(isObject(leaf) && ALWAYS.every((key) => key in leaf), "a record lacks a field");
  const kind = kinds.get(leaf.type);
  demand(kind !== undefined, "a record of a kind nobody knows");
  demand(leaf.v === 1, "a record of another version");
  demand(FORMS.id(leaf.tenant) && isIndex(leaf.n), "tenant or n of a record is not of its form");
  checkActor(leaf.actor);
  checkBody(leaf.type, kind, leaf.body);
  checkRetain(kind, leaf.retain);
  checkLinks(kind, leaf);
  demand(Object.keys(leaf).every((key) => ALWAYS.includes(key) || LEFT_OUT.includes(key)), "a record has a field nobody knows");
  return {
    n: leaf.n, type: leaf.type, kind, tenant: leaf.tenant, time: instant(leaf.time), actor: leaf.actor, body: leaf.body,
    session: leaf.session, sessionN: leaf.session_n, host: leaf.host, hostN: leaf.host_n,
    refs: leaf.refs ?? [], evidence: leaf.evidence ?? [], sealed: leaf.sealed,
  };
}

function checkActor(actor) {
  demand(isObject(actor) && Object.keys(actor).length === 2, "an actor is an id and a role");
  demand(FORMS.id(actor.id) && ROLES.has(actor.role), "an actor's id or role nobody knows");
}

function checkBody(type, kind, body) {
  demand(isObject(body), `the body of ${type} is not an object`);
  let left = Object.keys(body).length;
  for (const { name, form, optional, list } of kind.body) {
    if (!(name in body)) {
      demand(optional, `${name} of ${type} is missing`);
      continue;
    }
    left -= 1;
    const value = body[name];
    demand(list ? Array.isArray(value) && value.every(FORMS[form]) : FORMS[form](value), `${name} of ${type} is not of its form`);
  }
  demand(left === 0, `${type} has a field nobody knows`);
}

function checkRetain(kind, retain) {
  demand(isObject(retain) && retain.class === kind.retain, "a record of another class than its kind's");
  const fields = Object.keys(retain).length;
  demand(fields === 1 || (fields === 2 && "until" in retain && FORMS.instant(retain.until)), "until of a record is not of its form");
}

function checkLinks(kind, leaf) {
  const fits = (key, rule) => demand(!(key in leaf) || rule(leaf[key]), `${key} of a record is not of its form`);
  const filled = (value) => Array.isArray(value) && value.length > 0;
  fits("session", FORMS.id);
  fits("session_n", isIndex);
  fits("host", FORMS.id);
  fits("host_n", (value) => isIndex(value) && kind.evidence.includes("note"));
  fits("refs", (value) => filled(value) && value.every(isIndex));
  fits("sealed", (value) => FORMS.digest(value) && kind.opening !== "never");
  fits("evidence", (value) => filled(value) && value.every((one) => isEvidence(kind, one))
    && new Set(value.map((one) => one.kind)).size === value.length);
}

function isEvidence(kind, one) {
  return isObject(one) && Object.keys(one).length === 2 && kind.evidence.includes(one.kind) && FORMS.digest(one.sha256);
}
