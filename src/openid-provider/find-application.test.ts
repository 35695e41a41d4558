import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { readParameters } from './authorization-parameters.routes.ts';
import { findApplication } from './find-application.ts';

const acme = 'tnt_acme' as TenantId;

/** @returns which ids were looked for in the store */
async function lookedFor(ids: readonly (string | undefined)[]): Promise<string[]> {
  const asked: string[] = [];
  const find = async (_tenant: TenantId, id: string) => void asked.push(id);
  for (const id of ids) assert.equal(await findApplication({ find }, acme, id), undefined);
  return asked;
}

describe('An application', () => {
  it('is looked for by printable ASCII of a hundred characters at most: PostgreSQL refuses NUL', async () => {
    const good = ['app_crm', '!~', 'a'.repeat(100)];
    assert.deepEqual(await lookedFor(good), good);
    assert.deepEqual(await lookedFor([undefined, '', 'a\0', '\0a', 'a b', 'a\n', '\u{1f600}', 'a'.repeat(101)]), []);
  });

  it('is there when it is switched on', async () => {
    const findWith = (enabled: boolean) =>
      findApplication({ find: async () => ({ application: { enabled } }) } as never, acme, 'app_crm');
    assert.deepEqual([(await findWith(true))?.application, await findWith(false)], [{ enabled: true }, undefined]);
  });
});

describe('Parameters of an authorization request (RFC 6749 §3.1)', () => {
  it('without a value were not sent', () => assert.deepEqual(readParameters('a=&b=1&c'), { b: '1' }));
  it('that came twice are none', () => assert.equal(readParameters('a=1&a=1'), undefined));
});
