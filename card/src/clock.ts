// Times on the clock of the home: the one that prices, plans and this card's axis go by,
// wherever the browser is.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a profile says of times, as Home Assistant passes it on. */
export interface Locale {
  language?: string;
  time_format?: string;
}

/**
 * Whether times are said with AM and PM, decided as Home Assistant does for its calendar: by the profile,
 * else by the profile's language or by the browser's.
 */
export function saysTwelveHours({ language, time_format }: Locale = {}): boolean {
  if (time_format === "12" || time_format === "24") return time_format === "12";
  const shown = new Date(2023, 0, 1, 22).toLocaleString(time_format === "system" ? undefined : language);
  return shown.includes("10");
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const LOCAL: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  hourCycle: "h23",
};

export class Clock {
  /** Made when they are first used: each takes the browser milliseconds. */
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(
    readonly zone: string,
    readonly language: string,
    private readonly twelveHours = false,
  ) {}

  private format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = Object.entries(options).join();
    let known = this.formats.get(key);
    if (!known) {
      known = new Intl.DateTimeFormat(language, { timeZone: this.zone, ...options });
      this.formats.set(key, known);
    }
    return known;
  }

  /** "14:30" */
  time(instant: number): string {
    const hourCycle = this.twelveHours ? "h12" : "h23";
    const hour = this.twelveHours ? "numeric" : "2-digit";
    return this.format(this.language, { hour, minute: "2-digit", hourCycle }).format(instant);
  }

  /** "14:00", or "2 PM" where that is how times are said. */
  hour(instant: number): string {
    if (!this.twelveHours) return this.time(instant);
    return this.format(this.language, { hour: "numeric", hourCycle: "h12" }).format(instant);
  }

  /** "Mon 23 Nov" */
  day(instant: number): string {
    return this.format(this.language, { weekday: "short", day: "numeric", month: "short" }).format(instant);
  }

  /** "Fri" or "Friday" */
  weekday(instant: number, weekday: "short" | "long"): string {
    return this.format(this.language, { weekday }).format(instant);
  }

  /** "23 Nov" */
  date(instant: number): string {
    return this.format(this.language, { day: "numeric", month: "short" }).format(instant);
  }

  local(instant: number): Parts {
    const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
    const format = this.format("en-GB-u-ca-gregory-nu-latn", LOCAL);
    for (const { type, value } of format.formatToParts(instant)) {
      if (type in parts) parts[type as keyof Parts] = Number(value);
    }
    return parts;
  }

  /** The instant at which the clock shows a time of a day; the first where it does so twice. */
  instant(year: number, month: number, day: number, hour = 0): number {
    const wall = Date.UTC(year, month - 1, day, hour);
    // Zones differ by less than a day, and clocks change by hours: the offsets a day before and
    // after are those that can apply.
    const offsets = [wall - DAY, wall + DAY].map((near) => this.offset(near));
    const matches = offsets.map((offset) => wall - offset).filter((at) => this.offset(at) === wall - at);
    // Where the clock skips that time, the moment of the change.
    return matches.length ? Math.min(...matches) : wall - Math.min(...offsets);
  }

  startOfDay(instant: number, daysLater = 0): number {
    const { year, month, day } = this.local(instant);
    return this.instant(year, month, day + daysLater);
  }

  /** The instants within a period at which the clock shows a full hour divisible by a step. */
  hours(from: number, to: number, step: number): number[] {
    const found: number[] = [];
    for (let at = Math.ceil(from / (HOUR / 2)) * (HOUR / 2); at < to; at += HOUR / 2) {
      const { hour, minute } = this.local(at);
      if (minute === 0 && hour % step === 0) found.push(at);
    }
    return found;
  }

  private offset(instant: number): number {
    const { year, month, day, hour, minute } = this.local(instant);
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(instant / MINUTE) * MINUTE;
  }
}

/** When the day's publication of prices is due: 16:00 in London. */
export function publication(now: number): number {
  const london = new Clock("Europe/London", "en-GB");
  const { year, month, day } = london.local(now);
  return london.instant(year, month, day, 16);
}
