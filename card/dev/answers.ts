// Made-up answers of the action compare_tariffs, for looking at the bills card and for its tests.

import type { Bill, Bills, Month } from "../src/bills/data.ts";

const AGILE = "E-1R-AGILE-24-10-01-C";
/** Code, name, and the mean price and standing charge in GBP. */
const TARIFFS: [string, string, number, number][] = [
  [AGILE, "Agile Octopus October 2024 v1", 0.182, 0.4567],
  ["E-1R-VAR-22-11-01-C", "Flexible Octopus", 0.2467, 0.4821],
  ["E-1R-GO-VAR-22-10-14-C", "Octopus Go", 0.209, 0.4712],
  ["E-1R-COSY-22-12-08-C", "Cosy Octopus", 0.221, 0.4655],
  ["E-1R-OE-FIX-12M-26-02-03-C", "Octopus 12M Fixed February 2026 v3", 0.238, 0.512],
  ["E-1R-FLUX-IMPORT-23-02-14-C", "Octopus Flux Import", 0.229, 0.44],
  ["E-1R-SNUG-24-11-07-C", "Snug Octopus", 0.215, 0.47],
];
/** How Agile went in each calendar month, against its mean. */
const AGILE_MONTHS = [1.12, 1.05, 0.86, 0.78, 0.7, 0.74, 0.8, 0.85, 0.98, 1.52, 1.1, 1.15];

function bill([tariff, name, price, charge]: (typeof TARIFFS)[number], month: number, days: number, hours: number): Bill {
  const energy = Math.round((days / 30) * (240 + 110 * Math.cos(((month - 1) / 12) * 2 * Math.PI)) * 1000) / 1000;
  const mean = tariff === AGILE ? price * (AGILE_MONTHS[month - 1] as number) : price;
  const [energy_cost, standing_charge] = [energy * mean, days * charge];
  return {
    tariff, name, energy, energy_cost, standing_charge, total: energy_cost + standing_charge, mean_price: mean,
    complete: true, hours, hours_missing: 0, hours_without_price: 0, days_missing: 0,
  };
}

/** Months until 20 November 2026, the last one in part. */
function made(count: number, tariffs: number): Bills {
  const months: Month[] = [];
  for (let back = count; back >= 0; back--) {
    const first = new Date(Date.UTC(2026, 10 - back, 1));
    const month = first.getUTCMonth() + 1;
    const length = new Date(Date.UTC(first.getUTCFullYear(), month, 0)).getUTCDate();
    const days = back ? length : 20;
    const rows = TARIFFS.slice(0, tariffs).map((tariff) => bill(tariff, month, days, days * 24));
    months.push({ month: first.toISOString().slice(0, 7), whole: back > 0, tariffs: rows });
  }
  const charges = TARIFFS.slice(0, tariffs).map(([tariff, , price]) => ({
    tariff, charges: 143, paid: 251.2, at_once: 335.4, cheapest_times: tariff === AGILE ? 244.9 : 2010 * price * 0.7,
  }));
  return { here: AGILE, months, charges };
}

function change(bills: Bills, edit: (bill: Bill, month: Month, index: number) => Partial<Bill>): Bills {
  const months = bills.months.map((month, index) => ({
    ...month,
    tariffs: month.tariffs.map((each) => ({ ...each, ...edit(each, month, index) })),
  }));
  return { ...bills, months };
}

function nothing(bill: Bill, unpriced: boolean): Partial<Bill> {
  return {
    energy: 0, energy_cost: 0, total: bill.standing_charge, mean_price: null, complete: false, hours_missing: bill.hours,
    hours_without_price: unpriced ? bill.hours : 0,
  };
}

export function answers(name: string): Bills {
  switch (name) {
    case "alone":
      return made(12, 1);
    case "two":
      return made(12, 2);
    case "many":
      return made(12, 7);
    case "long":
      return made(36, 3);
    case "short":
      return made(1, 2);
    case "begun":
      return made(0, 2);
    case "dearer":
      return change(made(12, 2), (bill, { month }) =>
        bill.tariff === AGILE && month !== "2026-05" ? { total: bill.total + 24, mean_price: 0.29 } : {},
      );
    case "unread":
      // The meter began in March, and Home Assistant was off for a while in June.
      return change(made(12, 3), (bill, { month }) =>
        month < "2026-03" ? nothing(bill, false) : month === "2026-06" ? { hours_missing: 31, complete: false } : {},
      );
    case "unpriced":
      // Half-hourly prices of another tariff that are still to be fetched.
      return change(made(12, 3), (bill, { month }) =>
        bill.tariff !== TARIFFS[2]?.[0]
          ? {}
          : month < "2026-06"
            ? nothing(bill, true)
            : month === "2026-06"
              ? { hours_missing: 350, hours_without_price: 350, days_missing: 2, total: bill.total / 2, complete: false }
              : {},
      );
    case "negative":
      return change(made(12, 2), (bill, { month }) =>
        bill.tariff === AGILE && ["2026-05", "2026-06"].includes(month) ? { total: -12.4, mean_price: -0.11 } : {},
      );
    case "empty":
      return change(made(12, 2), (bill) => nothing(bill, false));
    default:
      return made(12, 4);
  }
}
