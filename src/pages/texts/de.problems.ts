import { passwordProblems } from './de.password.ts';
import { laterThenAdministrator, startAgain, tellAdministrator } from './de.remedies.ts';
import { untrustedAnswer, upstreamProblems } from './de.upstream.ts';
import { verifyProblems } from './de.verify.ts';
import type { ExplainedCode, ExplainedFolder } from './en.problems.ts';
import type { Explanation } from './explanation.ts';

const notFromHere: Explanation = {
  title: 'Dieses Formular kam nicht von unserer Seite',
  body: 'Die Anfrage kam von anderswo, oder Ihr Browser verbirgt, woher sie kommt. Zur Sicherheit haben wir abgebrochen.',
  remedy:
    'Öffnen Sie die Seite neu und versuchen Sie es noch einmal. Hilft das nicht, verwenden Sie einen Browser ohne Erweiterungen zum Schutz der Privatsphäre.',
};
const unregisteredAddress: Explanation = {
  title: 'Diese Anwendung ist nicht richtig eingerichtet',
  body: 'Sie sollen an eine Adresse zurückkehren, die nicht registriert ist. Zur Sicherheit haben wir abgebrochen.',
  remedy: tellAdministrator,
};
const ourFault: Explanation = {
  title: 'Bei uns ist etwas schiefgegangen',
  body: 'Es liegt nicht an Ihnen, und Sie wurden nicht angemeldet.',
  remedy: laterThenAdministrator,
};

export const problems: Record<ExplainedCode, Explanation> = {
  ...upstreamProblems,
  ...verifyProblems,
  ...passwordProblems,
  'sign_in.attempt_unknown': {
    title: 'Diese Anmeldung lässt sich nicht fortsetzen',
    body: 'Sie wurde nicht hier oder vor zu langer Zeit begonnen. Auch Lesezeichen auf Anmeldeseiten führen hierher.',
    remedy: startAgain,
  },
  'sign_in.attempt_expired': {
    title: 'Die Anmeldung hat zu lange gedauert',
    body: 'Zu Ihrer Sicherheit muss eine Anmeldung innerhalb weniger Minuten abgeschlossen sein.',
    remedy: startAgain,
  },
  'sign_in.attempt_taken': {
    title: 'Diese Anmeldung ist bereits abgeschlossen',
    body: 'Die Seite wurde neu geladen oder über „Zurück“ aufgerufen. Jede Anmeldung gilt nur einmal.',
    remedy: 'Falls Sie noch nicht angemeldet sind, gehen Sie zurück zur Anwendung und beginnen Sie von vorn.',
  },
  'sign_in.answer_replayed': {
    title: 'Diese Antwort wurde schon verwendet',
    body: 'Jede Antwort eines Identitätsanbieters wird nur einmal angenommen, und diese hat bereits gedient.',
    remedy: startAgain,
  },
  'sign_in.other_browser': {
    title: 'Diese Anmeldung begann in einem anderen Browser',
    body: 'Wir konnten Ihren Browser nicht wiedererkennen: Die Anmeldung wurde anderswo oder in einem privaten Fenster begonnen, oder Cookies sind blockiert.',
    remedy:
      'Beginnen Sie von vorn und bleiben Sie in einem Browserfenster. Falls Cookies blockiert sind, erlauben Sie sie für diese Seite.',
  },
  'sign_in.other_connection': {
    title: 'Die Antwort kam von der falschen Stelle',
    body: 'Geantwortet hat ein anderer Identitätsanbieter als der, zu dem wir Sie geschickt haben. Zur Sicherheit haben wir abgebrochen.',
    remedy: startAgain,
  },
  'sign_in.connection_changed': {
    title: 'Die Einstellungen wurden gerade geändert',
    body: 'Ihre Administration hat die Einstellungen dieser Anmeldung geändert, während Sie sich angemeldet haben.',
    remedy: startAgain,
  },
  'sign_in.connection_disabled': {
    title: 'Diese Anmeldung ist abgeschaltet',
    body: ({ tenant }) => `Ihre Administration hat sie für ${tenant} abgeschaltet.`,
    remedy: 'Wählen Sie eine andere Anmeldung oder wenden Sie sich an Ihre Administration.',
  },
  'sign_in.connection_unknown': {
    title: 'Diese Anmeldung gibt es nicht',
    body: ({ tenant }) =>
      `${tenant} hat unter dieser Adresse keinen Identitätsanbieter. Vielleicht wurde er entfernt, oder der Link ist falsch.`,
    remedy: 'Prüfen Sie den Link oder wenden Sie sich an Ihre Administration.',
  },
  'sign_in.binding_unsupported': {
    title: 'Die Antwort kam auf dem falschen Weg',
    body: 'Ihr Identitätsanbieter hat auf eine Weise geantwortet, die nicht vereinbart ist.',
    remedy: tellAdministrator,
  },
  'sign_in.no_connection': {
    title: 'Hier kann sich noch niemand anmelden',
    body: ({ tenant }) => `Mit ${tenant} ist noch kein Identitätsanbieter verbunden.`,
    remedy: 'Bitte wenden Sie sich an Ihre Administration.',
  },
  'sign_in.return_invalid': {
    title: 'Dieser Link führt an einen unbekannten Ort',
    body: ({ tenant }) => `Die Adresse, zu der es nach der Anmeldung weitergehen soll, gehört nicht zu ${tenant}.`,
    remedy: 'Beginnen Sie in der Anwendung selbst und nicht mit einem Link, den man Ihnen geschickt hat.',
  },
  'admission.no_account': {
    title: 'Sie haben hier kein Konto',
    body: ({ email, tenant }) =>
      email ? `${email} hat bei ${tenant} kein aktives Konto.` : `Sie haben bei ${tenant} kein aktives Konto.`,
    remedy:
      'Wenden Sie sich an Ihre Administration. Falls Sie mehrere Konten haben, prüfen Sie, ob Sie das richtige verwendet haben.',
  },
  'admission.account_disabled': {
    title: 'Ihr Konto ist deaktiviert',
    body: ({ email, tenant }) =>
      email ? `Das Konto von ${email} bei ${tenant} wurde deaktiviert.` : `Ihr Konto bei ${tenant} wurde deaktiviert.`,
    remedy: 'Wenn Sie das für einen Irrtum halten, wenden Sie sich an Ihre Administration.',
  },
  'admission.account_pending': {
    title: 'Ihr Konto ist noch nicht aktiv',
    body: ({ tenant }) => `Ihre Anmeldung war richtig, aber Ihr Konto bei ${tenant} muss noch aktiviert werden.`,
    remedy: 'Bitten Sie Ihre Administration, es zu aktivieren, und melden Sie sich dann erneut an.',
  },
  'admission.account_exists': {
    title: 'Ihr Konto gehört zu einer anderen Anmeldung',
    body: ({ tenant }) =>
      `Bei ${tenant} gibt es bereits ein Konto mit Ihren Angaben; es ist nicht mit diesem Identitätsanbieter verknüpft.`,
    remedy: 'Melden Sie sich auf dem bisherigen Weg an oder wenden Sie sich an Ihre Administration.',
  },
  'admission.account_unproven': {
    title: 'Ihre E-Mail-Adresse wird hier bereits verwendet',
    body: ({ tenant }) =>
      `Bei ${tenant} hat jemand ein Konto mit Ihrer E-Mail-Adresse angelegt, ohne nachzuweisen, dass sie ihm gehört. Zu Ihrer Sicherheit wurden Sie nicht daran angemeldet.`,
    remedy: 'Bitten Sie Ihre Administration, dieses Konto zu prüfen: wem es gehört oder ob es gelöscht wird.',
  },
  'admission.email_not_trusted': {
    title: 'Ihre E-Mail-Adresse ist nicht bestätigt',
    body: 'Ihr Identitätsanbieter bürgt nicht für Ihre E-Mail-Adresse, oder sie liegt in einer Domäne, die Ihre Organisation nicht nachgewiesen hat. Deshalb können wir sie keinem Konto zuordnen.',
    remedy: tellAdministrator,
  },
  'admission.attribute_mismatch': {
    title: 'Ihre Angaben stimmen nicht überein',
    body: ({ tenant }) => `Was Ihr Identitätsanbieter über Sie mitteilt, weicht von Ihrem Konto bei ${tenant} ab.`,
    remedy: tellAdministrator,
  },
  'admission.not_allowed': {
    title: 'Sie sind hier nicht zugeordnet',
    body: ({ tenant }) =>
      `Ihre Anmeldung war richtig, aber bei ${tenant} haben nur bestimmte Personen Zugang, und Sie gehören noch nicht dazu.`,
    remedy: 'Bitten Sie Ihre Administration um Zugang.',
  },
  'admission.access_unknown': {
    title: 'Ob Sie Zugang haben, ließ sich nicht feststellen',
    body: ({ tenant }) =>
      `Bei ${tenant} entscheiden darüber Ihre Gruppen, und Ihr Identitätsanbieter hat sie nicht vollständig mitgeteilt.`,
    remedy: tellAdministrator,
  },
  'admission.claim_missing': {
    title: 'Eine Angabe über Sie fehlt',
    body: 'Ihr Identitätsanbieter hat nicht alles mitgeteilt, was nötig ist, um Ihr Konto zu finden.',
    remedy: tellAdministrator,
  },
  'logout.return_unknown': {
    title: 'Diese Abmeldung ist bereits beendet',
    body: 'Die Seite wurde erneut geladen, kam zu spät oder gehört zu einem anderen Browser. Falls Sie sich hier abgemeldet haben, ist das geschehen.',
    remedy: 'Sie können dieses Fenster schließen. An einem gemeinsam genutzten Gerät schließen Sie alle Fenster des Browsers.',
  },
  'openid_provider.interaction_over': {
    title: 'Diese Seite ist nicht mehr gültig',
    body: 'Sie war zu lange geöffnet oder wurde bereits verwendet.',
    remedy: startAgain,
  },
  'openid_provider.application_unknown': {
    title: 'Diese Anwendung ist nicht bekannt',
    body: ({ tenant }) => `Die Anwendung, die Sie hierher geschickt hat, ist bei ${tenant} nicht registriert.`,
    remedy: tellAdministrator,
  },
  'openid_provider.redirect_uri_unregistered': unregisteredAddress,
  'openid_provider.sign_out_uri_unregistered': unregisteredAddress,
  'openid_provider.consent_not_here': notFromHere,
  'openid_provider.sign_out_not_here': notFromHere,
  'consent.not_here': {
    title: 'Hier gibt es nichts zuzustimmen',
    body: 'Dieser Identitätsanbieter hat keine Seite für die Zustimmung der Administration, oder er ist dafür nicht eingerichtet.',
    remedy: 'Prüfen Sie den Link, oder fragen Sie, von wem Sie ihn haben.',
  },
  'consent.answer_unknown': {
    title: 'Um diese Zustimmung wurde hier nicht gebeten',
    body: 'Sie gehört zu einem anderen Browser, ist zu lange her, oder die Seite wurde neu geladen.',
    remedy: 'Öffnen Sie den Link zur Zustimmung erneut und bleiben Sie in einem Browserfenster.',
  },
  'consent.other_directory': {
    title: 'Das ist ein anderes Verzeichnis',
    body: ({ tenant }) =>
      `Sie haben für das Verzeichnis einer anderen Organisation zugestimmt als das, mit dem ${tenant} verbunden ist.`,
    remedy: 'Öffnen Sie den Link zur Zustimmung erneut und melden Sie sich mit einem Konto der richtigen Organisation an.',
  },
  'sign_in.form_elsewhere': notFromHere,
  'openid_provider.failed': ourFault,
  'http.failed': ourFault,
  'tenants.unknown': {
    title: 'Hier gibt es nichts',
    body: 'Unter dieser Adresse meldet sich keine Organisation an.',
    remedy: 'Prüfen Sie die Adresse auf Tippfehler oder fragen Sie dort nach, wo Sie sie erhalten haben.',
  },
  'tenants.suspended': {
    title: 'Die Anmeldung ist ausgesetzt',
    body: ({ tenant }) => `Bei ${tenant} kann sich derzeit niemand anmelden.`,
    remedy: 'Bitte wenden Sie sich an Ihre Administration.',
  },
  'http.not_found': {
    title: 'Diese Seite gibt es nicht',
    body: 'Der Link ist falsch, oder die Seite wurde verschoben.',
    remedy: 'Prüfen Sie die Adresse oder beginnen Sie in der Anwendung, die Sie öffnen wollten.',
  },
  'http.unavailable': {
    title: 'Wir sind gerade nicht erreichbar',
    body: 'Der Dienst wird gewartet oder ist überlastet.',
    remedy: laterThenAdministrator,
  },
};

export const fallbacks: Record<ExplainedFolder, Explanation> = {
  sign_in: {
    title: 'Die Anmeldung konnte nicht abgeschlossen werden',
    body: 'Etwas daran war nicht wie erwartet.',
    remedy: startAgain,
  },
  admission: {
    title: 'Sie können nicht eingelassen werden',
    body: ({ tenant }) => `Sie haben sich bei Ihrem Identitätsanbieter angemeldet, aber ${tenant} lässt Sie nicht zu.`,
    remedy: tellAdministrator,
  },
  saml: untrustedAnswer,
  xml: untrustedAnswer,
  oidc: untrustedAnswer,
  openid_provider: {
    title: 'Die Anfrage der Anwendung ist nicht zulässig',
    body: 'Die Anwendung, die Sie hierher geschickt hat, hat auf eine Weise gefragt, die wir nicht annehmen.',
    remedy: tellAdministrator,
  },
  http: {
    title: 'Diese Anfrage ist nicht möglich',
    body: 'Ihr Browser hat etwas gesendet, womit wir nichts anfangen konnten.',
    remedy: startAgain,
  },
  fetch: {
    title: 'Ihr Identitätsanbieter ist nicht erreichbar',
    body: 'Wir konnten die Anmeldung nicht abschließen, weil er nicht antwortet, wie er soll.',
    remedy: laterThenAdministrator,
  },
  logout: {
    title: 'Die Abmeldung ließ sich nicht prüfen',
    body: 'Was Ihr Identitätsanbieter gesendet hat, hat unsere Prüfungen nicht bestanden. Niemand wurde dadurch abgemeldet.',
    remedy:
      'Schließen Sie zur Sicherheit alle Fenster Ihres Browsers. Geschieht es immer wieder, geben Sie Ihrer Administration die unten stehende Referenz an.',
  },
  other: { title: 'Etwas ist schiefgegangen', body: 'Sie wurden nicht angemeldet.', remedy: laterThenAdministrator },
};
