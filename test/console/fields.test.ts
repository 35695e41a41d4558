import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { clouds } from '../../console/src/features/identity-providers/form/clouds.ts';
import { allFields, fieldOf, nameOfPointer } from '../../console/src/features/identity-providers/form/fields.ts';
import { stepVerbs } from '../../console/src/features/identity-providers/form/rule.ts';
import { connectionDocument } from '../../src/upstream/connections.schema.ts';
import { mapping } from '../../src/upstream/mapping/mapping.schema.ts';
import { graphHosts } from '../../src/upstream/microsoft/index.ts';
import { settingsSchema } from '../../src/upstream/oidc/settings.ts';
import { fieldRules } from '../../src/upstream/revisions/fields.ts';
import { samlFields } from '../../src/upstream/saml/settings.ts';

/** Set by nobody: the kind is chosen once, keys are the gateway's, and the switch is a button of its own. */
const NOT_IN_THE_FORM = ['/kind', '/enabled', '/oidc/keys', '/saml/keys'];

/** Members of objects that the form has as one field. */
const AS_ONE = [
  '/access',
  '/claims/custom',
  '/authentication/matchAttributes',
  '/oidc/groupOverage',
  '/saml/groupOverage',
  '/oidc/keys',
  '/saml/keys',
];

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const { def } = schema as unknown as { def: { type: string; innerType?: z.ZodType; shape?: Record<string, z.ZodType> } };
  if (def.type === 'object') return def.shape;
  return def.innerType ? shapeOf(def.innerType) : undefined;
}

function pointersOf(schema: z.ZodType, at = ''): string[] {
  const shape = AS_ONE.includes(at) ? undefined : shapeOf(schema);
  return shape ? Object.entries(shape).flatMap(([name, member]) => pointersOf(member, `${at}/${name}`)) : [at];
}

const oidc = settingsSchema({ kind: 'oidc', allowPrivateNetwork: false });
const pointers = [
  ...pointersOf(connectionDocument).filter((pointer) => pointer !== '/oidc' && pointer !== '/saml'),
  ...pointersOf(oidc, '/oidc'),
  ...pointersOf(samlFields, '/saml'),
].filter((pointer) => !NOT_IN_THE_FORM.includes(pointer));

describe('The form of an identity provider', () => {
  it('is held against schemas that were read', () => {
    for (const pointer of ['/name', '/authentication/domains', '/oidc/acrValues', '/saml/requestedAuthnContexts'])
      assert.ok(pointers.includes(pointer), pointer);
  });

  for (const pointer of pointers) {
    it(`has a field for ${pointer}`, () => assert.equal(fieldOf(pointer)?.pointer, pointer));
  }

  it('has no field that the API does not know', () => {
    assert.deepEqual(
      allFields.map(({ pointer }) => pointer).filter((pointer) => !pointers.includes(pointer)),
      [],
    );
  });

  it('has each field once, with a label', () => {
    const seen = allFields.map(({ pointer }) => pointer);
    assert.deepEqual(new Set(seen).size, seen.length);
    for (const { pointer, label } of allFields) assert.notEqual(label.trim(), '', pointer);
  });

  it('offers the clouds of Microsoft that there are', () => {
    assert.deepEqual(clouds.map(({ value }) => value).toSorted(), [...graphHosts].toSorted());
  });

  it('calls a field below another by its name', () => {
    assert.equal(nameOfPointer('/claims/email/steps/0'), nameOfPointer('/claims/email'));
  });
});

describe('What the form says of changes that wait for a test', () => {
  for (const { pointer, waits } of allFields) {
    const rule = fieldRules[pointer] ?? fieldRules[pointer.replace(/\/[^/]+$/, '')];
    const isSensitive = rule !== undefined && ['trust', 'sensitive', 'switch'].includes(rule.class);
    it(`is what the gateway does with ${pointer}`, () => {
      assert.ok(rule, 'the gateway has a rule for it');
      assert.equal(waits !== undefined, isSensitive);
      if (waits) assert.equal(waits === 'loosened', rule.harmless !== undefined);
    });
  }
});

describe('The steps of a rule', () => {
  for (const [verb, { fresh, shape }] of Object.entries(stepVerbs)) {
    it(`${verb} is one that the API takes`, () => {
      const said = { [verb]: fresh === '' ? 'x' : fresh, ...(shape === 'replace' ? { with: '' } : {}) };
      const read = mapping.safeParse({ claim: 'email', steps: [said] });
      assert.equal(read.success, true, read.error?.message);
    });
  }

  it('are all that there are', () => {
    const read = mapping.safeParse({ claim: 'email', steps: [{}] });
    const [, told = ''] = /exactly one of (.+)/.exec(read.error?.issues[0]?.message ?? '') ?? [];
    assert.deepEqual(told.split(', ').toSorted(), Object.keys(stepVerbs).toSorted());
  });
});
