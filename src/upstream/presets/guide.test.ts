import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { type ConnectionKind, connectionKinds } from '../connection.ts';
import { connectionDocument } from '../connections.schema.ts';
import type { OwnKey } from '../keys/own-keys.ts';
import { settingsSchema } from '../oidc/index.ts';
import { samlFields } from '../saml/index.ts';
import { kindsOf } from './apply-preset.ts';
import { fillGuide, type Guide, guideValues } from './guide.ts';
import { presets } from './list.ts';
import { guideLanguages, ourValues, type Preset } from './preset.ts';

const connectionUrl = 'https://sso.example.com/t/acme/sso/entra';
const key = (use: OwnKey['use'], state: OwnKey['state'] = 'active'): OwnKey => ({
  id: `key_${use}`,
  connectionId: 'idp_1' as ConnectionId,
  use,
  state,
  certificatePem: `-----BEGIN CERTIFICATE-----\n${use} ${state}\n-----END CERTIFICATE-----\n`,
  privateKeyPem: 'PRIVATE',
  createdAt: new Date(0),
  expiresAt: new Date(1),
  activatedAt: null,
  plannedAt: null,
  retiredAt: null,
});
const values = guideValues(connectionUrl, { keys: [key('signing'), key('decryption'), key('client-assertion')] });

const guideOf = (preset: Preset, kind: ConnectionKind, language: 'en' | 'de'): Guide => {
  const guide = fillGuide(preset, kind, { language, values });
  assert.ok(guide);
  return guide;
};
/** Fields by the schemas themselves. */
const FIELDS: Record<string, readonly string[]> = {
  oidc: Object.keys(settingsSchema({ kind: 'oidc', allowPrivateNetwork: false }).shape),
  saml: Object.keys(samlFields.shape),
};
const CLAIMS = ['email', 'userId', 'firstName', 'lastName', 'groups', 'roles'];

for (const preset of presets) {
  for (const kind of kindsOf(preset)) {
    const member = kind === 'saml' ? 'saml' : 'oidc';
    for (const language of guideLanguages) {
      describe(`The guide to ${preset.id} as ${kind} in ${language}`, () => {
        const guide = guideOf(preset, kind, language);

        it('has steps in whole sentences, with nothing left to fill in', () => {
          assert.ok(guide.steps.length >= 3);
          assert.ok(guide.know.length >= 1);
          for (const { title, text, note } of guide.steps) {
            assert.match(title, /^\p{Lu}.*[^.]$/u);
            assert.match(text, /[.]$/u, title);
            if (note !== undefined) assert.match(note, /[.]$/u, title);
          }
          assert.doesNotMatch(JSON.stringify(guide.steps.map(({ copy: _, ...step }) => step)), /undefined|\[object|\{\{|\$\{/);
        });

        it('hands out the addresses that the vendor must know', () => {
          const handed = guide.steps.flatMap(({ copy }) => copy ?? []).map(({ value }) => value);
          const needed = kind === 'saml' ? [values.acsUrl, values.spEntityId] : [values.redirectUri];
          for (const value of needed) assert.ok(value !== undefined && handed.includes(value), value);
          for (const value of handed) assert.ok(value.length > 0);
        });

        it('says only of fields that there are where to paste', () => {
          const pointers = guide.steps.flatMap(({ paste }) => paste ?? []).map(({ pointer }) => pointer);
          for (const pointer of pointers) {
            const [, first = '', second] = pointer.split('/');
            assert.ok(Object.hasOwn(connectionDocument.shape, first), pointer);
            if (first === 'oidc' || first === 'saml') {
              assert.equal(first, member, pointer);
              assert.ok(FIELDS[first]?.includes(second ?? ''), pointer);
            }
            if (first === 'claims') assert.ok(CLAIMS.includes(second ?? ''), pointer);
            if (first === 'authentication') assert.equal(second, 'domains');
          }
        });

        it('leads to everything without which the provider cannot be saved', () => {
          const pointers = new Set(guide.steps.flatMap(({ paste }) => paste ?? []).map(({ pointer }) => pointer));
          const ways: Record<ConnectionKind, string[][]> = {
            saml: [['/saml/metadataUrl'], ['/saml/issuer', '/saml/ssoUrl', '/saml/verificationCertificates']],
            oidc: [['/oidc/issuer', '/oidc/clientId', '/oidc/clientSecret']],
            'microsoft-oidc': [['/oidc/directoryId', '/oidc/clientId', '/oidc/clientSecret']],
          };
          assert.ok(ways[kind].some((way) => way.every((pointer) => pointers.has(pointer))));
        });
      });
    }

    it(`${preset.id} as ${kind} says the same steps in both languages, in other words`, () => {
      const [english, german] = [guideOf(preset, kind, 'en'), guideOf(preset, kind, 'de')];
      assert.equal(english.steps.length, german.steps.length);
      for (const [index, step] of english.steps.entries()) {
        const other = german.steps[index];
        assert.deepEqual([step.copy, step.paste], [other?.copy, other?.paste]);
        assert.notEqual(step.text, other?.text, step.title);
        assert.notEqual(step.title, other?.title);
      }
      assert.notDeepEqual(english.know, german.know);
    });
  }
}

describe('A guide', () => {
  const entra = presets.find(({ id }) => id === 'entra');
  assert.ok(entra);

  it('is none for a kind that the preset is not for', () => {
    for (const kind of connectionKinds.filter((one) => entra.kinds[one] === undefined))
      assert.equal(fillGuide(entra, kind, { language: 'en', values }), undefined);
  });

  it('leaves out certificates until there are some, and never shows a private key', () => {
    const before = fillGuide(entra, 'saml', { language: 'en', values: guideValues(connectionUrl) });
    assert.doesNotMatch(JSON.stringify(before), /BEGIN CERTIFICATE/);
    const after = JSON.stringify(guideOf(entra, 'saml', 'en'));
    assert.match(after, /signing active/);
    assert.match(after, /decryption active/);
    assert.doesNotMatch(after, /PRIVATE/);
  });

  it('hands out the key that signs, not one that waits or is retired', () => {
    const keys = [key('signing', 'next'), key('signing', 'retired'), key('signing')];
    assert.match(guideValues(connectionUrl, { keys }).signingCertificate ?? '', /signing active/);
  });

  it('shows the entity id that was set, if one was', () => {
    assert.equal(guideValues(connectionUrl, { spEntityId: 'urn:acme:sp' }).spEntityId, 'urn:acme:sp');
  });

  it('uses each of the tenant’s values somewhere', () => {
    const used = new Set(
      presets.flatMap((preset) =>
        Object.values(preset.kinds).flatMap(({ guide }) =>
          guide.flatMap(({ copy }) => (copy ?? []).map((source) => ('ours' in source ? source.ours : ''))),
        ),
      ),
    );
    for (const name of ourValues) assert.ok(used.has(name), name);
  });
});
