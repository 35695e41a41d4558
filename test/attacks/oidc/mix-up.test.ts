import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { codeOf, type Visit } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import type { OidcConnection } from '../../kit/scene.ts';
import { signsIn } from '../oracles.ts';
import { accept, answerTo, begin, openStage, refuse, refusedWith, type Stage, stateOf, type Waiting } from './stage.ts';

let stage: Stage;
/** Says who answers (RFC 9207), as the one of the stage does. */
let globex: OidcConnection;
/** Does not. */
let silent: OidcConnection;
let alsoSilent: OidcConnection;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
  const connect = async (slug: string, issuerParameter: boolean): Promise<OidcConnection> =>
    stage.acme.connectOidc(await stage.scene.startOidcIdp({ issuerParameter, alg: 'ES256' }), { slug });
  globex = await connect('globex', true);
  silent = await connect('silent', false);
  alsoSilent = await connect('also-silent', false);
});
after(() => stage.close());

/** What somebody gets from a provider who signs in there for themselves: a code of theirs for our client. */
async function answerFor(connection: OidcConnection): Promise<Record<string, string>> {
  const { url } = await begin(stage.acme, connection);
  return connection.idp.authorize(url);
}

/** No code reaches any token endpoint while this goes on. */
async function withoutTokenRequests(idps: readonly OidcIdp[], work: () => Promise<unknown>): Promise<void> {
  const before = idps.map((idp) => idp.count('token'));
  await work();
  assert.deepEqual(
    idps.map((idp) => idp.count('token')),
    before,
    'a code went to a token endpoint',
  );
}

const visit = (waiting: Waiting, at: OidcConnection, fields: Record<string, string>) => (): Promise<Visit> =>
  waiting.agent.get(`${at.callbackUrl}?${new URLSearchParams(fields)}`);

describe('an answer arrives at the address of the provider that was asked (T100)', () => {
  const directions: [string, () => OidcConnection, () => OidcConnection][] = [
    ['asked at the first, answered at the second', () => stage.oidc, () => globex],
    ['asked at the second, answered at the first', () => globex, () => stage.oidc],
    ['where neither says who answers', () => silent, () => alsoSilent],
    ['where neither says who answers, the other way round', () => alsoSilent, () => silent],
    ['where the asked one does not say', () => silent, () => stage.oidc],
    ['where the answering one does not say', () => stage.oidc, () => silent],
  ];
  for (const [name, asked, answered] of directions) {
    it(`the valid control signs in at both: ${name}`, async () => {
      for (const connection of [asked(), answered()]) {
        const waiting = await begin(stage.acme, connection);
        await signsIn(waiting, { arrived: await waiting.agent.get(await answerTo(waiting, {})), asked: waiting.asked });
      }
    });
    it(`${name}: sign_in.other_connection, and no code goes anywhere`, async () => {
      const fields = await answerFor(answered());
      const waiting = await begin(stage.acme, asked());
      await withoutTokenRequests([asked().idp, answered().idp], () =>
        refusedWith(waiting, 'sign_in.other_connection', visit(waiting, answered(), { ...fields, state: stateOf(waiting) })),
      );
    });
    it(`${name}, with the attacker’s own state: sign_in.other_browser`, async () => {
      const fields = await answerFor(answered());
      const waiting = await begin(stage.acme, asked());
      await withoutTokenRequests([asked().idp, answered().idp], () =>
        refusedWith(waiting, 'sign_in.other_browser', visit(waiting, answered(), fields)),
      );
    });
  }
  it('an answer of the asked provider, at the address of another: sign_in.other_connection', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const fields = await stage.idp.authorize(waiting.url);
    await withoutTokenRequests([stage.idp, globex.idp], () =>
      refusedWith(waiting, 'sign_in.other_connection', visit(waiting, globex, fields)),
    );
  });
  it('an answer at the address of no provider: sign_in.connection_unknown', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const fields = await stage.idp.authorize(waiting.url);
    const nowhere = stage.oidc.callbackUrl.replace('/oidc/', '/nowhere/');
    await withoutTokenRequests([stage.idp], async () => {
      const answer = await waiting.agent.get(`${nowhere}?${new URLSearchParams(fields)}`);
      assert.deepEqual(
        [answer.status, codeOf(answer), answer.headers['set-cookie']],
        [404, 'sign_in.connection_unknown', undefined],
      );
    });
  });
  it('an attempt at one tenant, at the address of another tenant’s provider: sign_in.attempt_unknown', async () => {
    const other = await stage.scene.addTenant('globex');
    const theirs = await other.connectOidc(await stage.scene.startOidcIdp());
    const waiting = await begin(stage.acme, stage.oidc);
    const fields = await stage.idp.authorize(waiting.url);
    await withoutTokenRequests([stage.idp, theirs.idp], () =>
      refusedWith({ ...waiting, tenant: other }, 'sign_in.attempt_unknown', visit(waiting, theirs, fields)),
    );
  });
});

describe('an answer says whom it is from (T101, RFC 9207)', () => {
  const with_ = (iss: string) => (fields: Record<string, string>) => ({ ...fields, iss });
  const without = ({ iss: _iss, ...fields }: Record<string, string>): Record<string, string> => fields;
  accept(here, [
    { name: 'the issuer' },
    { name: 'nothing, where the provider does not promise it', connection: () => silent },
    {
      name: 'the issuer, where the provider does not promise it',
      connection: () => silent,
      fields: (fields) => ({ ...fields, iss: silent.idp.issuer }),
    },
  ]);
  refuse(here, [
    { name: 'nothing, where the provider promises it', code: 'oidc.answer_issuer_missing', fields: without },
    { name: 'nothing in it', code: 'oidc.answer_issuer_mismatch', fields: with_('') },
    { name: 'a stranger', code: 'oidc.answer_issuer_mismatch', fields: with_('https://evil.example') },
    {
      name: 'the issuer with a slash',
      code: 'oidc.answer_issuer_mismatch',
      fields: (fields) => with_(`${stage.idp.issuer}/`)(fields),
    },
    { name: 'the other provider', code: 'oidc.answer_issuer_mismatch', fields: (fields) => with_(globex.idp.issuer)(fields) },
    {
      name: 'a stranger, where the provider does not promise it',
      code: 'oidc.answer_issuer_mismatch',
      connection: () => silent,
      fields: with_('https://evil.example'),
    },
    {
      name: 'a stranger, who says that the person was refused',
      code: 'oidc.answer_issuer_mismatch',
      fields: ({ state = '' }) => ({ state, error: 'access_denied', iss: 'https://evil.example' }),
    },
    {
      name: 'the other provider, with its code',
      code: 'oidc.answer_issuer_mismatch',
      fields: async (_fields, waiting) => ({ ...(await answerFor(globex)), state: stateOf(waiting) }),
    },
  ]);
  it('no code goes to a token endpoint when the answer says that it is from another', async () => {
    const fields = await answerFor(globex);
    const waiting = await begin(stage.acme, stage.oidc);
    await withoutTokenRequests([stage.idp, globex.idp], () =>
      refusedWith(waiting, 'oidc.answer_issuer_mismatch', visit(waiting, stage.oidc, { ...fields, state: stateOf(waiting) })),
    );
  });
});
