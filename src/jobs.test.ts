import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RotationNeeds, rotateSigningKeys } from './jobs.ts';

describe('rotating the signing keys', () => {
  it('reaches every tenant, page by page, and goes on after one that fails', async () => {
    const all = Array.from({ length: 450 }, (_, at) => ({
      id: `tnt_${at}`,
      name: `t${String(at).padStart(4, '0')}`,
      settings: { idTokenAlgorithm: at % 2 ? 'RS256' : 'ES256' },
    }));
    const seen: string[] = [];
    const failures: unknown[] = [];
    await rotateSigningKeys({
      tenants: {
        list: async ({ limit, after }: { limit: number; after?: string }) =>
          all.filter(({ name }) => after === undefined || name > after).slice(0, limit),
      },
      signingKeys: {
        rotate: async (tenant: string, algorithm: string) => {
          if (tenant === 'tnt_7') throw new Error('no entropy');
          seen.push(`${tenant} ${algorithm}`);
          return { kind: 'nothing' };
        },
      },
      onFailure: (error: unknown) => failures.push(error),
    } as unknown as RotationNeeds);
    assert.equal(seen.length, 449);
    assert.equal(failures.length, 1);
    assert.ok(seen.includes('tnt_449 RS256'));
  });
});
