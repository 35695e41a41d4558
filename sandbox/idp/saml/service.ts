import type { Person } from '../../people.ts';
import { type Asked, type Fields, Refusal, type Routes, type Told } from '../../web.ts';
import type { ServiceProvider, Signed } from '../config.ts';
import { findPerson, tellPicker, tellPostForm } from '../pages.ts';
import { writeMetadata } from './metadata.ts';
import { type AuthnRequest, decodeRequest, readAuthnRequest } from './request.ts';
import { type Outcome, type SamlIssuer, writeResponse } from './response.ts';

export interface SamlService {
  readonly issuer: SamlIssuer;
  readonly ssoUrl: string;
  readonly providers: readonly ServiceProvider[];
  readonly people: readonly Person[];
  /** See `IdpConfig.gateway`. */
  readonly gateway?: string | undefined;
}

/** SAML 2.0 Web Browser SSO: requests by redirect or POST, answers by POST. @see SAML Profiles §4.1 */
export function samlRoutes(service: SamlService): Routes {
  return {
    'GET /saml/metadata': () => ({
      status: 200,
      headers: { 'content-type': 'application/samlmetadata+xml' },
      body: writeMetadata({
        entityId: service.issuer.entityId,
        ssoUrl: service.ssoUrl,
        certificate: service.issuer.keys.certificate,
      }),
    }),
    'GET /saml/sso': (asked) => begin(service, decodeRequest(required(asked.query, 'SAMLRequest'), 'redirect'), asked),
    'POST /saml/sso': (asked) => begin(service, decodeRequest(required(asked.form, 'SAMLRequest'), 'post'), asked),
    'POST /saml/sign-in': (asked) => finish(service, asked),
  };
}

function begin(service: SamlService, xml: string, { query, form }: Asked): Told {
  const request = readAuthnRequest(xml, service);
  const sign = readSign(query.get('sign'));
  const relayState = form.get('RelayState') ?? query.get('RelayState');
  // The sandbox keeps no session, so it can never answer without asking.
  if (request.isPassive) return reply(service, { request, relayState, outcome: { kind: 'refused', status: 'NoPassive' } });
  return tellPicker({
    people: service.people,
    askedBy: new URL(request.provider.acsUrl).host,
    action: '/saml/sign-in',
    fields: {
      SAMLRequest: Buffer.from(xml).toString('base64'),
      ...(relayState === undefined ? {} : { RelayState: relayState }),
      ...(sign === undefined ? {} : { sign }),
    },
    loginHint: request.loginHint ?? query.get('login_hint'),
  });
}

function finish(service: SamlService, { form }: Asked): Told {
  const request = readAuthnRequest(decodeRequest(required(form, 'SAMLRequest'), 'post'), service);
  const person = findPerson(service.people, form.get('person'));
  const outcome: Outcome = person ? { kind: 'person', person } : { kind: 'refused', status: 'AuthnFailed' };
  return reply(service, { request, relayState: form.get('RelayState'), outcome, sign: readSign(form.get('sign')) });
}

interface Reply {
  request: AuthnRequest;
  relayState: string | undefined;
  outcome: Outcome;
  sign?: Signed;
}

function reply(service: SamlService, { request, relayState, outcome, sign }: Reply): Told {
  const xml = writeResponse(service.issuer, request, { ...outcome, sign });
  return tellPostForm({
    action: request.provider.acsUrl,
    fields: {
      SAMLResponse: Buffer.from(xml).toString('base64'),
      ...(relayState === undefined ? {} : { RelayState: relayState }),
    },
  });
}

function readSign(value: string | undefined): Signed | undefined {
  if (value === undefined || value === 'assertion' || value === 'response' || value === 'both') return value;
  throw new Refusal(400, 'What is signed is “assertion”, “response” or “both”.');
}

function required(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (!value) throw new Refusal(400, `“${name}” is missing.`);
  return value;
}
