import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LANGUAGES } from '#pages/index.ts';
import { textsOf } from '#pages/texts/catalogue.ts';
import { explainedNumbers } from './aadsts.ts';
import { explainProviderError, personReasonOf, readProviderFacts } from './provider-errors.ts';
import { type ProviderFacts, type ProviderValues, personReasons } from './provider-explanation.ts';
import { explainedStatuses } from './saml-statuses.ts';

const values: Required<ProviderValues> = {
  redirectUri: 'https://sso.example.com/t/acme/sso/entra/callback',
  clientId: '4f1c0b5e-5a0c-4ac5-8d6f-2f1d0a6f7b11',
  adminConsentUrl: 'https://sso.example.com/t/acme/sso/entra/admin-consent',
  acsUrl: 'https://sso.example.com/t/acme/sso/entra/acs',
  spEntityId: 'https://sso.example.com/t/acme/sso/entra/metadata',
};
const status = (nested: string | null, code = 'Requester', message: string | null = null): ProviderFacts => ({
  kind: 'saml',
  status: { code: `${SAML}${code}`, nested: nested === null ? null : `${SAML}${nested}`, message },
});
const SAML = 'urn:oasis:names:tc:SAML:2.0:status:';

describe('A provider’s refusal is explained', () => {
  const rows: [name: string, facts: ProviderFacts, code: string, where: string, pointer?: string][] = [
    ['consent is missing', entra('AADSTS65001', 'invalid_grant'), 'entra.consent_missing', 'provider'],
    ['nobody assigned the person', entra('AADSTS50105'), 'entra.user_not_assigned', 'provider'],
    ['a wrong secret', entra('AADSTS7000215', 'invalid_client'), 'entra.secret_wrong', 'here', '/oidc/clientSecret'],
    ['an expired secret', entra('AADSTS7000222', 'invalid_client'), 'entra.secret_expired', 'here', '/oidc/clientSecret'],
    ['another redirect URI', entra('AADSTS50011', 'invalid_request'), 'entra.redirect_uri_differs', 'provider'],
    [
      'an unknown application',
      entra('AADSTS700016', 'unauthorized_client'),
      'entra.application_unknown',
      'here',
      '/oidc/clientId',
    ],
    ['an unknown directory', entra('AADSTS90002'), 'entra.directory_unknown', 'here', '/oidc/directoryId'],
    ['an account of elsewhere', entra('AADSTS50020'), 'entra.user_of_other_directory', 'person'],
    ['Conditional Access', entra('AADSTS53003'), 'entra.conditional_access', 'provider'],
    [
      'an unknown certificate',
      entra('AADSTS700027', 'invalid_client'),
      'entra.certificate_unknown',
      'provider',
      '/oidc/clientAuthentication',
    ],
    ['a public client with a secret', entra('AADSTS700025', 'invalid_client'), 'entra.client_is_public', 'provider'],
    ['an unknown number by its error', entra('AADSTS9999999', 'server_error'), 'oauth.server_error', 'provider'],
    [
      'Entra over SAML, by the number in the message',
      status(null, 'Responder', 'AADSTS75011: The authentication method differs.'),
      'entra.authentication_context_differs',
      'here',
      '/saml/requestedAuthnContexts',
    ],
    [
      'Okta: nobody assigned the person',
      { error: 'access_denied', description: 'User is not assigned to the client application.' },
      'okta.user_not_assigned',
      'provider',
    ],
    [
      'Okta: no policy fits',
      {
        error: 'access_denied',
        description: 'Policy evaluation failed for this request, please check the policy configurations.',
      },
      'okta.policy_refused',
      'provider',
    ],
    ['Okta: a wrong secret', { preset: 'okta', error: 'invalid_client' }, 'okta.client_refused', 'here', '/oidc/clientSecret'],
    ['Okta: an unknown scope', { preset: 'okta', error: 'invalid_scope' }, 'okta.scope_unknown', 'here', '/oidc/scopes'],
    ['Google: an account of elsewhere', { error: 'org_internal' }, 'google.internal_only', 'person'],
    ['Google: blocked by the administrator', { error: 'admin_policy_enforced' }, 'google.blocked_by_admin', 'provider'],
    ['Google: another redirect URI', { error: 'redirect_uri_mismatch' }, 'google.redirect_uri_differs', 'provider'],
    [
      'AD FS: another redirect URI',
      { error: 'invalid_request', description: 'MSIS9224: Received invalid OAuth authorization request.' },
      'adfs.redirect_uri_differs',
      'provider',
    ],
    [
      'Keycloak: unknown client',
      { preset: 'keycloak', error: 'invalid_client', description: 'Invalid client or Invalid client credentials' },
      'keycloak.client_refused',
      'here',
      '/oidc/clientSecret',
    ],
    [
      'another vendor’s wrong secret',
      { preset: 'onelogin', error: 'invalid_client' },
      'oauth.client_refused',
      'here',
      '/oidc/clientSecret',
    ],
    ['a person who was not to be asked', { error: 'login_required' }, 'oauth.login_required', 'person'],
    ['SAML: the NameID format', status('InvalidNameIDPolicy'), 'saml_status.name_id_policy', 'here', '/saml/nameIdFormat'],
    [
      'SAML: the context',
      status('NoAuthnContext', 'Responder'),
      'saml_status.no_authentication_context',
      'here',
      '/saml/requestedAuthnContexts',
    ],
    ['SAML: denied', status('RequestDenied', 'Responder'), 'saml_status.request_denied', 'provider'],
    ['SAML: wrong password', status('AuthnFailed', 'Responder'), 'saml_status.authentication_failed', 'person'],
    ['SAML: passive', status('NoPassive', 'Responder'), 'saml_status.no_passive', 'person'],
    ['SAML: unsupported', status('RequestUnsupported'), 'saml_status.request_unsupported', 'here', '/saml/ssoBinding'],
    ['SAML: nothing inside', status(null), 'saml_status.requester', 'provider'],
    ['SAML: a code of the vendor’s own inside', status('acme', 'Responder'), 'saml_status.provider_failed', 'provider'],
  ];
  for (const [name, facts, code, where, pointer] of rows) {
    it(name, () => {
      const found = explainProviderError(facts, values);
      assert.deepEqual({ code: found?.code, where: found?.where, pointer: found?.pointer }, { code, where, pointer });
    });
  }

  it('names the connection’s own values', () => {
    const told = (aadsts: string, known: ProviderValues = values) => explainProviderError({ aadsts }, known)?.whatToDo ?? '';
    assert.ok(told('AADSTS65001').includes(values.adminConsentUrl));
    assert.ok(told('AADSTS50011').includes(values.redirectUri));
    assert.ok(told('AADSTS700016').includes(values.clientId));
    const { acsUrl, spEntityId } = values;
    assert.ok(told('AADSTS50011', { acsUrl }).includes(acsUrl));
    assert.ok(told('AADSTS700016', { spEntityId }).includes(spEntityId));
  });

  it('does without values that are not known', () => {
    for (const number of explainedNumbers) {
      const found = explainProviderError({ aadsts: `AADSTS${number}` });
      assert.ok(found, String(number));
      assert.match(found.title, /^\p{Lu}.*[^.]$/u);
      assert.match(found.whatToDo, /^[\p{Lu}\w].*\S$/u);
      assert.doesNotMatch(found.whatToDo + found.title, /undefined|null|\[object/);
    }
    for (const name of explainedStatuses) assert.ok(explainProviderError(status(name)), name);
  });

  it('takes nothing of the provider’s text into the answer', () => {
    const evil = '<script>AADSTS50105 https://evil.example</script>';
    const found = explainProviderError({ error: 'access_denied', description: evil }, values);
    assert.equal(found?.code, 'entra.user_not_assigned');
    assert.doesNotMatch(JSON.stringify(found), /evil|script/);
  });

  for (const facts of [
    {},
    { error: 'access_denied' },
    { error: 'constructor' },
    status('constructor', '__proto__'),
    { aadsts: 'AADSTS1' },
  ]) {
    it(`has no words for ${JSON.stringify(facts)}`, () => assert.equal(explainProviderError(facts), undefined));
  }
});

describe('What the person is told', () => {
  for (const language of LANGUAGES) {
    it(`has words for each reason, and for no other (${language})`, () => {
      assert.deepEqual(Object.keys(textsOf(language).reasons).sort(), [...personReasons].sort());
    });
  }

  it('comes from the facts of the refusal', () => {
    const facts = { error: 'access_denied', description: 'AADSTS50105: The signed in user …', aadsts: 'AADSTS50105' };
    assert.deepEqual(personReasonOf({ code: 'oidc.access_denied', facts }), {
      reason: 'not_assigned',
      vendor: 'Microsoft Entra',
    });
  });

  it('comes from a SAML status as the check wrote it', () => {
    const received = { code: `${SAML}Responder`, nested: `${SAML}RequestDenied`, message: null };
    assert.deepEqual(personReasonOf({ code: 'saml.status_not_success', facts: { received } }), { reason: 'not_assigned' });
  });

  it('is nothing for a refusal of our own making, whatever its facts', () => {
    const facts = { error: 'access_denied', aadsts: 'AADSTS50105' };
    assert.equal(readProviderFacts({ code: 'sign_in.attempt_expired', facts }), undefined);
    assert.equal(personReasonOf({ code: 'sign_in.attempt_expired', facts }), undefined);
    assert.equal(personReasonOf({ code: 'oidc.nonce_mismatch', facts: { received: 'AADSTS50105' } }), undefined);
  });

  it('is one of the known reasons, for each Entra number and SAML status', () => {
    const found = [
      ...explainedNumbers.map((number) => explainProviderError({ aadsts: `AADSTS${number}` })),
      ...explainedStatuses.map((name) => explainProviderError(status(name))),
    ];
    for (const one of found) assert.ok(one?.person === undefined || personReasons.includes(one.person), one?.code);
  });
});

function entra(aadsts: string, error = 'access_denied'): ProviderFacts {
  return { kind: 'microsoft-oidc', error, description: `${aadsts}: as it came`, aadsts };
}
