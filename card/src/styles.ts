import { css } from "lit";

export const styles = css`
  :host { display: block; height: 100%; }
  ha-card { height: 100%; display: flex; flex-direction: column; container-type: inline-size; overflow: hidden;
    color: var(--primary-text-color, #212121); }
  .content { padding: 16px; display: flex; flex-direction: column; gap: 14px; flex: 1; min-height: 0; box-sizing: border-box; }
  h2 { margin: 0; font-size: var(--ha-font-size-xl, 20px); font-weight: 500; line-height: 1.2; }

  .summary { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 12px 20px; }
  .figure { all: unset; box-sizing: border-box; display: flex; flex-direction: column; gap: 3px; cursor: pointer;
    border-radius: 10px; min-width: 0; -webkit-tap-highlight-color: transparent; }
  .figure:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 4px; }
  .overline, .detail { font-size: 13px; line-height: 1.4; color: var(--secondary-text-color, #727272); }
  .overline { display: flex; align-items: center; gap: 6px; }
  .detail { display: flex; flex-wrap: wrap; gap: 0 6px; font-variant-numeric: tabular-nums; }
  .big { display: flex; align-items: baseline; flex-wrap: wrap; gap: 0 7px; line-height: 1.15; min-height: 36px; }
  .big b { font-size: 30px; font-weight: 500; letter-spacing: -0.015em; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .big b.none { font-size: 18px; line-height: 36px; letter-spacing: 0; white-space: normal; }
  /* Times and numbers read from left to right in every script; sentences as their own begins. */
  .big b { direction: ltr; unicode-bidi: isolate; }
  .overline span, .detail span { unicode-bidi: plaintext; }
  .big small { font-size: 14px; color: var(--secondary-text-color, #727272); }
  .plan .when { color: var(--primary-text-color, #212121); font-weight: 500; }
  .dot { width: 12px; height: 12px; border-radius: 50%; flex: none; align-self: center; }
  .bar { width: 14px; height: 5px; border-radius: 3px; flex: none; }
  .next { display: inline-flex; align-items: center; gap: 4px; }
  .trend { width: 15px; height: 15px; fill: none; stroke: currentcolor; stroke-width: 2.4; stroke-linecap: round;
    stroke-linejoin: round; flex: none; }
  .paid { font-style: normal; font-weight: 500; color: var(--primary-text-color, #212121); flex-basis: 100%; }
  .status { flex-basis: 100%; }

  .plans { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; border: 0; min-width: 0; }
  .plans button { all: unset; box-sizing: border-box; display: inline-flex; align-items: center; gap: 7px; min-height: 34px;
    padding: 4px 14px; border-radius: 17px; border: 1px solid var(--divider-color, #e0e0e0); cursor: pointer; font-size: 13px;
    color: var(--primary-text-color, #212121); max-width: 100%; -webkit-tap-highlight-color: transparent; }
  .plans button span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .plans button[aria-pressed="true"] { background: color-mix(in srgb, var(--plan) 16%, transparent); border-color: var(--plan); font-weight: 500; }
  .plans button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 2px; }

  .chart { position: relative; flex: 1 1 250px; min-height: 200px; max-height: 420px; outline: none; touch-action: pan-y;
    cursor: crosshair; border-radius: 8px; -webkit-user-select: none; user-select: none; }
  .chart:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 3px; }
  .canvas { position: absolute; inset: 0; overflow: hidden; }
  .pending { position: absolute; display: grid; place-items: center; text-align: center; font-size: 12px; line-height: 1.35;
    color: var(--secondary-text-color, #727272); padding: 4px; box-sizing: border-box; pointer-events: none; }
  .cursor { position: absolute; pointer-events: none; background: var(--primary-text-color, #212121); opacity: 0.12; border-radius: 3px; }
  .tip { position: absolute; top: 0; left: 0; pointer-events: none; box-sizing: border-box; padding: 8px 12px; border-radius: 10px;
    font-size: 13px; line-height: 1.4; width: max-content; max-width: min(240px, 100%); z-index: 1;
    background: var(--card-background-color, #fff); color: var(--primary-text-color, #212121);
    border: 1px solid var(--divider-color, #e0e0e0); box-shadow: 0 4px 16px rgba(0, 0, 0, 0.18); }
  .tip b { font-size: 16px; font-weight: 600; font-variant-numeric: tabular-nums; }
  .tip .title { color: var(--secondary-text-color, #727272); }
  .tip .value { display: flex; align-items: center; gap: 7px; }
  .tip .dot { width: 10px; height: 10px; }
  .tip .with { display: flex; align-items: center; gap: 6px; font-size: 12px; }

  .controls { display: flex; flex-wrap: wrap; gap: 8px 24px; }
  .message { display: flex; flex-direction: column; gap: 8px; align-items: flex-start; padding: 8px 0; }
  .message a { color: var(--primary-color, #03a9f4); font-weight: 500; }
  .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    contain: strict; }

  @container (max-width: 400px) {
    .content { padding: 14px 12px; gap: 12px; }
    .summary { gap: 12px 14px; }
    .big b { font-size: 23px; }
    .big { min-height: 30px; }
    .big b.none { font-size: 16px; line-height: 30px; }
    .overline, .detail { font-size: 12px; }
    .pending { font-size: 11px; padding: 0; }
  }
  @container (max-width: 470px) {
    .controls { gap: 8px 12px; }
    .controls > * { flex: 1 1 0; }
  }
  @container (max-width: 330px) {
    .controls > * { flex: 1 1 100%; }
    .summary { grid-template-columns: minmax(0, 1fr); }
  }
  @container (min-width: 720px) {
    .content { padding: 20px 24px; gap: 16px; }
    .big b { font-size: 34px; }
    .summary { grid-template-columns: auto minmax(0, 1fr); column-gap: 72px; }
    .chart { flex-basis: 300px; }
  }
  @media (prefers-reduced-motion: no-preference) {
    .cursor { transition: left 90ms ease-out; }
    .tip { transition: transform 90ms ease-out; }
    .plans button, .box { transition: background-color 120ms; }
  }
`;
