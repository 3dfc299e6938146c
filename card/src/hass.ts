// What the card uses of Home Assistant's front end; it publishes no types of its own.

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
  last_changed: string;
  last_updated: string;
}

export interface RegistryEntity {
  entity_id: string;
  platform?: string;
  translation_key?: string;
  device_id?: string;
}

export interface RegistryDevice {
  id: string;
  name?: string | null;
  name_by_user?: string | null;
  // Which of these there is depends on Home Assistant's version.
  config_entry_id?: string | null;
  primary_config_entry?: string | null;
  config_entries?: string[];
}

export interface HomeAssistant {
  states: Record<string, EntityState | undefined>;
  entities: Record<string, RegistryEntity | undefined>;
  devices: Record<string, RegistryDevice | undefined>;
  config: { time_zone: string };
  language?: string;
  locale?: { language?: string; time_format?: string };
  themes?: { darkMode?: boolean };
  selectedTheme?: unknown;
  callService(
    domain: string,
    service: string,
    data: Record<string, unknown>,
    target: { entity_id: string },
    notifyOnError: boolean,
  ): Promise<unknown>;
  callWS?<T>(message: Record<string, unknown>): Promise<T>;
  formatEntityState?(state: EntityState): string;
  formatEntityAttributeValue?(state: EntityState, attribute: string): string;
}

/** What a dashboard stores of the card. */
export interface CardConfig {
  type: string;
  title?: string;
  device?: string;
  entity?: string;
  plan?: string;
  show_summary?: boolean;
  show_controls?: boolean;
  /** Whether a plan's button says why it waits or falls short. */
  show_reasons?: boolean;
  /** Whether the days ahead are there from the beginning. */
  days_ahead?: boolean;
  /** Limits in pence that prices are coloured by, rather than compared with today's. */
  cheap_below?: number;
  dear_above?: number;
}
