// Statements, grants, pins: objects of the tables of FORMAT.md §4 and §10.

import { Malformed, hex, utf8 } from "./bytes.js";
import { decode, isObject } from "./canonical.js";
import { FORMAT } from "./format.js";
import { FORMS, instant } from "./forms.js";
import { COSIGNATURE, parseVkey } from "./note.js";
import { sha256 } from "./sha256.js";

const MAX_STATEMENT_BYTES = 64 * 1024;
const MAX_LENGTH_S = 366 * 86400;

function demand(right, why) {
  if (!right) throw new Malformed(why);
}

/** Refuse a value that is not the object of that name in the tables. */
export function checkObject(name, value) {
  demand(isObject(value), `${name} is not an object`);
  let left = Object.keys(value).length;
  for (const { name: key, form, optional, list } of FORMAT.objects[name]) {
    if (!(key in value)) {
      demand(optional, `${name} lacks ${key}`);
      continue;
    }
    left -= 1;
    if (list) demand(Array.isArray(value[key]), `${key} of ${name} is no list`);
    for (const one of list ? value[key] : [value[key]]) checkValue(`${key} of ${name}`, form, one);
  }
  demand(left === 0, `${name} has a field nobody knows`);
  RULES[name]?.(value);
}

function checkValue(what, form, value) {
  if (form in FORMAT.words) demand(FORMAT.words[form].includes(value), `${what} is none of its words`);
  else if (form in FORMS) demand(FORMS[form](value), `${what} is not of the form ${form}`);
  else checkObject(form, value);
}

const chained = ({ number, previous }) => {
  demand(number >= 1 && (number === 1) === (previous === undefined), "number 1 has no predecessor, each later one names one");
};
const length = (seconds) => seconds > 0 && seconds <= MAX_LENGTH_S;
const window = (value) => {
  demand(instant(value.not_before) < instant(value.not_after) && length(value.longest_s), "a window or longest session is empty");
  demand(value.channels.length > 0, "no channel is named");
};

const different = (values) => new Set(values).size === values.length;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const PLAIN = "http"; // in a page that names no address
const LOCAL = "127\\.0\\.0\\.1|\\[::1\\]|localhost";
const URL_FORM = new RegExp(`^(?:https://${LABEL}(?:\\.${LABEL})*|${PLAIN}://(?:${LOCAL}))(?::[1-9][0-9]{0,4})?(?:/[A-Za-z0-9._~-]{1,64})*$`);

function externalWitnesses(named) {
  demand(named.length > 0 && named.length <= 16, "a policy names 1 to 16 external witnesses, or leaves the list out");
  const keys = named.map(({ vkey }) => parseVkey(vkey));
  demand(different(keys.map(({ name }) => name)) && different(keys.map(({ raw }) => hex(raw))), "a policy names an external witness twice");
}

function roleLines({ roles, approvals }) {
  demand(["titolare", "ads", "titolare,ads"].includes(roles.map(({ role }) => role).join()), "a policy names each role once, titolare before ads");
  demand(roles.every(({ count }) => count >= 1 && count <= 8), "a policy names roles for 1 to 8 people");
  demand(roles.reduce((sum, { count }) => sum + count, 0) <= approvals, "a policy asks for more people of a role than people");
}

function folderLines(lines) {
  const names = lines.map(({ folder }) => hex(utf8(folder))); // in the order of signs, as everywhere
  demand(lines.length > 0 && lines.length <= 16 && idList(names), "a policy names 1 to 16 folders in order, none twice, or leaves the list out");
}

function namedPorts(ports) {
  demand(ports.length > 0 && ports.length <= 16, "a policy names 1 to 16 ports, or leaves the list out");
  demand(different(ports.map(({ id }) => id)) && different(ports.map(({ host, port }) => `${host} ${port}`)), "a policy names a port twice");
}

function bareHosts({ bare_hosts: lines, tools }) {
  demand(lines.length > 0 && lines.length <= 64, "a policy names 1 to 64 hosts without an agent, or leaves the list out");
  demand(different(lines.map(({ id }) => id)) && different(lines.map(({ label }) => label)), "a policy names a host without an agent twice");
  demand(lines.every(({ tool }) => tools.some(({ id }) => id === tool)), "a host without an agent is reached by a tool that the policy names");
}

const idList = (ids) => ids.length <= 200 && ids.every((id, i) => i === 0 || ids[i - 1] < id);

const sorted = (ids, most) => ids.length > 0 && ids.length <= most && ids.every((id, i) => i === 0 || ids[i - 1] < id);
const inOrder = (chosen, known) => {
  const places = chosen.map((one) => known.indexOf(one));
  return places.length > 0 && places.every((place, i) => i === 0 || places[i - 1] < place);
};

function warranted({ persons, hosts, channels, activities, not_before: from, not_after: until }) {
  demand(sorted(persons, 16) && (hosts === undefined || sorted(hosts, 200)), "a warrant names none, too many, or not in order");
  demand(inOrder(channels, FORMAT.words.channel_kind), "channels of a warrant are none, or not in order");
  demand(activities === undefined || inOrder(activities, FORMAT.words.activity_code), "activities of a warrant are none, or not in order");
  const term = instant(until) - instant(from);
  demand(term > 0 && term <= MAX_LENGTH_S * 1000, "a warrant lasts longer than twelve months, or not at all");
}

// What the tables cannot say.
const RULES = {
  channel_line: ({ kind, tool, port, folder, direction, control, clipboard }) => {
    demand((kind === "tool") === (tool !== undefined), "a tool channel names its tool, no other does");
    demand((kind === "forward") === (port !== undefined), "a forward channel names its port, no other does");
    const placed = [folder, direction].map((one) => one !== undefined);
    demand(placed.every((one) => one === (kind === "files")), "a channel for files names its folder and direction, no other does");
    demand((!control || kind === "desktop") && (!clipboard || control), "only a desktop is controlled, and only a controlled one has its clipboard");
  },
  port: ({ port }) => demand(port >= 1 && port <= 65535, "a port is a number from 1 to 65535"),
  tool: (tool) => demand((tool.start.length > 0 || tool.adapter) && tool.stop_grace_s >= 0 && tool.stop_grace_s <= 60, "a tool needs a command, or an adapter that has one, and a stop grace of 0 to 60 s"),
  request: (request) => {
    window(request);
    demand(request.activities.length > 0, "a request names at least one activity");
    demand(request.channels.filter(({ kind }) => kind === "desktop").length <= 1, "a request names the desktop once");
  },
  declared_request: (request) => {
    window({ ...request, channels: ["tool"] });
    demand(request.activities.length > 0, "a request names at least one activity");
  },
  bare_host: ({ label, os, tool }) => demand([label, os, tool].every((one) => one.trim() !== ""), "a host without an agent has a name, a system and a tool"),
  grant: window,
  approval: ({ supervision, watcher }) => demand((supervision === "waived") === (watcher === undefined), "a watcher is named unless supervision is waived"),
  policy: (policy) => {
    chained(policy);
    demand(length(policy.longest_s) && length(policy.window_s), "a policy's longest session or window is empty, or too long");
    demand(policy.approvals >= 1 && policy.approvals <= 8 && policy.witnesses >= 0 && policy.witnesses <= 1000, "a policy asks for 1 to 8 approvals and 0 to 1000 witnesses");
    if (policy.external_witnesses !== undefined) externalWitnesses(policy.external_witnesses);
    if (policy.roles !== undefined) roleLines(policy);
    if (policy.folders !== undefined) folderLines(policy.folders);
    if (policy.ports !== undefined) namedPorts(policy.ports);
    if (policy.bare_hosts !== undefined) bareHosts(policy);
    if (policy.presets !== undefined) demand(["nis2", "nis2,pci_dss", "pci_dss"].includes(policy.presets.join()), "a policy names each preset it keeps once, nis2 before pci_dss");
    if (policy.environment !== undefined) demand(sorted(policy.environment, 32), "a policy names 1 to 32 variables, in order and none twice");
  },
  recording_rules: ({ left_out: words }) => demand(words === undefined || sorted(words, 64), "recording leaves out 1 to 64 windows, in order and none twice"),
  ground: ({ reference }) => demand(reference.trim() !== "", "a ground for recording names its paper"),
  external_witness: ({ url, vkey }) => {
    demand(url.length <= 256 && URL_FORM.test(url), "a witness's address is https, or http on this machine, without a slash at its end");
    demand(parseVkey(vkey).type === COSIGNATURE, "a witness's key is a cosignature key");
  },
  segment: (segment) => {
    const counts = Object.entries(segment.masked);
    demand(segment.n >= 0 && segment.out_bytes >= 0 && instant(segment.first) <= instant(segment.last), "a segment that cannot be");
    const fit = counts.length <= 64 && counts.every(([name, count]) => FORMS.code(name) && FORMS.int(count) && count > 0);
    demand(fit, "what was masked is a count, above none, for each class");
    demand(utf8(segment.host ?? "").length <= 4096, "what a host says of a segment is longer than that can be");
  },
  segment_seen: ({ n, out_bytes: count, windows = 1 }) => demand(n >= 0 && count >= 0 && windows > 0, "what a host says of a segment cannot be"),
  retention: (chosen) => {
    const fits = ([name, count]) => count >= FORMAT.terms[name].shortest && count <= FORMAT.terms[name].longest;
    demand(Object.keys(chosen).length > 0 && Object.entries(chosen).every(fits), "terms out of bounds, or none chosen");
  },
  approver: ({ role, delegated }) => demand(!delegated || role === "ads", "only an ADS is appointed under delegations"),
  delegation: (warrant) => {
    warranted(warrant);
    demand(!warrant.own_requests, "only a mandate lets somebody sign what he asked for");
  },
  mandate: (warrant) => warranted(warrant),
  archives_delegation: ({ persons, not_before: from, not_after: until }) => {
    const term = instant(until) - instant(from);
    demand(sorted(persons, 16), "people of a delegation are none, too many, or not in order");
    demand(term > 0 && term <= MAX_LENGTH_S * 1000, "a delegation lasts longer than twelve months, or not at all");
  },
  clean_up: ({ archives }) => {
    const named = archives.every((one) => one.length > 0 && [...one].length <= 120 && one === one.trim());
    demand(named && archives.length > 0 && archives.length <= 40 && different(archives), "archives of an instruction are none, too many, not named, or named twice");
  },
  supervision: (taken) => demand(instant(taken.not_before) < instant(taken.not_after), "a check-in's time is empty"),
  erasure: ({ requests, reports }) => {
    demand(requests.length > 0 && idList(requests) && idList(reports), "an erasure names nothing, too many, or not in order");
  },
  recovery: ({ restored, cosigned }) => {
    demand(restored.size > 0 && restored.size < cosigned.size, "a recovery tells of no records that were lost");
  },
  approvers: (set) => {
    chained(set);
    demand(set.approvers.some((one) => one.role === "titolare"), "an approver set names at least one titolare");
    demand(new Set(set.approvers.map((one) => one.credential)).size === set.approvers.length, "an approver set names a credential twice");
  },
};

/** SHA-256 (hex) of what a statement is known by; its bytes are the passkey's challenge. */
export function statementDigest(type, bytes) {
  return sha256(utf8(`verbale/${type}/v1\n`), bytes);
}

/** The statement in these canonical bytes, with its `digest` beside it. */
export function parseStatement(type, bytes) {
  const value = decode(bytes, MAX_STATEMENT_BYTES);
  checkHeaded(type, value);
  return { ...value, digest: hex(statementDigest(type, bytes)) };
}

/** An object of the tables with `v` 1 and its `type` before its fields. */
export function checkHeaded(type, value) {
  demand(isObject(value) && value.v === 1 && value.type === type, `not a ${type} of version 1`);
  const { v, type: _, ...fields } = value;
  checkObject(type, fields);
}

export function grantDigests(bytes) {
  return {
    digest: hex(sha256(utf8("verbale/grant/v1\n"), bytes)),
    challenge: sha256(utf8("verbale/activation/v1\n"), bytes),
  };
}
