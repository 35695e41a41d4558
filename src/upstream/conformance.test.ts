import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createTrace } from '#kernel/trace.ts';
import { CLIENT, type Driver, RETURN_URL, startDriver } from '#test/oidc/index.ts';
import { ACS_URL, createScene, formOf, worldAt } from '#test/saml/scene.ts';
import { begin, checkGarbage, conformance, type Subject } from './conformance.ts';
import type { Answer } from './protocol.ts';
import { createRegistry } from './registry.ts';

const registry = createRegistry({ allowPrivateNetwork: true });

/** Everybody whom the registry knows stands here; one that is missing fails below. */
const subjects: Record<string, () => Promise<Subject>> = {
  oidc: async () => oidcSubject('oidc', await started()),
  'microsoft-oidc': microsoftSubject,
  saml: async () => samlSubject(),
};

const drivers: Driver[] = [];
after(async () => {
  for (const driver of drivers) await driver.close();
});

async function started(options: Parameters<typeof startDriver>[0] = {}): Promise<Driver> {
  const driver = await startDriver(options);
  drivers.push(driver);
  return driver;
}

function oidcSubject(
  kind: 'oidc' | 'microsoft-oidc',
  { idp, clock, world }: Driver,
  more: Record<string, unknown> = {},
): Subject {
  return {
    protocol: registry[kind].protocol,
    rawSettings: {
      clientId: CLIENT.clientId,
      clientSecret: CLIENT.secret,
      issuer: idp.issuer,
      authorizationEndpoint: `${idp.issuer}/authorize`,
      tokenEndpoint: `${idp.issuer}/token`,
      jwksUri: `${idp.issuer}/jwks`,
      ...more,
    },
    returnUrl: new URL(RETURN_URL),
    createWorld: () => ({ ...world, trace: createTrace(clock) }),
    answer: async (send) => ({ via: 'query', fields: await idp.authorize(send.url) }),
    secrets: [CLIENT.secret ?? ''],
  };
}

async function microsoftSubject(): Promise<Subject> {
  const directoryId = '2f1b0b1e-3d5f-4c0e-9f3e-0d9d3f6c1a22';
  const entra = await started({ person: { tid: directoryId, oid: '7a1b0b1e-3d5f-4c0e-9f3e-0d9d3f6c1a33' } });
  return oidcSubject('microsoft-oidc', entra, { directoryId });
}

function samlSubject(): Subject {
  const scene = createScene(registry.saml.protocol);
  return {
    protocol: registry.saml.protocol,
    rawSettings: scene.raw(),
    returnUrl: new URL(ACS_URL),
    createWorld: () => worldAt(0),
    answer: async (_send, handle) => formOf(scene.respondXml({ to: { ...scene.to, inResponseTo: `_${handle}` } })),
    secrets: [scene.own.privateKeyPem],
  };
}

for (const kind of Object.keys(registry)) {
  describe(`The protocol ${kind}`, () => {
    let subject: Subject;
    before(async () => {
      subject = await subjects[kind]!();
    });
    for (const rule of conformance) test(rule.title, () => rule.holds(subject));

    test('refuses garbage, and refuses it as garbage', async () => {
      const handle = 'c'.repeat(43);
      const { send, remember } = await begin(subject, handle);
      const genuine = await subject.answer(send, handle);
      await fc.assert(
        fc.asyncProperty(garbage(genuine), (answer) => checkGarbage(subject, answer, remember)),
        { numRuns: 60, seed: 20261123 },
      );
    });
  });
}

/** Fields under the names that count and others; values that are random, cut, repeated, or of another encoding. Never the genuine answer. */
function garbage(genuine: Answer): fc.Arbitrary<Answer> {
  const names = fc.oneof(
    fc.constantFrom(...Object.keys(genuine.fields), 'code', 'state', 'error', 'iss', 'SAMLResponse', 'RelayState', '__proto__'),
    fc.string(),
  );
  const genuineValue = fc.constantFrom(...Object.values(genuine.fields));
  const bent = fc
    .tuple(genuineValue, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }))
    .map(([value, at, put]) => value.slice(0, at % (value.length + 1)) + put + value.slice(at % (value.length + 1)));
  const cut = fc.tuple(genuineValue, fc.nat()).map(([value, at]) => value.slice(0, at % value.length));
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), bent, cut, fc.json());
  const random = fc.array(fc.tuple(names, value), { maxLength: 6 }).map((entries) => Object.fromEntries(entries));
  const oneBent = fc
    .tuple(fc.constantFrom(...Object.keys(genuine.fields).filter((name) => name !== 'RelayState')), fc.oneof(cut, fc.string()))
    .map(([name, put]) => ({ ...genuine.fields, [name]: put }));
  return fc
    .record({ via: fc.constantFrom('query' as const, 'form' as const), fields: fc.oneof(random, oneBent) })
    .filter(({ fields }) =>
      Object.entries(genuine.fields).some(
        ([name, text]) => name !== 'RelayState' && (fields as Record<string, string>)[name] !== text,
      ),
    );
}

type Protocol = Subject['protocol'];
const nobody = {
  issuer: 'i',
  subject: 's',
  subjectKind: 'lasting',
  claims: {},
  overage: [],
  emailVerification: 'unstated',
  issuedAt: null,
  authenticatedAt: null,
  acr: null,
  amr: [],
  spend: [],
  session: {},
} as const;

/** Each rule, and a protocol that breaks it and little else. */
const breaches: Record<string, (real: Protocol) => Partial<Protocol>> = {
  'begins with a redirect or a form to an address of the provider': () => ({
    begin: async () => ({ send: { kind: 'redirect', url: new URL('javascript:alert(1)') }, remember: {} }),
  }),
  'finds the handle in a genuine answer': () => ({ findHandle: () => undefined }),
  'accepts a genuine answer once what it remembers has been through the store': (real) => ({
    begin: async (...given) => ({ ...(await real.begin(...given)), remember: new Map([['a', 1]]) }),
  }),
  'spends something with each answer, the same for the same answer, until some later time': (real) => ({
    finish: async (...given) => ({ ...(await real.finish(...given)), spend: [] }),
  }),
  'refuses the answer to another sign-in, and says in the trace why': () => ({ finish: async () => nobody }),
  'refuses a genuine answer that came by another way': (real) => ({
    finish: (settings, answer, remembered, world) => real.finish(settings, { ...answer, via: 'form' }, remembered, world),
  }),
  'refuses an answer of nothing': () => ({
    finish: async (_settings, { fields }) => {
      throw new TypeError(`no ${Object.keys(fields)[0]}`);
    },
  }),
  'writes no secret and no credential into the trace': (real) => ({
    async finish(settings, answer, remembered, world) {
      const identity = await real.finish(settings, answer, remembered, world);
      world.trace.note('saml.message', { received: answer.fields['SAMLResponse'] ?? '' });
      return identity;
    },
  }),
  'reads settings or tells their faults with pointers, and gives the same for the same': (real) => ({
    readSettings: (raw) =>
      real.readSettings(isRecord(raw) ? Object.fromEntries(Object.entries(raw).filter(([name]) => name !== 'unheardOf')) : raw),
  }),
};
const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

describe('Each rule', () => {
  for (const rule of conformance) {
    test(`is broken by a protocol that breaks it: ${rule.title}`, async () => {
      const subject = samlSubject();
      const broken = { ...subject, protocol: { ...subject.protocol, ...breaches[rule.title]!(subject.protocol) } };
      await assert.rejects(rule.holds(broken));
    });
  }
});
