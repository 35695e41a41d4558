import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import type { TestTenant } from '../../kit/scene.ts';
import { accept, acceptOne, openStage, refuse, type Stage, VICTIM, VICTIM_EMAIL, type Waiting } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const issuer = (): string => stage.idp.issuer;
const clientOf = ({ url }: Waiting): string => url.searchParams.get('client_id') ?? '';
const at = (seconds: number): number => stage.at(seconds);

describe('an ID token is issued by the connection’s issuer, equal in every character (T93)', () => {
  let globex: TestTenant;
  let theirs: OidcIdp;
  before(async () => {
    globex = await stage.scene.addTenant('globex');
    theirs = await stage.scene.startOidcIdp();
    await globex.connectOidc(theirs);
  });
  accept(here, [{ name: 'the issuer' }]);
  refuse(here, [
    { name: 'none', code: 'oidc.issuer_mismatch', token: { claims: { iss: undefined } } },
    { name: 'empty', code: 'oidc.issuer_mismatch', token: { claims: { iss: '' } } },
    { name: 'null', code: 'oidc.issuer_mismatch', token: { claims: { iss: null } } },
    { name: 'another', code: 'oidc.issuer_mismatch', token: { claims: { iss: 'https://evil.example' } } },
    { name: 'with a slash at its end', code: 'oidc.issuer_mismatch', token: () => ({ claims: { iss: `${issuer()}/` } }) },
    { name: 'with a path', code: 'oidc.issuer_mismatch', token: () => ({ claims: { iss: `${issuer()}/realms/acme` } }) },
    { name: 'in capitals', code: 'oidc.issuer_mismatch', token: () => ({ claims: { iss: issuer().replace('http', 'HTTP') } }) },
    { name: 'with a space', code: 'oidc.issuer_mismatch', token: () => ({ claims: { iss: `${issuer()} ` } }) },
    { name: 'in a list', code: 'oidc.issuer_mismatch', token: () => ({ claims: { iss: [issuer()] } }) },
    { name: 'in an object', code: 'oidc.issuer_mismatch', token: () => ({ claims: { iss: { toString: issuer() } } }) },
    {
      name: 'of the other tenant’s provider, signed with its key',
      code: 'oidc.key_unknown',
      token: () => ({ claims: { iss: theirs.issuer }, key: theirs.keys[0]?.privateKey, header: { kid: 'theirs' } }),
    },
    {
      name: 'of the other tenant’s provider, signed with its key under the name of ours',
      code: 'oidc.signature_invalid',
      token: () => ({ claims: { iss: theirs.issuer }, key: theirs.keys[0]?.privateKey }),
    },
    {
      name: 'of the other tenant’s provider, signed with ours',
      code: 'oidc.issuer_mismatch',
      token: () => ({ claims: { iss: theirs.issuer } }),
    },
  ]);
});

describe('an ID token is for this client (T94)', () => {
  accept(here, [
    { name: 'the client alone' },
    { name: 'the client in a list', token: (waiting) => ({ claims: { aud: [clientOf(waiting)] } }) },
    {
      name: 'beside another client, with azp',
      token: (waiting) => ({ claims: { aud: [clientOf(waiting), 'other'], azp: clientOf(waiting) } }),
    },
  ]);
  refuse(here, [
    { name: 'another client', code: 'oidc.audience_mismatch', token: { claims: { aud: 'other' } } },
    { name: 'nobody', code: 'oidc.audience_mismatch', token: { claims: { aud: undefined } } },
    { name: 'null', code: 'oidc.audience_mismatch', token: { claims: { aud: null } } },
    { name: 'an empty list', code: 'oidc.audience_mismatch', token: { claims: { aud: [] } } },
    {
      name: 'one that begins alike',
      code: 'oidc.audience_mismatch',
      token: (waiting) => ({ claims: { aud: `${clientOf(waiting)}2` } }),
    },
    {
      name: 'in capitals',
      code: 'oidc.audience_mismatch',
      token: (waiting) => ({ claims: { aud: clientOf(waiting).toUpperCase() } }),
    },
    {
      name: 'a list in a list',
      code: 'oidc.audience_mismatch',
      token: (waiting) => ({ claims: { aud: [[clientOf(waiting)]] } }),
    },
    {
      name: 'a list with a number',
      code: 'oidc.audience_mismatch',
      token: (waiting) => ({ claims: { aud: [clientOf(waiting), 1], azp: clientOf(waiting) } }),
    },
    {
      name: 'an object',
      code: 'oidc.audience_mismatch',
      token: (waiting) => ({ claims: { aud: { [clientOf(waiting)]: true } } }),
    },
    {
      name: 'the client in azp only',
      code: 'oidc.audience_mismatch',
      token: (waiting) => ({ claims: { aud: 'other', azp: clientOf(waiting) } }),
    },
    {
      name: 'a further client, without azp',
      code: 'oidc.authorized_party_mismatch',
      token: (waiting) => ({ claims: { aud: [clientOf(waiting), 'other'] } }),
    },
    {
      name: 'a further client, which is azp',
      code: 'oidc.authorized_party_mismatch',
      token: (waiting) => ({ claims: { aud: [clientOf(waiting), 'other'], azp: 'other' } }),
    },
    { name: 'the client, and azp another', code: 'oidc.authorized_party_mismatch', token: { claims: { azp: 'other' } } },
    { name: 'the client, and azp null', code: 'oidc.authorized_party_mismatch', token: { claims: { azp: null } } },
    {
      name: 'the client, and azp in a list',
      code: 'oidc.authorized_party_mismatch',
      token: (waiting) => ({ claims: { azp: [clientOf(waiting)] } }),
    },
  ]);
});

describe('an ID token is of this moment (T96)', () => {
  accept(here, [
    { name: 'from a clock that is two minutes behind', token: () => ({ claims: { iat: at(-400), exp: at(-100) } }) },
    { name: 'from a clock that is two minutes ahead', token: () => ({ claims: { iat: at(100), nbf: at(100) } }) },
  ]);
  refuse(here, [
    { name: 'exp past', code: 'oidc.token_expired', token: () => ({ claims: { iat: at(-600), exp: at(-130) } }) },
    { name: 'exp 0', code: 'oidc.token_expired', token: { claims: { exp: 0 } } },
    { name: 'no exp', code: 'oidc.time_malformed', token: { claims: { exp: undefined } } },
    { name: 'exp null', code: 'oidc.time_malformed', token: { claims: { exp: null } } },
    { name: 'exp in text', code: 'oidc.time_malformed', token: () => ({ claims: { exp: String(at(300)) } }) },
    { name: 'exp as a date', code: 'oidc.time_malformed', token: { claims: { exp: '2099-01-01T00:00:00Z' } } },
    { name: 'exp 1e308', code: 'oidc.time_malformed', token: { claims: { exp: 1e308 } } },
    {
      name: 'exp 1e999',
      code: 'oidc.time_malformed',
      token: { payloadText: (payload) => JSON.stringify(payload).replace(/"exp":\d+/, '"exp":1e999') },
    },
    { name: 'exp in milliseconds', code: 'oidc.time_malformed', token: () => ({ claims: { exp: at(300) * 1000 } }) },
    { name: 'exp -1', code: 'oidc.time_malformed', token: { claims: { exp: -1 } } },
    { name: 'exp in a list', code: 'oidc.time_malformed', token: () => ({ claims: { exp: [at(300)] } }) },
    { name: 'exp true', code: 'oidc.time_malformed', token: { claims: { exp: true } } },
    { name: 'no iat', code: 'oidc.time_malformed', token: { claims: { iat: undefined } } },
    { name: 'iat in an hour', code: 'oidc.token_not_yet_valid', token: () => ({ claims: { iat: at(3600), exp: at(4000) } }) },
    {
      name: 'iat yesterday, though exp is tomorrow',
      code: 'oidc.token_too_old',
      token: () => ({ claims: { iat: at(-86_400), exp: at(86_400) } }),
    },
    { name: 'nbf in an hour', code: 'oidc.token_not_yet_valid', token: () => ({ claims: { nbf: at(3600) } }) },
    { name: 'nbf in text', code: 'oidc.time_malformed', token: { claims: { nbf: 'now' } } },
  ]);
});

describe('an ID token names one person (T97)', () => {
  it('the valid control signs in: 255 characters', async () => {
    const sub = 'a'.repeat(255);
    const email = 'long@acme.example';
    await acceptOne(stage, { token: { claims: { sub, email } }, userinfo: { json: { sub, email } } });
  });
  const malformed: Record<string, unknown> = {
    'no sub': undefined,
    'an empty one': '',
    null: null,
    'a number': 7,
    true: true,
    'a list': [VICTIM],
    'a list of two': [VICTIM, 'mallory-0001'],
    'an object': { toString: VICTIM },
    '256 characters': 'a'.repeat(256),
    '300 characters': 'a'.repeat(300),
    'a space': ' ',
    'one with a space at its end': `${VICTIM} `,
    'one with NUL at its end': `${VICTIM}\0`,
    'one with a line end': `${VICTIM}\n`,
    'one with a letter that looks like another': VICTIM.replace('a', 'а'),
    'one with a soft hyphen': `admin\u00ad-0001`,
  };
  refuse(
    here,
    Object.entries(malformed).map(([name, sub]) => ({
      name,
      code: 'oidc.subject_invalid',
      token: { claims: { sub, email: VICTIM_EMAIL } },
      userinfo: { json: { sub, email: VICTIM_EMAIL } },
    })),
  );
  refuse(here, [
    {
      name: 'sub in the header only',
      code: 'oidc.subject_invalid',
      token: { claims: { sub: undefined }, header: { sub: VICTIM } },
    },
    { name: 'sub in userinfo only', code: 'oidc.subject_invalid', token: { claims: { sub: undefined } } },
  ]);
  it('somebody whose sub differs in a capital letter is somebody else', async () => {
    const victim = await acceptOne(stage, {
      token: { claims: { sub: VICTIM, email: VICTIM_EMAIL } },
      userinfo: { json: { sub: VICTIM, email: VICTIM_EMAIL } },
    });
    const other = { sub: VICTIM.toUpperCase(), email: 'other@acme.example' };
    const { sub } = await acceptOne(stage, { token: { claims: other }, userinfo: { json: other } });
    assert.notEqual(sub, victim['sub']);
  });
});
