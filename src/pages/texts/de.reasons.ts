import { laterThenAdministrator, startAgain, tellAdministrator } from './de.remedies.ts';
import type { Reason } from './en.reasons.ts';
import type { Explanation } from './explanation.ts';

export const reasons: Record<Reason, Explanation> = {
  not_assigned: {
    title: 'Sie sind dieser Anwendung nicht zugewiesen',
    body: ({ provider }) => `${provider ?? 'Ihr Identitätsanbieter'} kennt Sie, lässt Sie diese Anwendung aber nicht verwenden.`,
    remedy: ({ provider }) =>
      `Bitten Sie Ihre Administration, Sie${provider ? ` in ${provider}` : ''} zuzuweisen, und geben Sie die unten stehende Referenz an.`,
  },
  consent_missing: {
    title: 'Ihre Organisation hat diese Anwendung noch nicht freigegeben',
    body: ({ provider }) =>
      `Die Administration muss sie${provider ? ` in ${provider}` : ''} einmal erlauben, bevor sich jemand damit anmelden kann.`,
    remedy: 'Bitten Sie Ihre Administration, die Anwendung freizugeben, und geben Sie die unten stehende Referenz an.',
  },
  consent_declined: {
    title: 'Sie haben nicht zugestimmt',
    body: 'Sie wurden gefragt, ob diese Anwendung wissen darf, wer Sie sind, und haben abgelehnt.',
    remedy: 'Beginnen Sie von vorn und stimmen Sie zu, oder wenden Sie sich an Ihre Administration.',
  },
  credentials_expired: {
    title: 'Die Verbindung zu Ihrem Identitätsanbieter ist abgelaufen',
    body: 'Das Geheimnis, an dem die beiden Dienste einander erkennen, gilt nicht mehr. Es liegt nicht an Ihnen.',
    remedy: 'Ihre Administration muss es erneuern: Bitte sagen Sie ihr Bescheid und geben Sie die unten stehende Referenz an.',
  },
  other_directory: {
    title: 'Dieses Konto gehört zu einer anderen Organisation',
    body: ({ provider }) =>
      `${provider ?? 'Ihr Identitätsanbieter'} findet das gewählte Konto nicht unter denen dieser Organisation.`,
    remedy: 'Melden Sie sich dort ab und beginnen Sie mit Ihrem Arbeitskonto von vorn.',
  },
  rules_block: {
    title: 'Eine Regel Ihrer Organisation hat diese Anmeldung verhindert',
    body: ({ provider }) =>
      `${provider ?? 'Ihr Identitätsanbieter'} erlaubt sie nur unter bestimmten Bedingungen, etwa von bestimmten Geräten oder Orten aus.`,
    remedy: 'Fragen Sie Ihre Administration, welche Bedingungen gelten, und geben Sie die unten stehende Referenz an.',
  },
  second_factor: {
    title: 'Zur Anmeldung ist ein zweiter Schritt nötig',
    body: 'Ihr Identitätsanbieter verlangt einen weiteren Nachweis, etwa einen Code oder Schlüssel, und hat ihn nicht bekommen.',
    remedy: 'Beginnen Sie von vorn und führen Sie jeden Schritt aus. Gelingt das nicht, wenden Sie sich an Ihre Administration.',
  },
  account_blocked: {
    title: 'Ihr Konto ist bei Ihrem Identitätsanbieter gesperrt',
    body: 'Es ist dort deaktiviert oder gesperrt, oder sein Kennwort ist abgelaufen.',
    remedy: tellAdministrator,
  },
  password: {
    title: 'Ihr Identitätsanbieter hat Ihre Anmeldung nicht angenommen',
    body: 'Benutzername, Kennwort oder ein weiterer Schritt war nicht richtig.',
    remedy: 'Versuchen Sie es erneut. Ein vergessenes Kennwort setzen Sie bei Ihrem Identitätsanbieter zurück.',
  },
  sign_in_first: {
    title: 'Sie sind bei Ihrem Identitätsanbieter nicht angemeldet',
    body: 'Die Anwendung hat danach gefragt, ohne Sie sich anmelden zu lassen.',
    remedy: startAgain,
  },
  provider_busy: {
    title: 'Ihr Identitätsanbieter konnte nicht antworten',
    body: 'Er ist gestört oder zurzeit überlastet.',
    remedy: laterThenAdministrator,
  },
  misconfigured: {
    title: 'Die Verbindung ist nicht richtig eingerichtet',
    body: ({ provider }) =>
      `${provider ?? 'Ihr Identitätsanbieter'} nimmt unsere Anfrage nicht an. Es liegt nicht an Ihnen, und Sie wurden nicht angemeldet.`,
    remedy: tellAdministrator,
  },
};
