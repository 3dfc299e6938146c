import { css } from "lit";

/** What the card and the ready dashboard's lines have in common: why a plan waits, and a switch. */
export const shared = css`
  .status { flex-basis: 100%; display: flex; align-items: flex-start; gap: 4px; text-wrap: balance; }
  .trouble { width: 16px; height: 1lh; flex: none; fill: none; stroke: var(--error-color, #b3261e); stroke-width: 2;
    stroke-linecap: round; stroke-linejoin: round; }
  .track { width: 34px; height: 20px; border-radius: 10px; flex: none; position: relative; box-sizing: border-box;
    background: var(--secondary-text-color, #727272); }
  .track::after { content: ""; position: absolute; top: 2px; inset-inline-start: 2px; width: 16px; height: 16px; border-radius: 50%;
    background: var(--card-background-color, #fff); }
  [aria-checked="true"] .track { background: var(--primary-color, #03a9f4); }
  [aria-checked="true"] .track::after { inset-inline-start: 16px; }
`;

export const styles = css`
  :host { display: block; height: 100%; }
  ha-card { height: 100%; display: flex; flex-direction: column; container-type: inline-size; overflow: hidden auto;
    color: var(--primary-text-color, #212121); }
  .content { padding: 16px; display: flex; flex-direction: column; gap: 14px; flex: 1; min-height: 0; box-sizing: border-box; }
  h2 { margin: 0; font-size: var(--ha-font-size-xl, 20px); font-weight: 500; line-height: 1.2; }

  .summary { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 12px 20px; }
  .figure { all: unset; min-height: 44px; box-sizing: border-box; display: flex; flex-direction: column; gap: 3px; cursor: pointer;
    border-radius: 10px; min-width: 0; -webkit-tap-highlight-color: transparent; }
  .figure:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 4px; }
  .overline, .detail { font-size: 13px; line-height: 1.4; color: var(--secondary-text-color, #727272); }
  .overline { display: flex; align-items: center; gap: 6px; }
  .detail { display: flex; flex-wrap: wrap; gap: 0 14px; font-variant-numeric: tabular-nums; }
  .big { display: flex; align-items: baseline; flex-wrap: wrap; gap: 0 7px; line-height: 1.15; min-height: 36px; }
  .big b { font-size: 30px; font-weight: 500; letter-spacing: -0.015em; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .big b.none { font-size: 18px; line-height: 36px; letter-spacing: 0; white-space: normal; }
  /* Times and numbers read from left to right in every script; sentences as their own begins. */
  .big b { direction: ltr; unicode-bidi: isolate; }
  .n { white-space: nowrap; font-variant-numeric: tabular-nums; unicode-bidi: isolate; }
  .when { font-size: 15px; line-height: 1.4; font-weight: 500; }
  .overline span, .detail span { unicode-bidi: plaintext; }
  .big small { font-size: 14px; color: var(--secondary-text-color, #727272); }
  .dot { width: 12px; height: 12px; border-radius: 50%; flex: none; align-self: center; }
  .bar { width: 14px; height: 5px; border-radius: 3px; flex: none; }
  .next { display: inline-flex; align-items: center; gap: 4px; }
  .trend { width: 15px; height: 15px; fill: none; stroke: currentcolor; stroke-width: 2.4; stroke-linecap: round;
    stroke-linejoin: round; flex: none; }
  .paid { font-style: normal; font-weight: 500; color: var(--primary-text-color, #212121); flex-basis: 100%; }

  .plans { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; border: 0; min-width: 0; }
  .plans button { all: unset; box-sizing: border-box; display: inline-flex; align-items: center; gap: 7px; min-height: 44px;
    padding: 5px 14px; border-radius: 22px; border: 1px solid var(--divider-color, #e0e0e0); cursor: pointer; font-size: 13px;
    color: var(--primary-text-color, #212121); max-width: 100%; -webkit-tap-highlight-color: transparent; }
  .plans .words { min-width: 0; line-height: 1.3; overflow-wrap: anywhere; }
  .plans .status { font-size: 12px; font-weight: 400; color: var(--secondary-text-color, #727272); }
  .plans button[aria-pressed="true"] { background: color-mix(in srgb, var(--plan) 16%, transparent); border-color: var(--plan); font-weight: 500; }
  .plans button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 2px; }

  .chart { position: relative; flex: 1 1 250px; min-height: 200px; max-height: 420px; outline: none; touch-action: pan-y;
    cursor: crosshair; border-radius: 8px; -webkit-user-select: none; user-select: none; }
  .chart:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 3px; }
  .canvas { position: absolute; inset: 0; overflow: hidden; }
  .pending { position: absolute; display: grid; place-items: center; text-align: center; text-wrap: balance; font-size: 12px; line-height: 1.35;
    color: var(--secondary-text-color, #727272); padding: 4px 8px; box-sizing: border-box; pointer-events: none; }
  /* Lines that go on behind the words stay clear of the letters. */
  .lowest { position: absolute; top: 0; left: 0; pointer-events: none; padding: 0 2px; white-space: nowrap;
    font-size: 11px; line-height: 14px; font-weight: 600; font-variant-numeric: tabular-nums;
    --around: var(--ha-card-background, var(--card-background-color, #fff));
    text-shadow: 1px 0 1px var(--around), -1px 0 1px var(--around), 0 1px 1px var(--around), 0 -1px 1px var(--around); }
  .now { position: absolute; top: 0; left: 0; pointer-events: none; padding: 0 6px; border-radius: 8px; white-space: nowrap;
    font-size: 10.5px; line-height: 16px; font-weight: 600; background: var(--primary-text-color, #212121);
    color: var(--ha-card-background, var(--card-background-color, #fff)); }
  .leader { position: absolute; width: 1px; pointer-events: none; background: var(--primary-text-color, #212121); opacity: 0.6; }
  .leader[hidden] { display: none; }
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

  .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; line-height: 1.4; font-variant-numeric: tabular-nums; }
  .legend > span { display: inline-flex; align-items: center; gap: 7px; min-width: 0; }
  .hatched, .line, .best-mark { flex: none; }
  .hatched { width: 18px; height: 11px; box-sizing: border-box; border-block: 1px solid var(--own);
    background: repeating-linear-gradient(135deg, var(--own) 0 1px, transparent 1px 4px); }
  .line { width: 18px; height: 3px; border-radius: 1px; }
  .best-mark { width: 8px; height: 8px; margin: 0 5px; transform: rotate(45deg); }
  .toolbar { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; margin: -8px -8px; }
  .toolbar .ahead[aria-pressed="true"] { background: color-mix(in srgb, var(--primary-color, #03a9f4) 18%, transparent); }
  .toolbar button, .actions button { all: unset; box-sizing: border-box; display: inline-flex; align-items: center; gap: 6px;
    min-height: 44px; min-width: 44px; padding: 0 10px; border-radius: 22px; cursor: pointer; font-size: 13px; font-weight: 500;
    color: var(--primary-text-color, #212121); -webkit-tap-highlight-color: transparent; }
  .toolbar button:hover, .actions button:hover { background: color-mix(in srgb, currentcolor 8%, transparent); }
  .toolbar button:focus-visible, .actions button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: -2px; }
  .toolbar svg, .boost svg { width: 18px; height: 18px; flex: none; fill: none; stroke: currentcolor; stroke-width: 2;
    stroke-linecap: round; stroke-linejoin: round; }
  :host(:dir(rtl)) .past svg { order: 1; }
  table.best { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 1.4; }
  .best th, .best td { text-align: start; padding: 7px 4px; font-weight: 400; border-top: 1px solid var(--divider-color, #e0e0e0);
    vertical-align: top; }
  .best thead th { border-top: 0; font-size: 12px; color: var(--secondary-text-color, #727272); }
  .best tbody th { font-weight: 500; }
  .best th:last-child, .best td:last-child { text-align: end; }
  p.best { margin: 0; font-size: 13px; }

  .controls { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: flex-start; }
  .actions { display: flex; gap: 4px 8px; }
  .actions button { border: 1px solid var(--divider-color, #e0e0e0); padding: 0 14px; }
  .boost[aria-pressed="true"] { background: color-mix(in srgb, var(--primary-color, #03a9f4) 18%, transparent);
    border-color: var(--primary-color, #03a9f4); }
  .message { display: flex; flex-direction: column; gap: 0; align-items: flex-start; padding: 8px 0; }
  .message a { display: inline-flex; align-items: center; min-height: 44px; color: inherit; font-weight: 500; }
  .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    contain: strict; }

  @container (max-width: 400px) {
    .content { padding: 14px 12px; gap: 12px; }
    .summary { gap: 12px 14px; }
    .big b { font-size: 23px; }
    .big { min-height: 30px; }
    .big b.none { font-size: 16px; line-height: 30px; }
    .overline, .detail { font-size: 12px; }
    .pending { font-size: 11px; padding: 2px 6px; }
    .legend { font-size: 12px; }
    .toolbar { gap: 0; }
    .toolbar button { padding: 0 8px; }
  }
  @container (max-width: 760px) {
    .controls > * { flex: 1 1 100%; }
    .actions button { flex: 1 1 0; justify-content: center; }
  }
  @container (min-width: 470px) and (max-width: 760px) {
    .controls { gap: 8px 16px; }
    .controls > octopus-agile-stepper { flex: 1 1 calc(50% - 8px); }
  }
  @container (max-width: 330px) {
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
