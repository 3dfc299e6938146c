// What the action compare_tariffs answers, and what it means: sums, differences, what can't be compared.

/** What a month costs on a tariff. Energy in kWh, money in GBP, prices in GBP/kWh. */
export interface Bill {
  tariff: string;
  name: string;
  energy: number;
  energy_cost: number;
  standing_charge: number;
  total: number;
  mean_price: number | null;
  complete: boolean;
  /** The hours of the month, or of its part. */
  hours: number;
  hours_missing: number;
  /** Of those missing, the ones with a reading but without a price. */
  hours_without_price: number;
  days_missing: number;
}

export interface Month {
  /** "2026-10" */
  month: string;
  /** Whether it is all of the month, not just the part until now or since the meter's first hour. */
  whole: boolean;
  tariffs: Bill[];
}

/** What the finished charges of the time cost, and would have cost on a tariff. Money in GBP. */
export interface Charges {
  tariff: string;
  charges: number;
  paid: number;
  at_once: number;
  /** In the cheapest half hours there of the time that each charge had. */
  cheapest_times: number;
}

export interface Bills {
  /** The tariff that the home is on. */
  here: string;
  months: Month[];
  /** On each tariff. */
  charges?: Charges[];
}

export interface Tariff {
  code: string;
  name: string;
}

export interface MonthSaving {
  month: string;
  saving: number;
}

/** Two tariffs side by side. A saving is what being here rather than there saved; below zero it cost more. */
export interface Comparison {
  here: Tariff;
  there: Tariff;
  /** The whole months that are known of both. */
  months: MonthSaving[];
  saving: number;
  /** The months that went against the sum, the furthest first. */
  against: MonthSaving[];
  soFar?: number;
  /** Whole months of which a price isn't known. */
  leftOut: number;
}

export function bill(month: Month, code: string): Bill | undefined {
  return month.tariffs.find(({ tariff }) => tariff === code);
}

/** The tariffs in the order of the answer, the home's own first, under names that are short enough. */
export function tariffs({ here, months }: Bills): Tariff[] {
  const names = new Map<string, string>();
  for (const month of months) for (const { tariff, name } of month.tariffs) names.set(tariff, name);
  const codes = [...names.keys()].sort((a, b) => Number(b === here) - Number(a === here));
  const agiles = codes.filter((code) => isAgile(code)).length;
  return codes.map((code) => ({
    code,
    name: isAgile(code) && agiles === 1 ? "Agile" : shortName(names.get(code) || code),
  }));
}

function isAgile(code: string): boolean {
  return /\bAGILE-/.test(code);
}

/** "Octopus 12M Fixed October 2026 v2" without its version, which means nothing to anybody. */
function shortName(name: string): string {
  return name.replace(/ v\d+$/, "");
}

/** Whether all prices and charges of what was read are known. */
export function isPriced(bill: Bill): boolean {
  return !bill.hours_without_price && !bill.days_missing;
}

/** How many hours and days of all months have no price yet, or never will. */
export function unpriced({ months }: Bills): number {
  const bills = months.flatMap(({ tariffs }) => tariffs);
  return bills.reduce((sum, { hours_without_price, days_missing }) => sum + hours_without_price + days_missing, 0);
}

/** Whether anything is known of a month. */
export function isKnown(bill: Bill | undefined): bill is Bill {
  return bill !== undefined && bill.hours_missing < bill.hours;
}

/** What was saved in a month; undefined where two tariffs don't know the same hours, or none at all. */
export function saving(month: Month, here: string, there: string): number | undefined {
  const [ours, theirs] = [bill(month, here), bill(month, there)];
  if (!isKnown(ours) || !isKnown(theirs) || !isPriced(ours) || !isPriced(theirs)) return undefined;
  return ours.hours_missing === theirs.hours_missing ? theirs.total - ours.total : undefined;
}

/** What charges cost on a tariff, if there were any. */
export function charged({ charges }: Bills, { code }: Tariff): Charges | undefined {
  return charges?.find(({ tariff, charges: count }) => tariff === code && count > 0);
}

export function compare({ months }: Bills, here: Tariff, there: Tariff): Comparison {
  const savings: MonthSaving[] = [];
  let leftOut = 0;
  for (const month of months) {
    if (!month.whole) continue;
    const saved = saving(month, here.code, there.code);
    if (saved !== undefined) savings.push({ month: month.month, saving: saved });
    else if (month.tariffs.some(({ hours, hours_missing, hours_without_price }) => hours_missing - hours_without_price < hours)) {
      leftOut += 1;
    }
  }
  const sum = savings.reduce((all, each) => all + each.saving, 0);
  const last = months.at(-1);
  return {
    here,
    there,
    months: savings,
    saving: sum,
    // A few pence either way are no month to speak of.
    against: savings
      .filter((each) => Math.abs(each.saving) >= 0.5 && Math.sign(each.saving) === -Math.sign(sum))
      .sort((a, b) => Math.abs(b.saving) - Math.abs(a.saving)),
    soFar: last && !last.whole ? saving(last, here.code, there.code) : undefined,
    leftOut,
  };
}

/** Round steps for the axis from the lowest to the highest value, zero among them. */
export function ticks(low: number, high: number): number[] {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const rough = (to - from) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
