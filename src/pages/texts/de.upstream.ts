import { startAgain, tellAdministrator } from './de.remedies.ts';
import type { upstreamProblems as english } from './en.upstream.ts';
import type { Explanation } from './explanation.ts';

const clocks: Explanation = {
  title: 'Die Antwort kam zur falschen Zeit',
  body: 'Die Antwort Ihres Identitätsanbieters ist zu alt oder noch nicht gültig. Meist wurde zu lange gewartet, oder eine Uhr geht falsch.',
  remedy:
    'Melden Sie sich erneut an. Tritt der Fehler wieder auf, geben Sie Ihrer Administration die unten stehende Referenz an.',
};
const tooWeak: Explanation = {
  title: 'Eine andere Art der Anmeldung ist nötig',
  body: 'Ihr Identitätsanbieter hat Sie auf andere Weise angemeldet, als hier verlangt ist. Vielleicht wurde ein zweiter Faktor ausgelassen.',
  remedy:
    'Melden Sie sich erneut an und führen Sie jeden angebotenen Schritt aus. Tritt der Fehler wieder auf, geben Sie Ihrer Administration die unten stehende Referenz an.',
};
const tooLongAgo: Explanation = {
  title: 'Sie müssen sich neu anmelden',
  body: 'Hier ist eine frische Anmeldung nötig, Ihr Identitätsanbieter hat aber mit einer früheren geantwortet.',
  remedy:
    'Melden Sie sich bei Ihrem Identitätsanbieter ab und beginnen Sie von vorn. Hilft das nicht, wenden Sie sich an Ihre Administration.',
};
const misconfigured: Explanation = {
  title: 'Die Verbindung ist nicht richtig eingerichtet',
  body: 'Ihr Identitätsanbieter und wir verstehen einander nicht. Es liegt nicht an Ihnen, und Sie wurden nicht angemeldet.',
  remedy: tellAdministrator,
};
const refused: Explanation = {
  title: 'Ihr Identitätsanbieter hat die Anmeldung abgelehnt',
  body: 'Er hat einen Fehler gemeldet, statt uns mitzuteilen, wer Sie sind.',
  remedy: tellAdministrator,
};
const fromPortal: Explanation = {
  title: 'Diese Anmeldung wurde nicht hier begonnen',
  body: 'Ihr Identitätsanbieter hat eine Antwort geschickt, die zu keiner unserer Anmeldungen gehört.',
  remedy: 'Öffnen Sie die Anwendung direkt statt über die Kachel im Portal und melden Sie sich dort an.',
};

const portalOff: Explanation = {
  title: 'Die Anmeldung aus dem Portal ist ausgeschaltet',
  body: 'Das Portal Ihres Identitätsanbieters hat Sie hierher geschickt, doch die Anmeldung von dort ist nicht eingeschaltet. Niemand wurde angemeldet.',
  remedy:
    'Öffnen Sie die Anwendung direkt und melden Sie sich dort an. Möchten Sie das Portal nutzen, bitten Sie Ihre Administration, dies einzuschalten, und nennen Sie die Referenz unten.',
};
const portalLoop: Explanation = {
  title: 'Die Anmeldung dreht sich im Kreis',
  body: 'Ihr Identitätsanbieter antwortet immer wieder so, als hätte ihn niemand gefragt.',
  remedy: tellAdministrator,
};

export const upstreamProblems: Record<keyof typeof english, Explanation> = {
  'oidc.access_denied': {
    title: 'Die Anmeldung wurde nicht genehmigt',
    body: 'Sie haben sie abgebrochen, oder Ihr Identitätsanbieter erlaubt Ihnen diese Anwendung nicht.',
    remedy: 'Versuchen Sie es erneut. Wenn es wieder nicht gelingt, bitten Sie Ihre Administration um Zugang.',
  },
  'oidc.code_refused': {
    title: 'Diese Anmeldung ist nicht mehr gültig',
    body: 'Ihr Identitätsanbieter nimmt sie nicht mehr an. Sie hat zu lange gedauert oder wurde schon verwendet.',
    remedy: startAgain,
  },
  'saml.expired': clocks,
  'saml.not_yet_valid': clocks,
  'saml.issued_out_of_time': clocks,
  'saml.confirmation_expired': clocks,
  'saml.confirmation_not_yet_valid': clocks,
  'oidc.token_expired': clocks,
  'oidc.token_not_yet_valid': clocks,
  'oidc.token_too_old': clocks,
  'saml.authn_context_mismatch': tooWeak,
  'oidc.context_mismatch': tooWeak,
  'oidc.methods_mismatch': tooWeak,
  'saml.authentication_too_old': tooLongAgo,
  'saml.session_expired': tooLongAgo,
  'oidc.authentication_too_old': tooLongAgo,
  'sign_in.not_fresh': tooLongAgo,
  'saml.settings_invalid': misconfigured,
  'saml.decryption_key_missing': misconfigured,
  'saml.certificate_expired': misconfigured,
  'saml.certificate_not_yet_valid': misconfigured,
  'oidc.settings_invalid': misconfigured,
  'upstream.secret_missing': misconfigured,
  'oidc.client_key_missing': misconfigured,
  'oidc.client_refused': misconfigured,
  'oidc.client_secret_expired': misconfigured,
  'oidc.token_version_mismatch': misconfigured,
  'oidc.token_refused': misconfigured,
  'oidc.token_answer_unreadable': misconfigured,
  'oidc.id_token_missing': misconfigured,
  'oidc.keys_unavailable': misconfigured,
  'oidc.userinfo_unreadable': misconfigured,
  'saml.status_not_success': refused,
  'oidc.provider_refused': refused,
  'saml.unsolicited': fromPortal,
  'sign_in.answer_without_handle': fromPortal,
  'sign_in.portal_off': portalOff,
  'sign_in.portal_loop': portalLoop,
  'oidc.initiation_issuer_mismatch': misconfigured,
};

export const untrustedAnswer: Explanation = {
  title: 'Die Anmeldung ließ sich nicht prüfen',
  body: 'Die Antwort Ihres Identitätsanbieters hat unsere Prüfungen nicht bestanden. Niemand wurde angemeldet.',
  remedy: tellAdministrator,
};
