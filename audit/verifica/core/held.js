// What a session holds at a moment: its open channels, the moments that somebody flagged, its pauses; and a request its
// questions. All but the pauses answer whether the record stands where it may.

export function channelled({ channels }, type, { channel }) {
  const there = channels.has(channel);
  if (type === "channel.opened") channels.add(channel);
  else if (type === "channel.closed") channels.delete(channel);
  return there === (type !== "channel.opened");
}

export function flagged({ flags }, type, body, n) {
  if (type === "moment.flagged") {
    flags.set(n, body.by);
    return true;
  }
  if (flags.get(body.flag) !== body.by) return false;
  if (type === "flag.withdrawn") flags.delete(body.flag);
  return true;
}

/** Of a request that waits: an answer names a question of the same one. */
export function clarified(questions, { type, body, n }) {
  if (type === "clarification.asked") questions.set(n, body.request);
  return type !== "clarification.answered" || questions.get(body.question) === body.request;
}

export function resumed(session, seconds) {
  session.paused = null;
  session.pauses += 1;
  session.pausedSeconds += seconds;
}

/** All of them at its end: in one it may still be, because nobody watched. */
export function pausesAt(session, time) {
  if (session.paused !== null) resumed(session, Math.max(0, Math.floor((time - session.paused) / 1000)));
  return { session: session.id, times: session.pauses, seconds: session.pausedSeconds };
}
