// What Home Assistant's pickers show of us before the card's own file is there, in every language.

import type { Language } from "./strings.ts";

export const NAME = "Octopus Agile";

/** The bills card, which says this in other languages itself: this file has to stay small. */
export const BILLS_OFFER = {
  name: "Octopus Agile bills",
  description: "What each month cost, and what it would have cost on other tariffs.",
};

export interface Offer {
  card: string;
  badge: string;
  dashboard: string;
  section: string;
  /** The name that a new dashboard is given. */
  title: string;
}

const offers: Record<Language, Offer> = {
  cy: {
    card: "Prisiau trydan fesul hanner awr, yr amser rhataf i wefru, a’r gost.",
    badge: "Pris y trydan nawr.",
    dashboard: "Agile i gyd: y siart, eich cynlluniau gwefru, yr wythnos a phrisiau’r 30 diwrnod diwethaf.",
    section: "Y siart a’ch cynlluniau gwefru.",
    title: "Trydan",
  },
  de: {
    card: "Strompreise je halbe Stunde, die günstigste Zeit zum Laden und was sie kostet.",
    badge: "Der Strompreis jetzt.",
    dashboard: "Alles zu Agile: das Diagramm, deine Ladepläne, die Woche und die Preise der letzten 30 Tage.",
    section: "Das Diagramm und deine Ladepläne.",
    title: "Strom",
  },
  en: {
    card: "Half-hourly electricity prices, the cheapest time to charge, and what it costs.",
    badge: "The price of electricity now.",
    dashboard: "Everything about Agile: the chart, your charge plans, the week ahead and the last 30 days' prices.",
    section: "The chart and your charge plans.",
    title: "Electricity",
  },
  es: {
    card: "Precios de la electricidad por media hora, el periodo más barato para cargar y lo que cuesta.",
    badge: "El precio de la electricidad ahora.",
    dashboard: "Todo Agile: el gráfico, tus planes de carga, la semana y los precios de los últimos 30 días.",
    section: "El gráfico y tus planes de carga.",
    title: "Electricidad",
  },
  fr: {
    card: "Prix de l’électricité par demi-heure, la période la moins chère pour charger et ce qu’elle coûte.",
    badge: "Le prix de l’électricité maintenant.",
    dashboard: "Tout Agile : le graphique, vos plans de charge, la semaine et les prix des 30 derniers jours.",
    section: "Le graphique et vos plans de charge.",
    title: "Électricité",
  },
  pl: {
    card: "Ceny prądu co pół godziny, najtańsza pora ładowania i jego koszt.",
    badge: "Obecna cena prądu.",
    dashboard: "Całe Agile: wykres, plany ładowania, najbliższy tydzień i ceny z ostatnich 30 dni.",
    section: "Wykres i plany ładowania.",
    title: "Prąd",
  },
};

/** The texts of a language like "de" or "de-CH", English where there is none. */
export function offer(language = "en"): Offer {
  return offers[(language.split("-")[0] ?? "") as Language] ?? offers.en;
}
