// The forms of texts (FORMAT.md §1), and of the values that statements are made of (§4).

import { Malformed, fromBase64url } from "./bytes.js";
import { isObject } from "./canonical.js";

const INSTANT = /^(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

const pattern = (form) => (value) => typeof value === "string" && form.test(value) && !value.endsWith("\n");

/** Milliseconds since 1970 of an instant in its one spelling. */
export function instant(spelled) {
  if (typeof spelled !== "string" || !INSTANT.test(spelled)) {
    throw new Malformed("a time is not RFC 3339 UTC with milliseconds");
  }
  const at = Date.parse(spelled);
  if (Number.isNaN(at) || new Date(at).toISOString() !== spelled) throw new Malformed("a time names no real instant");
  return at;
}

export function isPrintable(value) {
  return !UNPRINTABLE.test(value.replaceAll(" ", ""));
}

function day(value) {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) || value.startsWith("0000")) return false;
  const at = Date.parse(`${value}T00:00:00.000Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

function judged(rule) {
  return (value) => {
    try {
      rule(value);
      return true;
    } catch (wrong) {
      if (wrong instanceof Malformed) return false;
      throw wrong;
    }
  };
}

/** One line of a host's list: session, since, until, how. */
function listed(value) {
  if (typeof value !== "string" || value.split(" ").length !== 4) return false;
  const [session, since, until, how] = value.split(" ");
  const times = [since, until].filter((time) => time !== "-");
  return FORMS.id(session) && FORMS.code(how) && times.length > 0 && times.every(FORMS.instant) && (until === "-") === (how === "running");
}

/** One spelling of a folder: nothing that a system would read as another. */
function isFolder(value) {
  if (typeof value !== "string" || !value.startsWith("/") || [...value].length > 200 || !isPrintable(value)) return false;
  return value === "/" || value.slice(1).split("/").every((part) => !["", ".", ".."].includes(part));
}
const NEVER_BEGINS = "(?:LD_|DYLD_|BASH|PYTHON|PERL|RUBY|NODE_|JAVA|JDK_|GIT_|SSH_|SUDO_|XDG_|DBUS_|VERBALE|GLIBC_|MALLOC_|LESS)";
const NEVER =
  "(?:PATH|ENV|IFS|HOME|USER|LOGNAME|SHELL|SHELLOPTS|CDPATH|FPATH|ZDOTDIR|PS[0-9]|PROMPT_COMMAND|PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|TERM|TERMCAP|TERMINFO|TERMINFO_DIRS|TMPDIR|LOCPATH|NLSPATH|GCONV_PATH|HOSTALIASES)$";

export const FORMS = {
  listed,
  id: pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  code: pattern(/^[a-z0-9][a-z0-9_]{0,63}$/),
  digest: pattern(/^[0-9a-f]{64}$/),
  key: pattern(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/),
  instant: judged(instant),
  day,
  period: pattern(/^2[0-8][0-9]{2}-(?:0[1-9]|1[0-2])$/),
  reported: pattern(/^(?:2[0-8][0-9]{2}-(?:0[1-9]|1[0-2]|Q[1-4]|W(?:0[1-9]|[1-4][0-9]|5[0-3]))|INT-[A-Za-z0-9][A-Za-z0-9._-]{0,39})$/),
  zone: pattern(/^(?=.{1,64}$)[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/),
  activity: pattern(/^[A-Z]{1,16}(?:\/FOR)?$/),
  severity: pattern(/^[ABC]$/),
  channel: pattern(/^(?:terminal|exec|files|forward|desktop|tool|other)$/),
  recipient: pattern(/^age1[02-9ac-hj-np-z]{58}$/),
  folder: isFolder,
  variable: pattern(new RegExp(`^(?!${NEVER_BEGINS}|${NEVER})[A-Z][A-Z0-9_]{0,63}$`)),
  reference: pattern(/^(?=.*[0-9])[A-Za-z0-9](?:[A-Za-z0-9 ./_-]{0,38}[A-Za-z0-9])?$/),
  window_word: pattern(/^[a-z0-9à-öø-ÿ][a-z0-9à-öø-ÿ ._+&'@:/-]{1,46}[a-z0-9à-öø-ÿ]$/),
  port_name: pattern(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/),
  net_host: pattern(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]{2,39})$/),
  line: (value) => typeof value === "string" && [...value].length <= 256 && isPrintable(value),
  text: (value) => typeof value === "string",
  int: (value) => typeof value === "number",
  bool: (value) => typeof value === "boolean",
  flag: (value) => value === true,
  object: isObject,
  nonce: judged((value) => {
    if (typeof value !== "string" || fromBase64url(value).length !== 32) throw new Malformed("a nonce is 32 bytes");
  }),
};
