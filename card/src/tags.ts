// The names of the elements beside the card: the badge, the bills, and what only the ready dashboard shows.

export const BADGE = "octopus-agile-badge";
export const PLANS = "octopus-agile-plans";
export const HISTORY = "octopus-agile-history";
export const BILLS = "octopus-agile-bills-card";
