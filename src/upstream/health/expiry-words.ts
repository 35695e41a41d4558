import type { KeyUse } from '../keys/own-keys.ts';
import type { Expiry, ExpiryKind } from './expiry.ts';

/** Languages that notices are written in. */
export const noticeLanguages = ['en', 'de'] as const;
export type NoticeLanguage = (typeof noticeLanguages)[number];

/** What is said of one kind of thing that ends. */
export interface ExpiryWords {
  /** What it is, with its provider. */
  title(expiry: Expiry): string;
  whatToDo: string;
  /** What happens if nobody does anything. */
  otherwise(expiry: Expiry): string;
}

const ownKeys: Record<NoticeLanguage, Record<KeyUse, string>> = {
  en: {
    signing: 'Our signing key',
    decryption: 'Our decryption key',
    'client-assertion': 'Our key for client assertions',
  },
  de: {
    signing: 'Unser Signaturschlüssel',
    decryption: 'Unser Entschlüsselungsschlüssel',
    'client-assertion': 'Unser Schlüssel für Client-Assertions',
  },
};

const en: Record<ExpiryKind, ExpiryWords> = {
  'verification-certificate': {
    title: ({ name, what }) => `Certificate that ${name} signs with (SHA-256 ${short(what)})`,
    whatToDo:
      'Ask the provider’s administrator for the next certificate and add it here beside this one, under “Signing certificates of the provider”. With a “Metadata address” a new certificate is added by itself as soon as the provider publishes it.',
    otherwise: ({ keepsOut }) =>
      keepsOut
        ? 'Answers signed with this certificate are refused from that moment (“Refuse expired certificates” is on), and nobody can sign in through it.'
        : 'Answers signed with this certificate are still accepted. But providers change to a new one before the old one expires, and sign-in fails from that moment if the new one is not known here.',
  },
  'own-key': {
    title: ({ name, what, use }) => `${ownKeys.en[use ?? 'signing']} towards ${name} (${what})`,
    whatToDo:
      'Give the certificate of the next key to the provider’s administrator, then activate that key here. A next key is made by itself 60 days ahead.',
    otherwise: () =>
      'A provider that checks our certificate refuses our requests, or encrypts to a key that has ended, and nobody can sign in through it.',
  },
  'client-secret': {
    title: ({ name, what }) => `Client secret of ${name} (client id ${what})`,
    whatToDo:
      'Make a new secret at the provider, then enter it here, with its new end, under “Client secret”. With a key of ours in its place (private_key_jwt) no secret expires.',
    otherwise: () => 'The provider refuses us, and nobody can sign in through it.',
  },
  metadata: {
    title: ({ name }) => `Metadata of ${name}`,
    whatToDo: 'The provider must publish its metadata anew. Ask its administrator, and look at “Metadata address”.',
    otherwise: () => 'New certificates are not picked up any more, so that sign-in fails when the provider changes its own.',
  },
};

const de: Record<ExpiryKind, ExpiryWords> = {
  'verification-certificate': {
    title: ({ name, what }) => `Zertifikat, mit dem ${name} signiert (SHA-256 ${short(what)})`,
    whatToDo:
      'Lassen Sie sich vom Administrator des Anbieters das nächste Zertifikat geben und tragen Sie es hier neben diesem ein („Signing certificates of the provider“). Mit einer Metadaten-URL kommt ein neues von selbst hinzu, sobald der Anbieter es veröffentlicht.',
    otherwise: ({ keepsOut }) =>
      keepsOut
        ? 'Antworten mit diesem Zertifikat werden ab dann abgewiesen („Refuse expired certificates“ ist an), und niemand kann sich mehr über ihn anmelden.'
        : 'Antworten mit diesem Zertifikat werden weiter angenommen. Anbieter wechseln jedoch vor dem Ablauf zu einem neuen, und ab dann scheitert die Anmeldung, wenn das neue hier nicht bekannt ist.',
  },
  'own-key': {
    title: ({ name, what, use }) => `${ownKeys.de[use ?? 'signing']} gegenüber ${name} (${what})`,
    whatToDo:
      'Geben Sie dem Administrator des Anbieters das Zertifikat des nächsten Schlüssels und aktivieren Sie diesen dann hier. Ein nächster Schlüssel entsteht 60 Tage vorher von selbst.',
    otherwise: () =>
      'Ein Anbieter, der unser Zertifikat prüft, weist unsere Anfragen ab oder verschlüsselt für einen abgelaufenen Schlüssel, und niemand kann sich mehr über ihn anmelden.',
  },
  'client-secret': {
    title: ({ name, what }) => `Client-Secret von ${name} (Client-ID ${what})`,
    whatToDo:
      'Erzeugen Sie beim Anbieter ein neues Secret und tragen Sie es hier mit seinem neuen Ende ein („Client secret“). Mit einem Schlüssel von uns (private_key_jwt) gibt es kein Secret, das abläuft.',
    otherwise: () => 'Der Anbieter weist uns ab, und niemand kann sich mehr über ihn anmelden.',
  },
  metadata: {
    title: ({ name }) => `Metadaten von ${name}`,
    whatToDo:
      'Der Anbieter muss seine Metadaten neu veröffentlichen. Fragen Sie dessen Administrator und prüfen Sie die Metadaten-URL.',
    otherwise: () =>
      'Neue Zertifikate werden nicht mehr übernommen, sodass die Anmeldung scheitert, wenn der Anbieter seines wechselt.',
  },
};

const words: Record<NoticeLanguage, Record<ExpiryKind, ExpiryWords>> = { en, de };

export function wordsFor(kind: ExpiryKind, language: NoticeLanguage): ExpiryWords {
  return words[language][kind];
}

/** The language of a locale such as `de-AT`; undefined when notices are not written in it. */
export function languageOf(locale: string | undefined): NoticeLanguage | undefined {
  const primary = locale?.split(/[-_]/)[0]?.toLowerCase();
  return noticeLanguages.find((language) => language === primary);
}

/** Enough of a fingerprint to tell certificates apart, as consoles show them. */
function short(fingerprint: string): string {
  return (fingerprint.slice(0, 16).match(/../g) ?? []).join(':').toUpperCase();
}
