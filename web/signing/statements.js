// The closed list of statements this site can show and sign, field by field, as audit/statements.py has it.
// A field nobody here knows is refused: nobody signs what was not shown.

import { Refused, decode, opens, statementDigest, hex, unb64 } from "./canonical.js";

const MAX_STATEMENT_BYTES = 64 * 1024;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const CHANNELS = ["terminal", "exec", "files", "forward", "desktop", "tool"];
const CODES = ["GEST", "PROC", "OFFICE", "CRED", "LAN", "CLOUD", "SERV", "BKP", "RST", "IMG", "AGG", "SCAN", "POL"];

function wrong(name) {
  throw new Refused(`Nel testo da firmare il campo «${name}» non è come deve essere.`, `In the text to sign the field “${name}” is not as it must be.`);
}

// Each check takes (value, name) and refuses or returns.
const text = (value, name) => (typeof value === "string" && value.length > 0 && value.length <= 8192) || wrong(name);
const written = (value, name) => (typeof value === "string" && value.length <= 8192) || wrong(name);
const flag = (value, name) => typeof value === "boolean" || wrong(name);
const onlyTrue = (value, name) => value === true || wrong(name);
const hex64 = (value, name) => (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) || wrong(name);
const bytes = (value, name) => (text(value, name), unb64(value));
const instant = (value, name) =>
  (typeof value === "string" && INSTANT.test(value) && new Date(value).toJSON() === value) || wrong(name);
const whole = (least, most) => (value, name) =>
  (Number.isSafeInteger(value) && value >= least && value <= most) || wrong(name);
const oneOf = (...allowed) => (value, name) => allowed.includes(value) || wrong(name);
const list = (item, least = 0) => (value, name) => {
  if (!Array.isArray(value) || value.length < least || value.length > 500) wrong(name);
  for (const one of value) item(one, name);
};
const maybe = (check) => Object.assign((value, name) => check(value, name), { optional: true });
const object = (fields) => (value, name) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) wrong(name);
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(fields, key)) {
      throw new Refused(`Il testo da firmare ha un campo che questa pagina non conosce («${key}»).`, `The text to sign has a field that this page does not know (“${key}”).`);
    }
  }
  for (const [key, check] of Object.entries(fields)) {
    if (Object.hasOwn(value, key)) check(value[key], key);
    else if (!check.optional) throw new Refused(`Nel testo da firmare manca il campo «${key}».`, `The text to sign lacks the field “${key}”.`);
  }
};

const origin = object({ rp_id: text, origin: text });
const account = object({ name: text, administrator: flag });
const direction = oneOf("from_host", "to_host", "both");
// audit/forms.py: one spelling of a folder.
const folder = (value, name) => {
  text(value, name);
  const named = value === "/" || value.slice(1).split("/").every((part) => !["", ".", ".."].includes(part));
  if (!value.startsWith("/") || !named || [...value].length > 200 || /[\p{C}\p{Zl}\p{Zp}]/u.test(value)) wrong(name);
};
// As in audit/school_statements.py.
const archive = (value, name) => {
  text(value, name);
  if (value !== value.trim() || [...value].length > 120 || /[\p{C}\p{Zl}\p{Zp}]/u.test(value)) wrong(name);
};
const spelled = (form) => (value, name) => (typeof value === "string" && form.test(value)) || wrong(name);
// As in audit/named_ports.py.
const port = object({
  id: spelled(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/),
  host: spelled(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]{2,39})$/),
  port: whole(1, 65535),
});
const ports = (value, name) => {
  list(port, 1)(value, name);
  const places = new Set(value.map((one) => `${one.host} ${one.port}`));
  if (value.length > 16 || new Set(value.map((one) => one.id)).size < value.length || places.size < value.length) wrong(name);
};
const channel = (value, name) => {
  object({
    kind: oneOf(...CHANNELS), tool: maybe(text), port: maybe(port), folder: maybe(folder), direction: maybe(direction),
    control: maybe(onlyTrue), clipboard: maybe(onlyTrue),
  })(value, name);
  if ((value.kind === "tool") !== Object.hasOwn(value, "tool")) wrong("tool");
  if ((value.kind === "forward") !== Object.hasOwn(value, "port")) wrong("port");
  for (const key of ["folder", "direction"]) if ((value.kind === "files") !== Object.hasOwn(value, key)) wrong(key);
  if (value.control && value.kind !== "desktop") wrong("control");
  if (value.clipboard && !value.control) wrong("clipboard");
};
const login = object({ id: bytes, public_key: bytes, demo_software: maybe(onlyTrue) });
const approver = object({
  person: text,
  role: oneOf("titolare", "ads", "vendor_ads"),
  credential: bytes,
  public_key: bytes,
  valid_from: instant,
  valid_until: instant,
  demo_software: maybe(onlyTrue),
  delegated: maybe(onlyTrue),
});
const toolShape = object({
  id: text, start: list(text), watch: list(text), stop_grace_s: whole(0, 60), adapter: maybe(text), resident: maybe(onlyTrue),
});
const tool = (value, name) => {
  toolShape(value, name);
  if (!value.start.length && !value.adapter) wrong(name);
};
const year = 366 * 24 * 3600;

const host = object({ id: text, agent_key: bytes });
const ofSession = { tenant: text, session: text, request: hex64, grant: hex64, host };
// audit/terms.py: the shortest and the longest of each class, in months.
const TERMS = { access: [6, 24], authorisation: [12, 600], report: [12, 600], log: [1, 60], recording: [1, 6] };
const terms = (value, name) => {
  object(Object.fromEntries(Object.entries(TERMS).map(([kind, [least, most]]) => [kind, maybe(whole(least, most))])))(value, name);
  if (!Object.keys(value).length) wrong(name);
};
// As in audit/forms.py and audit/recording_rules.py.
const leftOut = (value, name) => {
  list(spelled(/^[a-z0-9à-öø-ÿ][a-z0-9à-öø-ÿ ._+&'@:/-]{1,46}[a-z0-9à-öø-ÿ]$/), 1)(value, name);
  if (value.length > 64) wrong(name);
  named(1)(value, name);
};
const ground = object({ kind: oneOf("agreement", "authorisation", "no_employees"), reference: text, day: text });
const recipient = (value, name) => (typeof value === "string" && /^age1[02-9ac-hj-np-z]{58}$/.test(value)) || wrong(name);
// Sorted, none twice: one spelling, as in audit/erasure.py.
const named = (least) => (value, name) => {
  list(text, least)(value, name);
  if (value.length > 200 || value.some((one, place) => place && value[place - 1] >= one)) wrong(name);
};

const headLine = object({ size: whole(1, Number.MAX_SAFE_INTEGER), root: hex64 });

// In the order of the table, none twice: one spelling, as in audit/warrant.py.
const ordered = (table) => (value, name) => {
  list(oneOf(...table), 1)(value, name);
  const places = value.map((one) => table.indexOf(one));
  if (places.some((one, place) => place && places[place - 1] >= one)) wrong(name);
};
const warrant = {
  tenant: text,
  warrant: text,
  persons: named(1),
  hosts: maybe(named(1)),
  channels: ordered(CHANNELS),
  activities: maybe(ordered(CODES)),
  administrator: flag,
  not_before: instant,
  not_after: instant,
  demo_software: maybe(onlyTrue),
};

// As in audit/bare_host.py.
const filled = (value, name) => (text(value, name), (value.length <= 256 && value.trim() !== "") || wrong(name));
const bareHost = object({ id: text, label: filled, place: written, os: filled, tool: filled });
const bareHosts = (value, name) => {
  list(bareHost, 1)(value, name);
  for (const key of ["id", "label"]) if (new Set(value.map((one) => one[key])).size < value.length) wrong(name);
  if (value.length > 64) wrong(name);
};
const technician = object({ id: text, organisation: text, login_credentials: list(login), ssh_keys: list(text) });
const activities = list(object({ code: oneOf(...CODES), type: oneOf("ASS", "FOR") }), 1);

const FIELDS = {
  declared_request: {
    tenant: text,
    request: text,
    created: instant,
    host: bareHost,
    attested: oneOf("no"),
    times: oneOf("technician"),
    technician,
    login: origin,
    incident: text,
    texts: hex64,
    activities,
    not_before: instant,
    not_after: instant,
    longest_s: whole(1, year),
    policy: hex64,
    head: text,
    nonce: (value) => unb64(value, 32),
  },
  request: {
    tenant: text,
    request: text,
    created: instant,
    host,
    technician,
    incident: text,
    texts: hex64,
    activities,
    channels: (value, name) => {
      list(channel, 1)(value, name);
      if (value.filter(({ kind }) => kind === "desktop").length > 1) wrong(name);
    },
    account,
    not_before: instant,
    not_after: instant,
    longest_s: whole(1, year),
    recording: flag,
    policy: hex64,
    head: text,
    nonce: (value) => unb64(value, 32),
  },
  approval: {
    tenant: text,
    request: hex64,
    approver: text,
    supervision: oneOf("self", "named", "waived"),
    watcher: maybe(text),
    given: instant,
    demo_software: maybe(onlyTrue),
    warrant: maybe(hex64),
  },
  delegation: warrant,
  mandate: { ...warrant, own_requests: maybe(onlyTrue) },
  policy: {
    tenant: text,
    number: whole(1, 1e9),
    previous: maybe(hex64),
    channels: list(oneOf(...CHANNELS)),
    tools: list(tool),
    accounts: list(object({ host: text, account })),
    supervision: oneOf("required", "waivable"),
    desk: oneOf("inform", "consent"),
    offline: oneOf("end", "continue"),
    longest_s: whole(1, year),
    window_s: whole(1, year),
    approvals: whole(1, 8),
    witnesses: whole(0, 1000),
    external_witnesses: maybe(list(object({ url: text, vkey: text }), 1)),
    retention: maybe(terms),
    recipient: maybe(recipient),
    recording: maybe(object({ sessions: oneOf("all", "administrator"), client: ground, vendor: ground, left_out: maybe(leftOut) })),
    folders: maybe(list(object({ folder, direction }), 1)),
    ports: maybe(ports),
    environment: maybe((value, name) => {
      list(spelled(/^[A-Z][A-Z0-9_]{0,63}$/), 1)(value, name);
      named(1)(value, name);
    }),
    bare_hosts: maybe(bareHosts),
    presets: maybe((value, name) => {
      list(oneOf("nis2", "pci_dss"), 1)(value, name);
      if (!["nis2", "pci_dss", "nis2,pci_dss"].includes(value.join())) wrong(name);
    }),
    roles: maybe(list(object({ role: oneOf("titolare", "ads"), count: whole(1, 8) }), 1)),
  },
  approvers: {
    tenant: text,
    number: whole(1, 1e9),
    previous: maybe(hex64),
    signing: origin,
    approvers: list(approver, 1),
    paper_key: maybe((value) => unb64(value, 32)),
  },
  archives_delegation: {
    tenant: text,
    delegation: text,
    persons: named(1),
    not_before: instant,
    not_after: instant,
    demo_software: maybe(onlyTrue),
  },
  clean_up: {
    tenant: text,
    clean_up: text,
    due: spelled(/^\d{4}-\d{2}-\d{2}$/),
    archives: (value, name) => {
      list(archive, 1)(value, name);
      if (value.length > 40 || new Set(value).size !== value.length) wrong(name);
    },
    decided: instant,
    demo_software: maybe(onlyTrue),
  },
  objection: { tenant: text, announced: hex64, by: text, given: instant, demo_software: maybe(onlyTrue) },
  erasure: {
    tenant: text,
    requests: named(1),
    reports: named(0),
    reason: oneOf("asked_by_person", "no_longer_needed"),
    decided: instant,
  },
  recovery: {
    tenant: text,
    log: text,
    restored: headLine,
    cosigned: headLine,
    next: text,
    decided: instant,
  },
  enrolment: {
    tenant: text,
    host: text,
    label: text,
    broker: text,
    log_origin: text,
    log_vkey: text,
    grant_key: bytes,
    login: origin,
    approvers: hex64,
    policy: hex64,
    code: hex64,
    issued: instant,
    expires: instant,
    demo: maybe(onlyTrue),
  },
  supervision: {
    ...ofSession,
    watcher: text,
    page_key: (value) => unb64(value, 32),
    not_before: instant,
    not_after: instant,
    demo_software: maybe(onlyTrue),
  },
  stop: { ...ofSession, by: text, given: instant, demo_software: maybe(onlyTrue) },
};

/** Which statements may be signed, and what must come attached so that all of it can be shown. */
export const SIGNED = {
  approval: ["request"],
  delegation: [],
  mandate: [],
  archives_delegation: [],
  clean_up: [],
  policy: [],
  approvers: [],
  erasure: [],
  recovery: [],
  objection: ["announced"],
  enrolment: ["approvers", "policy"],
  supervision: ["request"],
  stop: ["request"],
};

/** Under which types a text may come attached, where its name is no type. */
const TYPES = { warrant: ["delegation", "mandate"], announced: ["approvers"] };
/** Only an approval can be of a host without an agent: nobody watches or stops there. */
const OF_APPROVAL = { request: ["request", "declared_request"] };

/** What a request's opening holds (broker/domain/texts.py writes it). */
const texts = object({
  technician_name: text,
  organisation_name: text,
  customer_name: text,
  host_label: text,
  incident_text: written,
  reason: written,
});

function related(statement) {
  if (statement.type === "approval" && (statement.supervision === "waived") === Object.hasOwn(statement, "watcher")) {
    wrong("watcher");
  }
  if (["delegation", "mandate", "archives_delegation"].includes(statement.type)) {
    const days = (Date.parse(statement.not_after) - Date.parse(statement.not_before)) / 86_400_000;
    if (!(days > 0 && days <= 366)) wrong("not_after");
    if (statement.persons.length > 16) wrong("persons");
  }
  if (["request", "declared_request", "supervision"].includes(statement.type) && statement.not_after <= statement.not_before) wrong("not_after");
  if (statement.type === "recovery" && statement.restored.size >= statement.cosigned.size) wrong("cosigned");
  if (statement.type === "policy" && statement.bare_hosts) {
    const tools = statement.tools.map((one) => one.id);
    if (!statement.bare_hosts.every((one) => tools.includes(one.tool))) wrong("bare_hosts");
  }
  if (statement.type === "policy" && statement.roles) {
    const roles = statement.roles.map((one) => one.role).join();
    if (!["titolare", "ads", "titolare,ads"].includes(roles)) wrong("roles");
    if (statement.roles.reduce((sum, one) => sum + one.count, 0) > statement.approvals) wrong("roles");
  }
  if (Object.hasOwn(statement, "number") && (statement.number === 1) === Object.hasOwn(statement, "previous")) {
    wrong("previous");
  }
  if (statement.type === "approvers") {
    if (!statement.approvers.some((one) => one.role === "titolare")) wrong("approvers");
    if (new Set(statement.approvers.map((one) => one.credential)).size !== statement.approvers.length) wrong("approvers");
    if (statement.approvers.some((one) => one.delegated && one.role !== "ads")) wrong("delegated");
  }
}

function unknownType() {
  return new Refused("Il testo da firmare non è di un tipo che questa pagina conosce.", "The text to sign is of no kind that this page knows.");
}

/** A statement read from base64url canonical bytes: {fields, bytes, digest}. */
export async function read(encoded) {
  const data = unb64(encoded);
  const fields = decode(data, MAX_STATEMENT_BYTES);
  if (typeof fields !== "object" || Array.isArray(fields) || fields.v !== 1) {
    throw unknownType();
  }
  if (typeof fields.type !== "string" || !Object.hasOwn(FIELDS, fields.type)) {
    throw unknownType();
  }
  object({ v: whole(1, 1), type: oneOf(fields.type), ...FIELDS[fields.type] })(fields, fields.type);
  related(fields);
  return { fields, digest: await statementDigest(fields.type, data) };
}

async function attachedTo(statement, attached) {
  const cites = statement.fields.type === "approval" && Object.hasOwn(statement.fields, "warrant");
  const wanted = [...SIGNED[statement.fields.type], ...(cites ? ["warrant"] : [])];
  const found = {};
  for (const name of Object.keys(attached)) {
    if (!wanted.includes(name)) throw new Refused("Il collegamento porta un testo che non c’entra con questa firma.", "The link brings a text that has nothing to do with this signature.");
  }
  for (const name of wanted) {
    if (!Object.hasOwn(attached, name)) throw new Refused("Il collegamento non porta tutto ciò che firmerebbe.", "The link does not bring all that you would sign.");
    const one = await read(attached[name]);
    const types = (statement.fields.type === "approval" ? OF_APPROVAL[name] : undefined) ?? TYPES[name] ?? [name];
    if (!types.includes(one.fields.type)) throw new Refused("Il collegamento porta un testo di un altro tipo.", "The link brings a text of another kind.");
    if (hex(one.digest) !== statement.fields[name]) {
      throw new Refused("Il testo mostrato non è quello che firmerebbe: le impronte sono diverse.", "The text shown is not the one you would sign: the digests differ.");
    }
    if (one.fields.tenant !== statement.fields.tenant) throw new Refused("I testi appartengono a clienti diversi.", "The texts belong to different customers.");
    found[name] = one;
  }
  return found;
}

/** A session is of the machine that was asked for. */
function sameHost(fields, asked) {
  if (fields.host === undefined || typeof fields.host === "string") return;
  if (fields.host.id !== asked.host.id || fields.host.agent_key !== asked.host.agent_key) {
    throw new Refused("Il collegamento nomina una macchina diversa da quella della richiesta.", "The link names another host than the request does.");
  }
}

/** Everything the signer must see, checked: the statement, what it refers to, and the opened texts. */
export async function wholeOf(payload) {
  const statement = await read(payload.statement);
  if (!Object.hasOwn(SIGNED, statement.fields.type)) {
    throw new Refused("Una richiesta non si firma da sola: si firma la sua autorizzazione.", "A request is not signed by itself: its authorisation is.");
  }
  const attached = await attachedTo(statement, payload.attached ?? {});
  sameHost(statement.fields, attached.request?.fields);
  if (attached.request?.fields.type === "declared_request" && statement.fields.supervision !== "waived") wrong("supervision");
  const openings = payload.openings ?? {};
  const named = attached.request ? ["texts"] : [];
  if (Object.keys(openings).sort().join() !== named.join()) {
    throw new Refused("I testi in chiaro non sono quelli che questa firma richiede.", "The plain texts are not those this signature needs.");
  }
  if (attached.request) {
    object({ salt: text, data: texts })(openings.texts, "texts");
    if (!(await opens(openings.texts, attached.request.fields.texts))) {
      throw new Refused("Il testo della richiesta è stato cambiato: non è quello che la sua firma coprirebbe.", "The text of the request was changed: it is not the one your signature would cover.");
    }
  }
  return { statement, attached, texts: openings.texts?.data };
}
