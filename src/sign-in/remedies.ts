import type { TraceLine } from '#kernel/trace.ts';
import {
  type Connection,
  field,
  here,
  inBrackets,
  knownProviderOf,
  onPerson,
  provider,
  type RefusalFacts,
  type Remedy,
  type RemedyTable,
  remedyIn,
  remedyOfProvider,
  shown,
  upstreamRemedies,
} from '#upstream/index.ts';

const startAgain = 'Start again from the application';
const claimOf = ({ provider: known }: RefusalFacts): string => shown(known?.claim ?? 'email');

/** What came instead of a claim that is missing. */
function cameInstead({ lines }: RefusalFacts): string {
  const names = lines.findLast(({ step }) => step === 'admission.claims_received')?.received;
  return Array.isArray(names) && names.length > 0 ? ` These claims came: ${names.slice(0, 40).join(', ')}.` : '';
}

const attempts: RemedyTable = {
  'sign_in.answer_without_handle': onPerson(
    `${startAgain}: this answer belongs to no sign-in that was started here. If people never come through, the provider does not send back what it was sent (state, InResponseTo).`,
  ),
  'sign_in.portal_off': ({ provider: known }) => {
    const pointer = known?.kind === 'saml' ? '/saml/allowIdpInitiated' : '/oidc/allowThirdPartyInitiated';
    const answersAt = known?.acsUrl ?? known?.redirectUri ?? '{tenant URL}/sso/{slug}/callback';
    return {
      where: 'here',
      pointer,
      whatToDo: `Switch ${field(pointer)} on here, if people are to start there. Or show there a link to ${shown(answersAt.replace(/\/(?:acs|callback)$/, '/start'))} in the place of this application: that works without it.`,
    };
  },
  'sign_in.portal_loop': provider(
    'At the provider, let responses name the request that they answer (InResponseTo): this browser was sent there several times in a minute, and each answer came as if nobody had asked. Switch IdP-initiated sign-in off for this service there.',
  ),
  'sign_in.attempt_unknown': onPerson(`${startAgain}: this sign-in is not known, or began more than a day ago.`),
  'sign_in.attempt_taken': onPerson(
    `${startAgain}, if nobody is signed in yet: this answer was used before (reload, Back button).`,
  ),
  'sign_in.attempt_expired': onPerson(`${startAgain}, and answer the provider within 15 minutes: this one took longer.`),
  'sign_in.other_browser': onPerson(
    `${startAgain}, and stay in one browser: the answer came in another one than the sign-in began in, or cookies are blocked for this site.`,
  ),
  'sign_in.other_connection': provider(
    ({ expected, received }) =>
      `At the provider, give each of our identity providers its own redirect URI or ACS URL: the sign-in began at ${shown(expected)} and was answered at ${shown(received)}.`,
    '/slug',
  ),
  'sign_in.connection_changed': onPerson(`${startAgain}: the identity provider was changed meanwhile.`),
  'sign_in.connection_unknown': provider(
    ({ received }) =>
      `At the provider, correct the redirect URI or ACS URL: there is no identity provider ${shown(received)} here (any more).`,
    '/slug',
  ),
  'sign_in.connection_disabled': here(
    '/enabled',
    `Switch the identity provider on here, and let it be offered (${field('/authentication/enabled')}), if people are to sign in through it.`,
  ),
  'sign_in.binding_unsupported': provider(
    ({ expected, received }) =>
      `At the provider, send answers as asked (${shown(expected)}): this one came as ${shown(received)}.`,
  ),
  'sign_in.answer_replayed': onPerson(
    `${startAgain}: this very answer was used before. If nobody reloaded a page, look who else could have it.`,
  ),
  'sign_in.not_fresh': provider(
    ({ expected, received }) =>
      `At the provider, honour max_age or ForceAuthn: the application wants the person ${shown(expected)}, and they were ${shown(received)}.`,
  ),
  'sign_in.no_connection': here('/enabled', 'Connect an identity provider here and switch it on: nobody can sign in yet.'),
  'sign_in.return_invalid': onPerson(`${startAgain}: the address to return to is not one of this tenant.`),
};

const admissions: RemedyTable = {
  'admission.no_account': here(
    '/users/create',
    ({ detail, provider: known }) =>
      `Make an account for this person here with that ${known?.userAttribute ?? 'email'}, or switch ${field('/users/create')} on: nobody here has the value of claim ${claimOf({ provider: known } as RefusalFacts)}, and accounts are not made at sign-in.${inBrackets(detail)}`,
  ),
  'admission.account_disabled': here('/users', 'Enable the account of this person here, if they are to sign in.'),
  'admission.account_pending': here(
    '/users/pendingActivation',
    `Enable the account of this person here: accounts that are made at sign-in wait for it while ${field('/users/pendingActivation')} is on.`,
  ),
  'admission.account_exists': here(
    '/authentication/userAttribute',
    `Compare the account that holds the same e-mail, user id or user principal name here: it cannot be taken over. Identify people by an attribute that it shares (${field('/authentication/userAttribute')}), or correct or remove that account.`,
  ),
  'admission.email_not_trusted': here(
    '/authentication/domains',
    ({ provider: known }) =>
      `Prove the domain of this address here, under Domains, and add it to ${field('/authentication/domains')} if that is not empty; ${
        known?.kind === 'saml'
          ? 'without that an address that a provider sends identifies nobody.'
          : `and let the provider say that the address is verified (${known?.kind === 'microsoft-oidc' ? 'optional claim xms_edov' : 'email_verified: true'}).`
      }`,
  ),
  'admission.account_unproven': here(
    '/users',
    'Look at the account with this address here: somebody signed in to it who has not proven the address. Confirm whose it is and set its address anew, or remove it.',
  ),
  'admission.attribute_mismatch': here(
    '/authentication/matchAttributes',
    ({ detail }) =>
      `Correct the account here, or the person at the provider: an attribute differs${inBrackets(detail)}. Or take the attribute out of ${field('/authentication/matchAttributes')}.`,
  ),
  'admission.not_allowed': provider(
    ({ received }) =>
      `At the provider, assign the person to a group or role that ${field('/access')} asks for here, or change its rules.${
        Array.isArray(received) ? ` Judged: ${received.slice(0, 10).map(shown).join('; ')}.` : ''
      }`,
    '/access/rules',
  ),
  'admission.access_unknown': provider(
    `At the provider, send fewer groups for this application (only those assigned to it), or let them be read with our certificate: the list that ${field('/access')} asks for here came incomplete, so nobody can say whether they fit.`,
    '/access/rules',
  ),
  'admission.claim_missing': provider(
    (facts) =>
      `At the provider, send the claim ${claimOf(facts)} for this application${
        facts.provider?.kind === 'saml' ? ' as an attribute of that Name' : ' (in the ID token or userinfo; ask for its scope)'
      }, or choose one that comes, here under ${field('/authentication/userAttribute')}: it identifies people, and did not come.${cameInstead(facts)}`,
    '/authentication/claim',
  ),
};

const doors: RemedyTable = {
  'directory.attribute_ambiguous': here(
    '/authentication/userAttribute',
    `Identify people by another attribute here (${field('/authentication/userAttribute')}): several accounts have this value.`,
  ),
  'http.too_large': provider('At the provider, send fewer attributes (groups, most likely): the answer is larger than 1 MB.'),
  'http.field_repeated': provider(
    'At the provider (or a proxy in front of it), send each field of the answer once: one came twice.',
  ),
  'http.media_type_unsupported': provider(
    'At the provider, post the answer as a form (application/x-www-form-urlencoded), as the HTTP-POST binding says.',
  ),
  'http.body_unreadable': provider('At the provider, post the answer as a form: what came could not be read.'),
  'http.failed': onPerson('Try again. If it happens again, give the operator this reference: something went wrong on our side.'),
  'recheck.person_gone': provider(
    'At the provider, look at the account of this person: it was disabled, or taken out of this application, or its tokens were revoked there. If that is right, nothing has to be done; they were signed out here.',
  ),
  'verify.revision_gone': here('', 'Start Verify again: this revision of the identity provider is not kept any more.'),
};

/** What an administrator does about each refusal that sign-in itself makes; those of an answer are in `upstreamRemedies`. */
export const signInRemedies: RemedyTable = { ...attempts, ...admissions, ...doors };

/** What to do about a refusal. Every code has something; that of an unknown one sends to the trace. */
export function findRemedy(facts: RefusalFacts): Remedy {
  return (
    remedyOfProvider(facts) ??
    remedyIn(signInRemedies, facts) ??
    remedyIn(upstreamRemedies, facts) ?? {
      where: 'here',
      whatToDo: 'Read the steps below: the one that is refused says what was expected and what came.',
    }
  );
}

/** What is known of a refusal, from its trace. */
export function refusalFactsOf(
  code: string,
  lines: readonly TraceLine[],
  { connection, detail }: { connection?: Connection | undefined; detail?: string | undefined },
): RefusalFacts {
  const line = lines.findLast(({ verdict }) => verdict === 'refused');
  return {
    code,
    detail,
    expected: line?.expected,
    received: line?.received,
    lines,
    provider: connection === undefined ? null : knownProviderOf(connection),
  };
}
