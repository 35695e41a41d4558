import assert from 'node:assert/strict';
import { it } from 'node:test';
import { instant, type RespondOptions } from '#test/saml/idp.ts';
import { createScene, NOON, type Play } from '#test/saml/scene.ts';
import { type Confirmation } from '#test/saml/templates.ts';
import { saml } from './index.ts';

export const scene = createScene(saml);

export type Row = readonly [name: string, code: string | null, options: Partial<RespondOptions>, play?: Play];

export function judge(rows: readonly Row[]): void {
  for (const [name, code, options, play] of rows) {
    it(`${name}: ${code ?? 'signs in'}`, async () => {
      assert.equal((await scene.play()).code, null, 'the valid control signs in');
      const outcome = await scene.play(options, play);
      assert.equal(outcome.code, code);
      if (code !== null) assert.equal(outcome.lines.at(-1)?.code, code);
    });
  }
}

export const at = (seconds: number): string => instant(NOON, seconds);
export const confirmed = (...confirmations: Confirmation[]): Partial<RespondOptions> => ({ confirmations });
