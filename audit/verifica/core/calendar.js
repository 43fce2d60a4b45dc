// The log's calendar: its months in the tenant's zone, and its daily sign of life (FORMAT.md §3).

const DAY = 86_400_000;
const pad = (number, width = 2) => String(number).padStart(width, "0");

/** What tells the wall clock of a zone; null for a zone that nobody knows. */
export function clockOf(zone) {
  try {
    const clock = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23",
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    const known = clock.resolvedOptions().timeZone;
    if (known.toLowerCase() === zone.toLowerCase() && known !== zone) return null; // another spelling of it
    return clock;
  } catch {
    return null;
  }
}

/** The wall clock of `clock` at `at`, as if it were UTC, in milliseconds. */
function wall(clock, at) {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
}

/** The same as a `Date` whose UTC fields are the local ones. */
export const wallOf = (clock, at) => new Date(wall(clock, at));

const monthOf = (at) => new Date(at).toISOString().slice(0, 7);

/** The month after 2026-12: 2027-01. */
export function following(period) {
  const [year, month] = period.split("-").map(Number);
  return `${pad(year + Math.floor(month / 12), 4)}-${pad((month % 12) + 1)}`;
}

const monthStart = (clock, period) => dayStart(clock, Date.parse(`${period}-01T00:00:00.000Z`));

/** The instant at which the wall clock shows this midnight (as if it were UTC); the earlier, should it do so twice. */
function dayStart(clock, midnight) {
  const offsets = [-DAY, DAY].map((around) => wall(clock, midnight + around) - (midnight + around));
  const found = offsets.map((offset) => midnight - offset).filter((at) => wall(clock, at) === midnight);
  return found.length ? Math.min(...found) : midnight - offsets[0]; // a midnight that was skipped
}

const dayStartOf = (clock, iso) => dayStart(clock, Date.parse(`${iso}T00:00:00.000Z`));

/** First instant of an ISO week or a quarter and the first after it; null for a week that its year does not have. */
function stretch(clock, period) {
  const [year, number] = [Number(period.slice(0, 4)), Number(period.slice(6))];
  if (period[5] === "Q") {
    const last = `${period.slice(0, 4)}-${pad(number * 3)}`;
    return [monthStart(clock, `${period.slice(0, 4)}-${pad(number * 3 - 2)}`), monthStart(clock, following(last))];
  }
  const weekOne = (of) => {
    const fourth = Date.UTC(of, 0, 4); // always in the first week
    return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
  };
  const monday = weekOne(year) + (number - 1) * 7 * DAY;
  if (monday >= weekOne(year + 1)) return null;
  const day = (at) => dayStartOf(clock, new Date(at).toISOString().slice(0, 10));
  return [day(monday), day(monday + 7 * DAY)];
}

/** The instant at which so many months after `at` have passed, their last day whole (FORMAT.md §12). */
export function termEnd(clock, at, months) {
  const day = new Date(wall(clock, at));
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth() + months];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return dayStart(clock, Date.UTC(year, month, Math.min(day.getUTCDate(), last) + 1));
}

/** The local day of an instant: 2026-12-01. */
export const dayOf = (clock, at) => new Date(wall(clock, at)).toISOString().slice(0, 10);

/** The local year of an instant, and the instant at which it is over. */
export function yearOf(clock, at) {
  const year = new Date(wall(clock, at)).getUTCFullYear();
  return { year, ends: dayStart(clock, Date.UTC(year + 1, 0, 1)) };
}

const spelled = (at) => new Date(at).toISOString();

/** Tells `say(code, facts)` what cannot be. */
export class Periods {
  #clock = null;
  #due = null; // the month that must be closed next
  #told = { W: "", Q: "" }; // the latest week, and quarter, told of
  #interventions = new Set();
  #say;

  constructor(say) {
    this.#say = say;
  }

  opened({ zone }, at) {
    this.#clock = clockOf(zone);
    if (this.#clock === null) this.#say("zone", { zone });
    else this.#due = monthOf(wall(this.#clock, at));
  }

  closed({ period, first, until }, at) {
    if (this.#due !== null && period !== this.#due) this.#say("period_order", { expected: this.#due, found: period });
    this.#due = following(period);
    if (this.#clock !== null) {
      const [start, end] = this.#bounds(period);
      if (first !== spelled(start) || until !== spelled(end)) this.#say("period_bounds");
    }
    if (at < Date.parse(until)) this.#say("period_early");
  }

  snapshot({ period, first, until: spelledUntil }, at) {
    const until = Date.parse(spelledUntil);
    if (until > at) this.#say("period_early");
    if (this.#clock === null) return;
    const [start, end] = this.#bounds(period);
    if (first !== spelled(start) || !(start <= until && until < end)) this.#say("period_bounds");
  }

  told({ period, first, until }, at) {
    if (at < Date.parse(until)) this.#say("period_early");
    if (period.startsWith("INT-")) {
      if (this.#interventions.has(period)) this.#say("period_order", { expected: "INT-…", found: period });
      this.#interventions.add(period);
      if (Date.parse(until) < Date.parse(first)) this.#say("period_bounds");
      return;
    }
    const last = this.#told[period[5]];
    if (last === undefined) { // a month: those are closed
      this.#say("period_bounds");
      return;
    }
    if (period <= last) this.#say("period_order", { expected: `> ${last}`, found: period });
    else this.#told[period[5]] = period;
    if (this.#clock === null) return;
    const found = stretch(this.#clock, period);
    if (found === null || first !== spelled(found[0]) || until !== spelled(found[1])) this.#say("period_bounds");
  }

  #bounds(period) {
    return [monthStart(this.#clock, period), monthStart(this.#clock, following(period))];
  }
}

/** Which days have a heartbeat, and which are said to have none. */
export class Heartbeats {
  gaps = [];
  #first = null;
  #days = new Set();

  beat(day) {
    this.#first ??= day;
    this.#days.add(day);
  }

  gap(first, last) {
    this.gaps.push([first, last]);
  }

  /** Days from the first heartbeat to `last` without one and outside every declared gap: how many, and the first. */
  missing(last) {
    let [count, first] = [0, null];
    if (this.#first === null) return { count, first };
    const gaps = this.gaps.toSorted(([a], [b]) => (a < b ? 1 : -1));
    let until = "";
    for (let at = Date.parse(`${this.#first}T00:00:00.000Z`); ; at += DAY) {
      const day = spelled(at).slice(0, 10);
      if (day > last) return { count, first };
      while (gaps.length && gaps.at(-1)[0] <= day) {
        const end = gaps.pop()[1];
        if (end > until) until = end;
      }
      if (!this.#days.has(day) && day > until) {
        count += 1;
        first ??= day;
      }
    }
  }
}
