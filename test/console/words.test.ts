import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signInRemedies } from '#sign-in/remedies.ts';
import { fieldNames } from '#upstream/index.ts';
import { type RefusalFacts, upstreamRemedies } from '#upstream/remedies.ts';
import { allFields } from '../../console/src/features/identity-providers/form/fields.ts';
import { readDeclaredProblems } from '../../tools/docs/problem-codes.ts';

/** Folders whose refusals *Fetch configuration* can end in. */
const OF_FETCHING = /^(?:fetch|saml_metadata)\.|^oidc\.metadata_|^xml\.(?!encryption)/;
/** Parts of the form that are one field there; `/enabled` is a switch of the page. */
const NO_LABELS = new Set(['/enabled']);

describe('The words for administrators', () => {
  it('are those of the form', () => {
    const labels = new Map(allFields.map(({ pointer, label }) => [pointer, label.replace(/^… /, '')]));
    const differing = Object.entries(fieldNames).filter(
      ([pointer, name]) => !NO_LABELS.has(pointer) && labels.get(pointer) !== name,
    );
    assert.deepEqual(differing, []);
  });

  const facts = (code: string, kind: 'oidc' | 'saml'): RefusalFacts => ({
    code,
    lines: [],
    provider: { kind, preset: null, name: 'Acme', claim: 'email', userAttribute: 'email', secretLooksLikeId: false },
  });
  it('name no member of the API in a remedy', () => {
    const member = /\b(?:oidc|saml|users|authentication|access|groupOverage)\.[a-z][A-Za-z]+/;
    const told = Object.entries({ ...upstreamRemedies, ...signInRemedies }).flatMap(([code, remedy]) =>
      (['oidc', 'saml'] as const).map((kind) => remedy(facts(code, kind)).whatToDo),
    );
    assert.ok(told.length > 200);
    assert.deepEqual(
      told.filter((text) => member.test(text)),
      [],
    );
  });

  it('say what to do about every refusal of Fetch configuration', async () => {
    const types = (await readDeclaredProblems()).map(({ type }) => type).filter(({ code }) => OF_FETCHING.test(code));
    assert.ok(types.length > 40);
    assert.deepEqual(
      types.filter(({ remedy }) => !remedy).map(({ code }) => code),
      [],
    );
  });
});
