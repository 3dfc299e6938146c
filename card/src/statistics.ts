// The prices of the last 30 days, as Home Assistant's statistics remember them.

import type { Clock } from "./clock.ts";
import type { HomeAssistant } from "./hass.ts";
import { pence } from "./model.ts";

export const DAYS = 30;

/** A day's prices in pence per kWh. */
export interface Day {
  start: number;
  mean: number;
  lowest: number;
  highest: number;
}

type Row = Record<"start" | "mean" | "min" | "max", unknown>;

const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** The days that are known of the last 30, today included, oldest first. */
export async function readDays(hass: HomeAssistant, statistic: string, clock: Clock): Promise<Day[]> {
  const known = await hass.callWS?.<Record<string, Row[] | undefined>>({
    type: "recorder/statistics_during_period",
    start_time: new Date(clock.startOfDay(Date.now(), 1 - DAYS)).toISOString(),
    statistic_ids: [statistic],
    period: "day",
    types: ["mean", "min", "max"],
  });
  return (known?.[statistic] ?? []).flatMap(({ start, mean, min, max }) => {
    if (!finite(start) || !finite(mean) || !finite(min) || !finite(max)) return [];
    return [{ start, mean: pence(mean) as number, lowest: pence(min) as number, highest: pence(max) as number }];
  });
}

/** Whether there is anything to show; without a recorder there isn't. */
export async function hasHistory(hass: HomeAssistant, statistic: string, clock: Clock): Promise<boolean> {
  const days = await readDays(hass, statistic, clock).catch(() => []);
  return days.length > 0;
}
