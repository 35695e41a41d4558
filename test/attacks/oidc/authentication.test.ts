import { after, before, describe } from 'node:test';
import type { OidcConnection } from '../../kit/scene.ts';
import { accept, openStage, refuse, type Stage } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const at = (seconds: number): number => stage.at(seconds);

describe('the person authenticated no longer ago than was asked for (T96)', () => {
  const wish = { max_age: '600' };
  accept(here, [
    { name: 'just now', wish, token: () => ({ claims: { auth_time: at(-5) } }) },
    { name: 'ten minutes ago', wish, token: () => ({ claims: { auth_time: at(-600) } }) },
  ]);
  refuse(here, [
    { name: 'longer ago', wish, code: 'oidc.authentication_too_old', token: () => ({ claims: { auth_time: at(-780) } }) },
    { name: 'in an hour', wish, code: 'oidc.authentication_too_old', token: () => ({ claims: { auth_time: at(3600) } }) },
    { name: 'not said', wish, code: 'oidc.authentication_time_missing', token: { claims: { auth_time: undefined } } },
    { name: 'in text', wish, code: 'oidc.authentication_time_missing', token: () => ({ claims: { auth_time: String(at(0)) } }) },
    { name: 'in 1970', wish, code: 'oidc.authentication_time_missing', token: { claims: { auth_time: 0 } } },
    {
      name: 'before a sign-in that was to be a new one',
      wish: { prompt: 'login' },
      code: 'oidc.authentication_too_old',
      token: () => ({ claims: { auth_time: at(-300) } }),
    },
  ]);
});

describe('the person authenticated in the way that was asked for', () => {
  const wish = { acr_values: 'urn:acme:strong urn:acme:stronger' };
  accept(here, [{ name: 'one of those asked for', wish, token: { claims: { acr: 'urn:acme:stronger' } } }]);
  refuse(here, [
    { name: 'another', wish, code: 'oidc.context_mismatch', token: { claims: { acr: 'urn:acme:weak' } } },
    { name: 'none', wish, code: 'oidc.context_mismatch' },
    { name: 'in a list', wish, code: 'oidc.context_mismatch', token: { claims: { acr: ['urn:acme:strong'] } } },
    {
      name: 'both in one text',
      wish,
      code: 'oidc.context_mismatch',
      token: { claims: { acr: 'urn:acme:strong urn:acme:stronger' } },
    },
  ]);
  describe('by every method that the connection asks for', () => {
    let mfa: OidcConnection;
    before(async () => {
      mfa = await stage.acme.connectOidc(stage.idp, { slug: 'mfa', oidc: { amrValues: ['pwd', 'otp'] } });
    });
    // Another connection, another link: the person is matched by the verified address.
    accept(here, [{ name: 'both', connection: () => mfa, token: { claims: { amr: ['otp', 'pwd', 'mfa'] } } }]);
    refuse(here, [
      { name: 'one of two', connection: () => mfa, code: 'oidc.methods_mismatch', token: { claims: { amr: ['pwd'] } } },
      { name: 'none', connection: () => mfa, code: 'oidc.methods_mismatch' },
      { name: 'both in one text', connection: () => mfa, code: 'oidc.methods_mismatch', token: { claims: { amr: 'pwd otp' } } },
    ]);
  });
});
