// Which channel of a session's grant a record is of, and whether one of them lets it be.

/** Whether a file may have gone that way; a refused one went none. */
const carried = (channels, { direction, result }) =>
  result === "refused" || channels.some((one) => one.kind === "files" && ["both", direction].includes(one.direction));

/** Whether a channel of the grant is of that kind, leads to that port, and lets a screen be used if it was. */
function lets({ kind, port, control }, body) {
  if (kind !== body.kind || (body.control === true && control !== true)) return false;
  return kind !== "forward" || (port.id === body.port && [undefined, port.port].includes(body.number));
}

/** The kind a finding names, and whether it is granted. Of a record of no channel that says nothing. */
export function asked(channels, { type, body }) {
  const has = (kind, tool) => channels.some((channel) => channel.kind === kind && channel.tool === tool);
  switch (type) {
    case "channel.opened": return { kind: body.kind, granted: channels.some((channel) => lets(channel, body)) };
    case "tool.started": case "tool.told": return { kind: `tool ${body.tool}`, granted: has("tool", body.tool) };
    case "clipboard.copied": return { kind: "clipboard", granted: channels.some(({ clipboard }) => clipboard === true) };
    case "command.executed": return { kind: "exec", granted: has("exec", undefined) };
    case "file.transferred": return { kind: `files ${body.direction}`, granted: carried(channels, body) };
    default: return { kind: "", granted: true };
  }
}
