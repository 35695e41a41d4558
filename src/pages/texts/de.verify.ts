import type { verify as english } from './en.verify.ts';
import type { Explanation } from './explanation.ts';

/** Der Bericht einer Testanmeldung. */
export const verify: typeof english = {
  title: (provider) => `Test von ${provider}`,
  headings: {
    passed: 'Bestanden: kann eingeschaltet werden',
    failed: 'Das muss zuerst geändert werden',
    waiting: 'Noch nicht zu Ende',
    expired: 'Es kam keine Antwort',
  },
  unchanged: 'Das war ein Test: Es wurde nichts geändert und niemand angemeldet.',
  places: {
    here: 'Zu ändern hier, in den Einstellungen des Identitätsanbieters',
    provider: 'Zu ändern beim Identitätsanbieter',
    network: 'Zu ändern im Netz zwischen den beiden Servern',
    person: 'Für die Person, die sich anmeldet',
  },
  provider: 'Anbieter',
  revision: 'Revision',
  sections: {
    warnings: 'Gut zu wissen',
    person: 'Person',
    groups: 'Gruppen',
    roles: 'Rollen',
    mappings: 'Was die Zuordnungen aus den Angaben machen',
    claims: 'Angaben, wie sie kamen',
    tokens: 'Was eine Anwendung bekäme',
    steps: 'Jeder Schritt',
  },
  outcomes: {
    known: 'Bekannt',
    linked: 'Gefunden, würde verknüpft',
    created: 'Würde angelegt',
    refused: 'Würde nicht eingelassen',
  },
  before: (value) => `vorher: ${value}`,
  memberships: { added: 'kommt hinzu', removed: 'fällt weg', kept: 'bleibt', unmapped: 'nicht zugeordnet' },
  mapped: {
    value: 'kam',
    default: 'Vorgabe',
    missing: 'kam nicht',
    empty: 'kam leer',
    overage: 'unvollständig',
  },
  verdicts: { passed: 'bestanden', refused: 'abgelehnt', noted: 'vermerkt' },
  expected: 'erwartet:',
  received: 'erhalten:',
};

/** Ablehnungen, die Administratoren am Browser sehen. */
export const verifyProblems = {
  'http.console_missing': {
    title: 'Die Konsole fehlt',
    body: 'Alles andere funktioniert, aber die Konsole wurde auf dieser Maschine nicht gebaut.',
    remedy: 'Wer den Dienst betreibt, startet ihn mit npm start: Das baut die Konsole und sagt, woran es sonst liegt.',
  },
  'verify.ticket_invalid': {
    title: 'Dieser Link gilt nicht mehr',
    body: 'Er startet eine Testanmeldung, einmal und innerhalb von 15 Minuten. Er wurde schon verwendet oder ist zu alt.',
    remedy: 'Starten Sie den Test in den Einstellungen des Identitätsanbieters neu.',
  },
  'verify.unknown': {
    title: 'Diesen Test gibt es hier nicht',
    body: 'Der Bericht eines Tests wird nur in dem Browser gezeigt, in dem der Test gemacht wurde.',
    remedy: 'Öffnen Sie ihn in diesem Browser, oder lesen Sie ihn in den Einstellungen des Identitätsanbieters.',
  },
  'verify.revision_gone': {
    title: 'Diese Einstellungen gibt es nicht mehr',
    body: 'Sie wurden geändert, seit der Test gestartet wurde.',
    remedy: 'Starten Sie den Test in den Einstellungen des Identitätsanbieters neu.',
  },
} satisfies Record<string, Explanation>;
