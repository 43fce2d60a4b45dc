// Step 12, beside the recordings: whoever played one had the leave that this takes (FORMAT.md §15).

import { instant } from "./forms.js";

const VENDOR_LASTS = 24 * 3600 * 1000; // at most, from the second person's yes
const ASKING = { owner: "incident", titolare: "access_request" };
const READER = { titolare: "ads", owner: "owner" }; // whose leave is whose

/** Feed every leaf in order. A record that is out of order counts for nothing else. */
export class Playbacks {
  #held = new Map(); // playback -> {session, reason, by} | {session, person, role, until} | null once it is ended
  #sessionOf = new Map(); // recording -> session

  constructor(judge) {
    this.judge = judge;
  }

  feed(leaf) {
    const { type, body, session = "" } = leaf;
    switch (type) {
      case "recording.opened":
        if (!this.#sessionOf.has(body.recording)) this.#sessionOf.set(body.recording, session);
        break;
      case "playback.asked": this.#lawful(leaf, this.#ask(leaf)); break;
      case "playback.allowed": this.#lawful(leaf, this.#allow(leaf)); break;
      case "playback.ended": this.#lawful(leaf, this.#end(leaf)); break;
      case "record.read":
        if (["recording", "recording_clear", "extract"].includes(body.what) && !this.#may(leaf)) this.#find("played_without_leave", leaf);
        break;
      default:
    }
  }

  #find(code, { n }) {
    this.judge.find("RECORDING", code, `n=${n}`);
  }

  #lawful(leaf, held) {
    if (held === undefined) this.#find("playback_order", leaf);
    else this.#held.set(leaf.body.playback, held);
  }

  #ask({ body: { playback, session, reason }, actor }) {
    if (this.#held.has(playback) || ASKING[actor.role] !== reason) return undefined;
    return { session, reason, by: actor.id };
  }

  #allow({ body: { playback, session, person, until }, actor: { id, role }, time }) {
    const [asked, end] = [this.#held.get(playback), instant(until)];
    const vendors = () => role === "owner" && asked?.session === session && asked.reason === "incident"
      && asked.by === person && asked.by !== id && end <= time + VENDOR_LASTS;
    const lawful = role === "titolare" ? !this.#held.has(playback) : vendors();
    return lawful ? { session, person, role, until: end } : undefined;
  }

  /** A titolare any, the vendor his own. */
  #end({ body: { playback }, actor: { role } }) {
    const held = this.#held.get(playback) ?? null;
    if (held === null) return undefined;
    const vendors = held.reason === "incident" || held.role === "owner";
    return role === "titolare" || (role === "owner" && vendors) ? null : undefined;
  }

  #may({ body, actor: { id, role }, time }) {
    if (body.person !== id) return false;
    const free = body.what !== "extract" && ["titolare", "auditor"].includes(role);
    if (free && body.playback === undefined) return true;
    const held = this.#held.get(body.playback) ?? null;
    if (held === null) return false;
    const of = body.what === "extract" ? undefined : this.#sessionOf.get(body.recording) ?? "";
    if (held.reason === "access_request") return role === "titolare" && (of === undefined || of === held.session);
    return held.until !== undefined && held.person === id && READER[held.role] === role && held.session === of && time < held.until;
  }
}
