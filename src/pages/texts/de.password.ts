import type { passwordProblems as english, password as englishPassword, setup as englishSetup } from './en.password.ts';
import type { Explanation } from './explanation.ts';

/** Anmeldung mit Passwort: nur für Konten, die für Notfälle da sind. */
export const password: typeof englishPassword = {
  link: 'Mit Passwort anmelden',
  title: 'Mit Passwort anmelden',
  lead: (tenant) =>
    `Für Konten, die für Notfälle da sind. Alle anderen von ${tenant} melden sich über ihren Identitätsanbieter an.`,
  email: 'E-Mail-Adresse',
  password: 'Passwort',
  submit: 'Anmelden',
  back: 'Andere Anmeldung',
  errors: {
    refused:
      'Diese E-Mail-Adresse und dieses Passwort gehören hier nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.',
    busy: 'Im Augenblick melden sich zu viele gleichzeitig an. Versuchen Sie es in einigen Sekunden noch einmal.',
  },
  waitSeconds: (seconds) => `Es waren zu viele Versuche. Warten Sie ${seconds} Sekunden, dann versuchen Sie es noch einmal.`,
  waitMinutes: (minutes) =>
    `Es waren zu viele Versuche. Warten Sie ${minutes} Minuten, dann versuchen Sie es noch einmal. Eilt es, bitten Sie den Betreiber um einen neuen Einrichtungslink.`,
};

export const setup: typeof englishSetup = {
  title: (tenant) => `${tenant} einrichten`,
  lead: (tenant) => `Legen Sie das Konto an, das ${tenant} verwaltet.`,
  resetTitle: 'Neues Passwort wählen',
  resetLead: (tenant) => `Für Ihr Konto, das ${tenant} verwaltet. Überall sonst werden Sie abgemeldet.`,
  notes: [
    'Es bleibt bestehen, wenn sich alle über einen Identitätsanbieter anmelden: Heben Sie es für Notfälle auf, in denen kein Anbieter funktioniert. Jede Verwendung wird den anderen Administratoren mitgeteilt.',
  ],
  email: 'E-Mail-Adresse',
  name: 'Name',
  password: 'Passwort',
  repeated: 'Passwort, noch einmal',
  submit: 'Konto anlegen',
  resetSubmit: 'Passwort setzen',
  hint: 'Mindestens 12 Zeichen. Einige Wörter, die nicht zusammengehören, sind besser als Zeichen und Ziffern.',
  errors: {
    email_malformed: 'Geben Sie eine E-Mail-Adresse ein.',
    email_unusable: 'Diese Adresse kann hier nicht verwendet werden. Geben Sie eine andere ein.',
    name_malformed: 'Geben Sie Ihren Namen ein.',
    too_short: 'Verwenden Sie mindestens 12 Zeichen.',
    too_long: 'Verwenden Sie höchstens 256 Zeichen.',
    unprintable: 'Lassen Sie Zeichen weg, die sich nicht tippen lassen.',
    too_common: 'Das würde jemand als Erstes versuchen. Lassen Sie Namen, häufige Wörter und Tastenreihen weg.',
    busy: 'Im Augenblick werden zu viele Passwörter gesetzt. Versuchen Sie es in einigen Sekunden noch einmal.',
    different: 'Das ist nicht dasselbe Passwort.',
  },
};

export const passwordProblems: Record<keyof typeof english, Explanation> = {
  'password.link_unusable': {
    title: 'Dieser Link funktioniert nicht',
    body: 'Ein Einrichtungslink gilt einmal und 72 Stunden lang. Dieser wurde verwendet, ist zu alt oder wurde ersetzt, oder er ist nicht vollständig.',
    remedy: 'Prüfen Sie, ob Sie ihn ganz geöffnet haben, oder bitten Sie um einen neuen.',
  },
  'password.not_here': {
    title: 'Hier meldet sich niemand mit Passwort an',
    body: ({ tenant }) => `Bei ${tenant} melden sich alle über einen Identitätsanbieter an.`,
    remedy: 'Gehen Sie zurück zur Anwendung und beginnen Sie von vorn.',
  },
};
