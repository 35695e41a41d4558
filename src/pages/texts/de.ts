import type { Texts } from './catalogue.ts';
import { password, setup } from './de.password.ts';
import { fallbacks, problems } from './de.problems.ts';
import { reasons } from './de.reasons.ts';
import { verify } from './de.verify.ts';

export const de: Texts = {
  signIn: {
    title: 'Anmelden',
    identifierLead: 'Verwenden Sie Ihre geschäftliche E-Mail-Adresse oder Ihre Benutzerkennung.',
    providersLead: 'Wählen Sie, wie Sie sich anmelden möchten.',
    applicationLead: (application) => `Danach geht es weiter zu ${application}.`,
    nothingLead: 'Hier ist noch keine Anmeldung eingerichtet. Bitte wenden Sie sich an Ihre Administration.',
    label: 'E-Mail-Adresse oder Benutzerkennung',
    submit: 'Weiter',
    or: 'oder',
    providerButton: (provider) => `Weiter mit ${provider}`,
    errorTitle: (title) => `Fehler: ${title}`,
    errors: {
      identifier_missing: 'Geben Sie Ihre E-Mail-Adresse oder Benutzerkennung ein.',
      identifier_malformed: 'Das ist keine gültige E-Mail-Adresse oder Benutzerkennung. Bitte prüfen Sie die Schreibweise.',
      no_provider:
        'Für diese Adresse gibt es hier keine Anmeldung. Prüfen Sie die Schreibweise oder wenden Sie sich an Ihre Administration.',
    },
  },
  choice: {
    title: 'Anmeldung auswählen',
    lead: 'Für Ihre Adresse gibt es mehrere Möglichkeiten, sich anzumelden.',
    change: 'Ändern',
  },
  error: {
    tryAgain: 'Erneut versuchen',
    facts: 'Angaben für Ihre Administration',
    reference: 'Referenz',
    code: 'Code',
    detail: 'Einzelheit',
    time: 'Zeitpunkt',
  },
  signedIn: {
    title: 'Sie sind angemeldet',
    body: (tenant) => `Sie sind in diesem Browser bei ${tenant} angemeldet. Sie können jetzt Ihre Anwendungen öffnen.`,
    signOut: 'Abmelden',
  },
  signedOut: {
    title: 'Sie sind abgemeldet',
    body: (tenant) => `Sie haben ${tenant} in diesem Browser verlassen.`,
    caution: (provider) =>
      `Bei ${provider} sind Sie möglicherweise noch angemeldet. Melden Sie sich an einem gemeinsam genutzten Gerät auch dort ab und schließen Sie alle Fenster.`,
    signIn: 'Wieder anmelden',
  },
  signOutConfirm: {
    title: 'Abmelden?',
    body: (tenant) => `Sie werden bei ${tenant} und bei den darüber geöffneten Anwendungen abgemeldet.`,
    bodyFromApplication: (application, tenant) =>
      `${application} möchte Sie bei ${tenant} und bei den darüber geöffneten Anwendungen abmelden.`,
    yes: 'Abmelden',
    no: 'Angemeldet bleiben',
  },
  consent: {
    title: (application) => `${application} den Zugriff erlauben?`,
    lead: (application, tenant) => `${application} möchte Ihr Konto bei ${tenant} verwenden.`,
    scopesHeading: 'Die Anwendung möchte',
    returnNotice: (host) => `Danach geht es weiter zu ${host}.`,
    allow: 'Erlauben',
    deny: 'Ablehnen',
    unknownScope: (scope) => `die Berechtigung „${scope}“ nutzen`,
    scopes: {
      openid: 'wissen, wer Sie sind',
      profile: 'Ihren Namen und Ihre Sprache sehen',
      email: 'Ihre E-Mail-Adresse sehen',
      phone: 'Ihre Telefonnummer sehen',
      address: 'Ihre Postanschrift sehen',
      groups: 'Ihre Gruppen sehen',
      roles: 'Ihre Rollen sehen',
      offline_access: 'auch dann Zugriff behalten, wenn Sie sie nicht verwenden',
      sallyport_api: 'diesen Dienst in Ihrem Namen verwalten',
    },
  },
  consentResult: {
    granted: {
      title: 'Die Zustimmung wurde erteilt',
      body: (provider, tenant) =>
        `Das Verzeichnis hinter ${provider} meldet, dass ${tenant} verwenden darf, worum gebeten wurde.`,
      remedy: 'Sie können diese Seite schließen. Es kann einige Minuten dauern, bis die Zustimmung überall wirkt.',
    },
    refused: {
      title: 'Die Zustimmung wurde nicht erteilt',
      body: (provider, tenant) =>
        `Das Verzeichnis hinter ${provider} meldet, dass ${tenant} nicht verwenden darf, worum gebeten wurde.`,
      remedy:
        'Versuchen Sie es erneut mit einem Konto, das für die ganze Organisation zustimmen darf, und stimmen Sie zu. Hilft das nicht, sagt der Code unten, warum.',
    },
    again: 'Erneut fragen',
    application: 'Anwendungs-ID',
  },
  postForm: {
    title: 'Einen Moment',
    heading: (provider) => `Sie werden zu ${provider} weitergeleitet …`,
    unnamedProvider: 'Ihrem Identitätsanbieter',
    body: 'Wenn nichts geschieht, fahren Sie mit der Schaltfläche fort.',
    submit: 'Weiter',
  },
  bounce: {
    heading: 'Sie werden angemeldet …',
  },
  mailbox: {
    title: 'Postfach',
    lead: 'Diese Mails hat niemand bekommen: Es gibt keinen Mailserver. Hier stehen sie nur während der Entwicklung.',
    empty: 'Noch wurde keine Mail geschrieben. Ohne Mailserver stehen Mails während der Entwicklung hier.',
    from: 'Von',
    to: 'An',
    at: 'Zeit',
    back: 'Alle Mails',
  },
  password,
  setup,
  verify,
  problems,
  fallbacks,
  reasons,
};
