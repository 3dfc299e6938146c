import { css } from "lit";

export const styles = css`
  :host { display: block; height: 100%; }
  ha-card { height: 100%; display: flex; flex-direction: column; container-type: inline-size; overflow: hidden;
    color: var(--primary-text-color, #212121); }
  .content { padding: 16px; display: flex; flex-direction: column; gap: 14px; flex: 1; min-height: 0; box-sizing: border-box; }
  h2 { margin: 0; font-size: var(--ha-font-size-xl, 20px); font-weight: 500; line-height: 1.2; }

  .words { display: flex; flex-direction: column; gap: 8px; }
  .words p { margin: 0; line-height: 1.4; font-size: 15px; text-wrap: pretty; overflow-wrap: anywhere; }
  .words p:first-child { font-size: 18px; font-weight: 500; line-height: 1.3; }
  .words small { display: block; font-size: 13px; font-weight: 400; line-height: 1.4; color: var(--secondary-text-color, #727272); }

  .picker { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; border: 0; min-width: 0; }
  .picker > * { box-sizing: border-box; display: inline-flex; align-items: center; gap: 7px; min-height: 34px; padding: 4px 14px;
    border-radius: 17px; border: 1px solid transparent; font-size: 13px; max-width: 100%; color: var(--primary-text-color, #212121); }
  .picker > .here { padding-inline-start: 0; font-weight: 500; }
  .picker button { font-family: inherit; background: none; border-color: var(--divider-color, #e0e0e0); cursor: pointer;
    -webkit-tap-highlight-color: transparent; }
  .picker span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .picker button[aria-pressed="true"] { background: color-mix(in srgb, var(--tariff) 16%, transparent); border-color: var(--tariff);
    font-weight: 500; }
  .picker button[aria-pressed="false"] .dot { opacity: 0.45; }
  .picker button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 2px; }
  .dot { width: 12px; height: 12px; border-radius: 50%; flex: none; }

  .chart { position: relative; flex: 1 1 220px; min-height: 190px; max-height: 380px; display: flex; flex-direction: column;
    outline: none; touch-action: pan-y; cursor: crosshair; border-radius: 8px; -webkit-user-select: none; user-select: none; }
  .chart:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 3px; }
  .plot { position: relative; flex: 1; margin-top: 8px; }
  .line { position: absolute; left: 0; right: 0; border-top: 1px solid var(--divider-color, #e0e0e0); }
  .line.zero { border-color: var(--secondary-text-color, #727272); }
  .line span { position: absolute; left: 0; width: 38px; text-align: right; top: -0.7em; font-size: 11px; line-height: 1.4;
    background: var(--ha-card-background, var(--card-background-color, #fff)); color: var(--secondary-text-color, #727272);
    padding-right: 6px; box-sizing: border-box; font-variant-numeric: tabular-nums; }
  .months, .names { display: flex; margin-left: 40px; }
  .months { position: absolute; inset: 0; }
  .month { flex: 1 1 0; min-width: 0; display: flex; justify-content: center; gap: 1px;
    padding: 0 clamp(1px, 0.6cqi, 10px); border-radius: 3px; box-sizing: border-box; }
  .month.at { background: color-mix(in srgb, var(--primary-text-color, #212121) 12%, transparent); }
  .month > div { flex: 1 1 0; position: relative; min-width: 0; max-width: 22px; }
  .bar { position: absolute; left: 0; right: 0; min-height: 1px; border-radius: 2px 2px 0 0; background: var(--bar); }
  .bar.part { background: repeating-linear-gradient(135deg, var(--bar) 0 2px,
    color-mix(in srgb, var(--bar) 30%, transparent) 2px 5px); box-shadow: inset 0 0 0 1px var(--bar); }
  .names { font-size: 11px; line-height: 1.3; color: var(--secondary-text-color, #727272); padding-top: 5px; min-height: 28px; }
  .names span { flex: 1 1 0; min-width: 0; text-align: center; }
  .names i { font-style: normal; display: block; }
  .names .short { display: none; }
  .names .year { font-weight: 500; margin: 0 -8px; }

  .tip { position: absolute; top: 4px; left: 0; pointer-events: none; box-sizing: border-box; padding: 8px 12px; border-radius: 10px;
    font-size: 13px; line-height: 1.4; width: max-content; max-width: min(300px, 100%); z-index: 1;
    background: var(--card-background-color, #fff); color: var(--primary-text-color, #212121);
    border: 1px solid var(--divider-color, #e0e0e0); box-shadow: 0 4px 16px rgba(0, 0, 0, 0.18); }
  .tip .title { color: var(--secondary-text-color, #727272); }
  .tip .value { display: flex; align-items: baseline; gap: 7px; margin-top: 3px; }
  .tip .value span { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .tip .value b, .tip small { white-space: nowrap; }
  .tip .value b { font-weight: 600; font-variant-numeric: tabular-nums; }
  .tip .dot { width: 10px; height: 10px; }
  .tip .with { font-size: 12px; padding-inline-start: 17px; color: var(--secondary-text-color, #727272); }
  .tip small { color: var(--secondary-text-color, #727272); font-variant-numeric: tabular-nums; }
  .tip .note { padding: 4px 0 0; }

  .message { display: flex; flex-direction: column; gap: 8px; align-items: flex-start; padding: 8px 0; line-height: 1.4; }
  .message a, .message button { color: var(--primary-color, #03a9f4); font-weight: 500; }
  .message button { font: inherit; font-weight: 500; background: none; border: 0; padding: 6px 0; cursor: pointer; text-decoration: underline; }
  .message button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 2px; }
  .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; contain: strict; }

  @container (max-width: 1000px) {
    .names.many .long { display: none; }
    .names.many .short { display: block; }
  }
  @container (max-width: 400px) {
    .content { padding: 14px 12px; gap: 12px; }
    .words p:first-child { font-size: 16px; }
    .words p { font-size: 14px; }
    .months, .names { margin-left: 34px; }
    .line span { width: 32px; padding-right: 5px; }
  }
  @container (max-width: 440px) {
    .names .long { display: none; }
    .names .short { display: block; }
    .names.many .short { display: none; }
  }
  @container (min-width: 720px) {
    .content { padding: 20px 24px; gap: 16px; }
    .words p:first-child { font-size: 20px; }
    .chart { flex-basis: 280px; }
  }
  @media (prefers-reduced-motion: no-preference) {
    .picker button { transition: background-color 120ms; }
    .tip { transition: transform 90ms ease-out; }
  }
`;
