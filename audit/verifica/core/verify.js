// The verifier (FORMAT.md §7): a bundle and the customer's pins -> a verdict. Offline, one pass over the entries.

import { Approvals } from "./approvals.js";
import { Malformed, same } from "./bytes.js";
import { Chain } from "./chain.js";
import { DeclaredSessions } from "./declared.js";
import { Erasures } from "./erasures.js";
import { checkFiles, checkLeftovers } from "./files.js";
import { Heads, TreeCheck, readEntries, readHead, readVkey } from "./heads.js";
import { HostNotes } from "./host_notes.js";
import { Judgement } from "./judgement.js";
import { Lists } from "./lists.js";
import { root } from "./merkle.js";
import { Openings } from "./openings.js";
import { Playbacks } from "./playbacks.js";
import { Recordings } from "./recordings.js";
import { Records } from "./records.js";
import { Reports } from "./reports.js";
import { Samples } from "./samples.js";
import { SchoolPapers } from "./schools.js";
import { Sessions } from "./sessions.js";
import { Shards } from "./shards.js";
import { Story } from "./story.js";
import { checkChain } from "./trust.js";
import { Warrants } from "./warrants.js";
import { Witnesses } from "./witnesses.js";
import { openBundle } from "./zip.js";

const EXPORTED = "ACCESSI.txt"; // accesses taken out of a log (FORMAT.md §17): for the command alone
const NEEDED = ["checkpoint", "log.vkey", "policy.tenant", "policy.witness"];

/**
 * Judge a bundle. `source` as in zip.js, `trust` as parseTrust gives it or null.
 * `progress(part, done, whole)` hears of "files" in bytes and "records" by number.
 */
export async function verify(source, trust = null, progress = () => {}) {
  const judge = new Judgement(trust === null ? "none" : "pinned");
  let files;
  try {
    files = await openBundle(source, (done) => progress("files", done, source.size));
  } catch (wrong) {
    if (!(wrong instanceof Malformed)) throw wrong;
    judge.find("DAMAGED", "zip", "", { why: wrong.message });
    return judge.verdict();
  }
  if (files.has(EXPORTED)) {
    judge.find("DAMAGED", "not_bundle", EXPORTED);
    return judge.verdict();
  }
  await checkFiles(files, judge);
  judge.state(1, "ok", "checked");
  if (NEEDED.every((name) => files.has(name))) await judgeFiles(files, trust, judge, progress);
  return judge.verdict();
}

async function judgeFiles(files, trust, judge, progress) {
  const vkey = await readVkey(files, judge);
  if (vkey === null) return;
  judge.state(2, ...(trust === null ? ["unknown", "no_trust"] : ["ok", "checked"]));
  const signed = await readHead(files, vkey, judge);
  if (signed === null) return;
  await new Reading(files, signed, trust, judge).run(progress);
}

/** The one pass over the entries, every step listening. */
class Reading {
  #cited = new Set();
  #missed = new Set();
  #citedHeads = new Map();

  constructor(files, signed, trust, judge) {
    const { tenant, head } = signed;
    Object.assign(this, { files, signed, trust, judge });
    this.tree = new TreeCheck(files, head, judge);
    this.records = new Records(tenant, judge);
    this.story = new Story(judge);
    const evidence = (leaf, kind) => this.#evidence(leaf, kind);
    this.chain = new Chain({ evidence, tenant, trust, judge });
    this.warrants = new Warrants(this.chain, judge);
    this.schools = new SchoolPapers(this.chain, judge);
    this.approvals = new Approvals(this.chain, this.warrants, (said, n, where) => this.#cite(said, n, where), judge);
    this.recordings = new Recordings(this.chain, this.approvals, judge);
    this.playbacks = new Playbacks(judge);
    this.sessions = new Sessions(this.chain, this.approvals, judge);
    this.declared = new DeclaredSessions(this.chain, this.approvals, judge);
    this.notes = new HostNotes(this.chain, judge);
    this.openings = new Openings(files, this.chain, judge);
    this.reports = new Reports();
    this.lists = new Lists(judge);
    this.erasures = new Erasures(this.chain, judge);
    this.shards = new Shards(this.chain, signed, judge);
    this.samples = new Samples(judge);
  }

  #cite(said, n, where) {
    if (!this.#citedHeads.has(said)) this.#citedHeads.set(said, { n, where });
  }

  /** The evidence of that kind behind a leaf; null where there is none: whoever asks says that it is missing. */
  async #evidence(leaf, kind) {
    const found = leaf.evidence.find((one) => one.kind === kind);
    if (found === undefined) return null;
    const name = `evidence/${found.sha256}`;
    const data = await this.files.get(name);
    if (data === undefined) this.#missed.add(name);
    return data ?? null;
  }

  async run(progress) {
    const { size } = this.signed.head;
    // In this order: later steps ask earlier ones what is in force.
    const steps = [this.story, this.chain, this.warrants, this.schools, this.approvals, this.recordings, this.playbacks, this.sessions, this.declared, this.notes, this.openings, this.reports, this.erasures, this.lists, this.shards, this.samples];
    for await (const [n, entry] of readEntries(this.files, size)) {
      if (n % 256 === 0) progress("records", n, size);
      this.tree.tree.append(entry);
      const leaf = this.records.read(n, entry);
      if (leaf === null) continue;
      for (const { sha256 } of leaf.evidence) this.#cited.add(`evidence/${sha256}`);
      for (const step of steps) await step.feed(leaf);
    }
    this.judge.counts.entries = this.tree.tree.size;
    await this.#heads();
    await this.#pins();
    await this.recordings.check(this.files, this.shards.shards, this.erasures.erased);
    const cited = new Set([...this.recordings.cited, ...this.#cited, ...this.openings.cited, ...this.reports.cited]);
    // A mail's bytes go with its opening.
    for (const [n, raw] of this.reports.mails) if (this.erasures.erased.has(n)) this.#missed.add(raw);
    checkLeftovers(this.files, size, cited, this.#missed, this.judge);
    this.erasures.close(this.openings);
    this.#states();
    await this.#say();
  }

  async #heads() {
    const { judge } = this;
    const read = await this.tree.close();
    const heads = new Heads(this.signed, read, judge, this.shards.shards);
    this.shards.close(heads);
    this.shards.checkYears(this.records.turns);
    if (read !== null) this.samples.close((size) => root(size, read));
    await heads.checkKept(this.files);
    for (const [said, { n, where }] of this.#citedHeads) await heads.checkCited(said, n, where);
    judge.state(5, ...(read === null ? ["unknown", "not_reached"] : ["ok", "checked"]));
    if (judge.failed(6) || judge.failed(7)) return;
    for (const issued of this.reports.issued) await heads.checkPrinted(this.files, issued);
  }

  async #pins() {
    const { chain, trust, judge } = this;
    const policy = await this.files.get("policy.tenant");
    if (chain.policyBytes === null || !same(chain.policyBytes, policy)) judge.find("UNTRUSTED", "policy_file", "policy.tenant");
    this.shards.checkEnrolments(chain.logs);
    if (trust === null) return;
    this.shards.checkKeys(trust);
    checkChain("approvers", trust.approvers, chain.sets, judge);
    checkChain("policy", trust.policies, chain.policies, judge);
  }

  #states() {
    const { judge } = this;
    for (const step of [7, 8, 9, 10]) judge.state(step, "ok", "checked");
    const texts = this.openings.cited.size ? ["ok", "checked"] : ["not_applicable", "no_sealed"];
    judge.state(11, ...(this.openings.sealed > 0 ? ["unknown", "sealed"] : texts));
    for (const step of [13, 14]) judge.state(step, "unknown", "by_command");
    judge.state(15, ...(this.reports.mails.size > 0 ? ["unknown", "by_command"] : ["not_applicable", "no_mail"]));
  }

  /** Notes: what cannot be proven, what was silent; and the counts. */
  async #say() {
    const { judge, story, chain, records, notes, files } = this;
    for (const code of ["broker_alone", "typed", "together"]) judge.note(code);
    const confirmed = [...notes.confirmed.values()].filter(Boolean).length;
    judge.note("hosts", { confirmed, hosts: notes.confirmed.size });
    const witnesses = new Witnesses(this.signed.note, records.last, judge);
    const count = await witnesses.check(files, this.signed.vkey, chain.witnesses(), chain.policy, this.trust);
    judge.note("cosigned", { count });
    if (chain.software > 0) judge.note("demo", { count: chain.software });
    for (const silence of story.silent) judge.note("silent", silence);
    for (const [first, last] of story.heartbeats.gaps) judge.note("gap", { first, last });
    if (records.last !== null) {
      const missing = story.heartbeats.missing(new Date(records.last).toISOString().slice(0, 10));
      if (missing.count > 0) judge.note("heartbeats", missing);
    }
    for (const [session] of story.standing("opened", "active", "declared")) judge.note("unended", { session });
    for (const [session, { lastSeen }] of story.standing("presumed_ended")) judge.note("presumed", { session, last_seen: lastSeen });
    if (records.lateNotes > 0) judge.note("late_note", { count: records.lateNotes });
    if (notes.uncounted > 0) judge.note("uncounted", { count: notes.uncounted });
    if (story.tools) judge.note("licensed_tool");
    if (story.outside > 0) judge.note("tool_outside", { count: story.outside });
    if (story.declared > 0) judge.note("declared", { count: story.declared });
    this.lists.close();
    Object.assign(judge.counts, {
      requests: story.requests.size,
      sessions: story.attested(),
      declared: story.declared,
      approvals: this.approvals.checked,
      notes: notes.checked,
      lists: this.lists.count,
      hosts: notes.confirmed.size,
      openings: this.openings.checked,
      reports: this.reports.issued.length,
      timestamps: this.reports.stamped,
      mails: this.reports.mails.size,
    });
  }
}
