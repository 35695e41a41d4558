import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { connectionDocument } from '../../src/upstream/connections.schema.ts';
import { settingsSchema } from '../../src/upstream/oidc/settings.ts';
import { fieldRules } from '../../src/upstream/revisions/fields.ts';
import { samlFields } from '../../src/upstream/saml/settings.ts';
import { access } from './access.rows.ts';
import { common } from './common.rows.ts';
import { entra, entraSaml } from './entra.rows.ts';
import { logout, samlLogout } from './logout.rows.ts';
import { oidcRows } from './oidc.rows.ts';
import { people } from './people.rows.ts';
import { portal, samlPortal } from './portal.rows.ts';
import type { Rows } from './row.ts';
import { saml } from './saml.rows.ts';

/** What is stored and does nothing yet; whoever adds one has a reason that the row tells. */
const LATER: readonly string[] = [];
/** One value each, whatever its members: keys are the gateway's, the others name things that an administrator invents. */
const WHOLE = ['/oidc/keys', '/saml/keys', '/claims/custom', '/authentication/matchAttributes'];

type Definition = z.core.$ZodTypeDef & {
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  element?: z.core.$ZodType;
  shape?: Record<string, z.core.$ZodType>;
};

/** Pointers of all fields below a schema; an element of a list is `*`. */
function leavesOf(schema: z.core.$ZodType, at = ''): string[] {
  const { innerType, in: input, element, shape } = schema._zod.def as Definition;
  if (WHOLE.includes(at)) return [at];
  if (shape) return Object.entries(shape).flatMap(([name, member]) => leavesOf(member, `${at}/${name}`));
  if (innerType) return leavesOf(innerType, at);
  if (input) return leavesOf(input, at);
  const inner = element ? leavesOf(element, `${at}/*`) : [];
  return inner.some((pointer) => pointer !== `${at}/*`) ? inner : [at];
}

const policy = { kind: 'oidc', allowPrivateNetwork: true } as const;
const fields = [
  ...leavesOf(connectionDocument).filter((pointer) => pointer !== '/oidc' && pointer !== '/saml'),
  ...leavesOf(settingsSchema(policy), '/oidc'),
  ...leavesOf(samlFields, '/saml'),
];

const all = [common, people, access, oidcRows, portal, logout, entra, entraSaml, saml, samlPortal, samlLogout] as Rows<never>[];
const rows = all.flatMap(({ settings, fixed = [], later = [] }) => [...settings, ...fixed, ...later]);

describe('Every field of an identity provider', () => {
  it('is found in the schemas, and the schemas are walked to their ends', () => {
    for (const field of [
      '/name',
      '/access/rules/*/ignoreCase',
      '/groupFilter/include',
      '/claims/email',
      '/oidc/clientId',
      '/saml/groupOverage/claim',
    ])
      assert.ok(fields.includes(field), field);
    assert.ok(fields.length > 90, String(fields.length));
  });

  it('is one that the revisions know, and the other way round', () => {
    const known = Object.keys(fieldRules);
    const within = (one: string, other: string): boolean => one === other || one.startsWith(`${other}/`);
    const unknown = fields.filter((field) => !known.some((pointer) => within(field, pointer)));
    const gone = known.filter((pointer) => !fields.some((field) => within(field, pointer)));
    assert.deepEqual({ unknown, gone }, { unknown: [], gone: [] });
  });

  it('has a row that shows what it does', () => {
    const shown = new Set(rows.map(({ field }) => field));
    assert.deepEqual(
      fields.filter((field) => !shown.has(field)),
      [],
    );
  });

  it('has no row that is of no field', () => {
    assert.deepEqual(
      rows.map(({ field }) => field).filter((field) => !fields.includes(field)),
      [],
    );
  });

  it('takes effect', () => {
    assert.deepEqual(all.flatMap(({ later = [] }) => later.map(({ field }) => field)).sort(), LATER);
  });
});
