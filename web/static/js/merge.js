// Puts what the server changed into the page, and leaves everything else as it stands: what somebody has
// opened, chosen, typed or focused, and what a script has written.
//
// Three trees: what is shown, what the server sent last, what it sends now. Only where the last two differ is
// the first touched.

/** The last answer of the server for a region, as a tree of its own. */
const served = new WeakMap();

export function remember(region) {
  served.set(region, region.cloneNode(true));
}

/** Whether the server now sends something else than last time. */
export function differs(region, fresh) {
  return !served.get(region).isEqualNode(fresh);
}

export function merge(region, fresh) {
  const was = served.get(region);
  served.set(region, fresh.cloneNode(true));
  children(region, was, fresh);
}

function renew(live, was, fresh) {
  if (was.isEqualNode(fresh)) return;
  const elements = live.nodeType === Node.ELEMENT_NODE && fresh.nodeType === Node.ELEMENT_NODE;
  if (!elements || live.nodeName !== fresh.nodeName || live.id !== fresh.id) {
    live.replaceWith(fresh.cloneNode(true));
    return;
  }
  for (const { name } of [...was.attributes]) if (!fresh.hasAttribute(name)) live.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (was.getAttribute(name) !== value) live.setAttribute(name, value);
  children(live, was, fresh);
}

function children(live, was, fresh) {
  const [shown, old, now] = [live, was, fresh].map((parent) => [...parent.childNodes]);
  // A script has written here; nobody can tell what of it was meant to stay.
  if (shown.length !== old.length) {
    live.replaceChildren(...now.map((node) => node.cloneNode(true)));
    return;
  }
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head].isEqualNode(now[head])) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail).isEqualNode(now.at(-1 - tail))) tail += 1;
  const [gone, come] = [shown.slice(head, shown.length - tail), now.slice(head, now.length - tail)];
  const same = Math.min(gone.length, come.length);
  // What was inserted at the top of a list leaves the rest where it is; what changed in place changes there.
  gone.slice(0, same).forEach((node, place) => renew(node, old[head + place], come[place]));
  for (const node of gone.slice(same)) node.remove();
  const next = shown[shown.length - tail] ?? null;
  for (const node of come.slice(same)) live.insertBefore(node.cloneNode(true), next);
}
