import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, formOf, unescapeHtml, type Visit } from '../../kit/agent.ts';
import { statusXml } from '../../kit/saml/templates.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { checkInert, PAYLOADS } from '../inert.ts';
import { answerTo, begin, deliver, openStage, type Stage } from './stage.ts';

let stage: Stage;
let closed: SamlConnection;
let posting: SamlConnection;

before(async () => {
  // A connection with a domain and others beside it: the sign-in page asks who somebody is.
  stage = await openStage({
    authentication: { enabled: true, default: false, domains: ['acme.example'], userAttribute: 'email', claim: 'email' },
  });
  closed = await stage.acme.connectSaml(stage.saml.idp, { slug: 'closed', users: { create: false, update: false } });
  posting = await stage.acme.connectSaml(stage.saml.idp, {
    slug: 'posting',
    name: NAME,
    branding: { buttonText: BUTTON },
    saml: { ssoBinding: 'post' },
  });
});
after(() => stage.close());

const NAME = '<script>xss(1)</script>"><img src=x onerror=xss(1)>';
const BUTTON = "'><svg onload=xss(2)><script>xss(2)</script>";

/** For every payload: the page is inert; `shows` says whether it must be on it as text, so that the test looks at something. */
function inert(
  name: string,
  shows: 'shows it' | 'leaves it out',
  visit: (payload: string) => Promise<Visit>,
  code?: string,
): void {
  it(`${name}: ${shows}`, async () => {
    for (const payload of PAYLOADS) {
      const page = await visit(payload);
      assert.doesNotMatch(JSON.stringify([page.location, page.headers['set-cookie']]), /xss/);
      checkInert(page);
      if (code !== undefined) assert.equal(codeOf(page), code);
      const text = unescapeHtml(page.body.replace(/<(?:script|style)>.*?<\/(?:script|style)>/gs, ''));
      assert.equal(text.includes(payload), shows === 'shows it', payload);
    }
  });
}

const answered =
  (change: (payload: string) => string) =>
  async (payload: string): Promise<Visit> => {
    const waiting = await begin(stage.acme, stage.saml);
    return deliver(waiting, answerTo(waiting, { change: { sign: 'none', status: change(payload) } }));
  };
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';

describe('the test sees what it looks for', () => {
  const page = (body: string, policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"): Visit => ({
    url: '',
    status: 400,
    location: undefined,
    body,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    },
  });
  it('a harmless page passes', () => checkInert(page('<!doctype html><p class="x">a &lt;b&gt;</p>')));
  for (const body of [
    ...PAYLOADS.slice(0, 3).map((payload) => `<p>${payload}</p>`),
    '<input value=""onfocus="xss()" autofocus>',
    '<a href="javascript:xss()">x</a>',
    '<style>xss</style>',
    '<p>a < b</p>',
  ]) {
    it(`${body} does not`, () => assert.throws(() => checkInert(page(body))));
  }
  it('a page without its policy does not', () =>
    assert.throws(() => checkInert(page('<p>x</p>', "default-src 'none'; script-src 'unsafe-inline'"))));
});

describe('what came with an answer is text, or is not there (T66)', () => {
  inert(
    'StatusMessage',
    'leaves it out',
    answered((payload) => statusXml(`${STATUS}Responder`, undefined, payload)),
    'saml.status_not_success',
  );
  inert(
    'the nested status code',
    'shows it',
    answered((payload) => statusXml(`${STATUS}Responder`, payload)),
    'saml.status_not_success',
  );
  inert(
    'RelayState of a refused answer',
    'leaves it out',
    async (payload) => {
      const waiting = await begin(stage.acme, stage.saml);
      return deliver(waiting, answerTo(waiting, { change: { sign: 'none' } }), {
        form: (fields) => ({ ...fields, RelayState: payload }),
      });
    },
    'saml.signature_missing',
  );
  inert(
    'the message itself',
    'leaves it out',
    (payload) => new Agent().post(stage.saml.acsUrl, { SAMLResponse: payload }),
    'sign_in.answer_without_handle',
  );
  inert(
    'error and error_description in a form',
    'leaves it out',
    (payload) => new Agent().post(stage.saml.acsUrl, { error: payload, error_description: payload }),
    'sign_in.answer_without_handle',
  );
  inert(
    'error and error_description in a query',
    'leaves it out',
    (payload) =>
      new Agent().get(
        `${stage.acme.url}/sso/saml/callback?${new URLSearchParams({ error: payload, error_description: payload, state: payload })}`,
      ),
    'sign_in.binding_unsupported',
  );
  inert(
    'the Issuer, the Destination and the NameID',
    'leaves it out',
    async (payload) => {
      const waiting = await begin(stage.acme, stage.saml);
      return deliver(
        waiting,
        answerTo(waiting, { change: { nameId: payload, response: { issuer: payload, destination: payload } } }),
      );
    },
    'saml.issuer_mismatch',
  );
  inert(
    'a time that is none',
    'shows it',
    async (payload) => {
      const waiting = await begin(stage.acme, stage.saml);
      return deliver(waiting, answerTo(waiting, { change: { response: { issueInstant: payload } } }));
    },
    'saml.time_malformed',
  );
  inert(
    'the address of somebody without an account',
    'shows it',
    async (payload) => {
      const waiting = await begin(stage.acme, closed);
      return deliver(waiting, answerTo(waiting, { change: { nameId: 'nobody', attributes: { email: payload } } }));
    },
    'admission.no_account',
  );
});

describe('the bounce page posts the same fields once more, and nothing else (T66)', () => {
  const bounce = (fields: Record<string, string>): Promise<Visit> =>
    new Agent().post(stage.saml.acsUrl, fields, { 'sec-fetch-site': 'cross-site' });
  inert('RelayState and the message', 'shows it', (payload) => bounce({ SAMLResponse: payload, RelayState: payload }));
  inert('the name of a field', 'shows it', (payload) => bounce({ [payload]: 'x' }));

  it('it leads to our own consumer service, with the fields as they were', async () => {
    for (const payload of PAYLOADS) {
      const { action, fields } = formOf(await bounce({ SAMLResponse: payload, RelayState: `${payload}&amp;"'` }));
      assert.equal(action, `${stage.saml.acsUrl}?bounced=1`);
      assert.deepEqual(fields, { SAMLResponse: payload, RelayState: `${payload}&amp;"'` });
    }
  });
});

describe('what came with a request is text, or is not there (T66)', () => {
  inert('login_hint', 'shows it', (payload) =>
    new Agent().get(`${stage.acme.url}/sign-in?${new URLSearchParams({ login_hint: payload })}`),
  );
  inert('what was typed', 'shows it', (payload) => new Agent().post(`${stage.acme.url}/sign-in`, { identifier: payload }));
  inert('what is handed on to the next page', 'shows it', (payload) =>
    new Agent().get(`${stage.acme.url}/sign-in?${new URLSearchParams({ client_id: payload })}`),
  );
  inert(
    'the place to return to',
    'leaves it out',
    (payload) => new Agent().get(`${stage.acme.url}/sign-in?${new URLSearchParams({ return_to: payload })}`),
    'sign_in.return_invalid',
  );
  inert('ui_locales', 'shows it', (payload) =>
    new Agent().get(`${stage.acme.url}/sign-in?${new URLSearchParams({ ui_locales: payload })}`),
  );
  inert('idp', 'leaves it out', (payload) =>
    new Agent().get(`${stage.acme.url}/sign-in?${new URLSearchParams({ idp: payload })}`),
  );
  inert('the slug of a tenant', 'leaves it out', (payload) =>
    new Agent().get(`${new URL(stage.acme.url).origin}/t/${encodeURIComponent(payload)}/sign-in`),
  );
  inert('the slug of a connection', 'leaves it out', (payload) =>
    new Agent().get(`${stage.acme.url}/sso/${encodeURIComponent(payload)}/start`),
  );
  inert('the slug of a connection, answered', 'leaves it out', (payload) =>
    new Agent().post(`${stage.acme.url}/sso/${encodeURIComponent(payload)}/acs`, { SAMLResponse: payload }),
  );
  inert('a path', 'leaves it out', (payload) => new Agent().get(`${stage.acme.url}/${encodeURIComponent(payload)}`));
  inert('the Host header', 'leaves it out', (payload) =>
    new Agent().get(`${stage.acme.url}/sign-in`, { host: payload.replace(/[^\x21-\x7e]/g, '') }),
  );
  inert('the Accept-Language header', 'leaves it out', (payload) =>
    new Agent().get(`${stage.acme.url}/sign-in`, { 'accept-language': payload }),
  );
});

describe('what a tenant calls its providers is text (T66)', () => {
  it('on the sign-in page', async () => {
    const page = await new Agent().get(`${stage.acme.url}/sign-in`);
    checkInert(page);
    assert.ok(unescapeHtml(page.body).includes(BUTTON));
  });
  it('on the page that posts to the provider', async () => {
    const page = await new Agent().get(`${stage.acme.url}/sso/${posting.slug}/start`);
    checkInert(page);
    assert.ok(unescapeHtml(page.body).includes(NAME));
    assert.equal(formOf(page).action, stage.saml.idp.ssoUrl);
  });
});
