// What changes the chosen plan in place: its switch, its boost, its numbers - those that it has.

import { html, nothing, type TemplateResult } from "lit";
import type { HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import { planName } from "./summary.ts";
import type { Key } from "./strings.ts";

const BOLT = "M13 3 5 14h6l-1 7 8-11h-6z";

/** Each number with what a press adds to it, and the least that a press leads to. */
const NUMBERS = [
  { name: "duration", step: 0.5, least: 0 },
  { name: "energy", step: 1, least: 1 },
  { name: "level", step: 5, least: 5 },
] as const;

export function controls(scene: Scene, hass: HomeAssistant): TemplateResult | typeof nothing {
  const plan = scene.model.plans[scene.chosen];
  if (!plan) return nothing;
  const { entities } = plan;
  const there = (id: string | undefined) => {
    const state = id === undefined ? undefined : hass.states[id];
    return state?.state === "unavailable" ? undefined : state;
  };
  const [enabled, boost] = [there(entities.enabled), there(entities.boost)];
  const numbers = NUMBERS.filter(({ name }) => there(entities[name]));
  if (!enabled && !boost && !numbers.length) return nothing;
  const isBoosted = entities.status && hass.states[entities.status]?.attributes.boosted === true;
  const call = (domain: string, service: string, id: string) =>
    void hass.callService(domain, service, {}, { entity_id: id }, true).catch(() => undefined);
  const isOn = enabled?.state === "on";
  const { text } = scene;
  return html`<div class="controls" role="group" aria-label=${text("controls", { plan: planName(scene, hass, plan) })}>
    ${enabled || boost
      ? html`<div class="actions">
          ${enabled
            ? html`<button
                class="switch"
                role="switch"
                aria-checked=${isOn ? "true" : "false"}
                @click=${() => call("switch", isOn ? "turn_off" : "turn_on", enabled.entity_id)}
              >
                <i class="track"></i>${text("enabled")}
              </button>`
            : nothing}
          ${boost
            ? html`<button
                class="boost"
                aria-pressed=${isBoosted ? "true" : "false"}
                @click=${() => call("button", "press", boost.entity_id)}
              >
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${BOLT} /></svg>${text("boost")}
              </button>`
            : nothing}
        </div>`
      : nothing}
    ${numbers.map(
      ({ name, step, least }) =>
        html`<octopus-agile-stepper
          .hass=${hass}
          .entity=${entities[name] as string}
          .name=${text(name satisfies Key)}
          .step=${step}
          .least=${least}
          .text=${text}
        ></octopus-agile-stepper>`,
    )}
  </div>`;
}
