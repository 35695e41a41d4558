import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type RespondOptions } from '#test/saml/idp.ts';
import { createScene, type Play } from '#test/saml/scene.ts';
import { saml } from './index.ts';

export const scene = createScene(saml);
export const victim = 'admin@acme.example';

interface Row {
  name: string;
  code: string;
  options?: Partial<RespondOptions>;
  play?: Play;
}

export function refuse(rows: Row[]): void {
  for (const { name, code, options, play } of rows) {
    it(name, async () => {
      const sign = options?.sign === 'none' ? 'assertion' : options?.sign;
      assert.equal((await scene.play({ sign })).code, null, 'the valid control signs in');
      const outcome = await scene.play(options, play);
      assert.equal(outcome.code, code);
      assert.equal(outcome.lines.at(-1)?.code, code, 'the last line of the trace tells the refusal');
      assert.equal(outcome.lines.filter((line) => line.verdict === 'refused').length, 1);
    });
  }
}
