// What a session holds at a moment: its open channels, and the moments that somebody flagged. Each answers whether the
// record stands where it may.

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
