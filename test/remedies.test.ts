import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signInRemedies } from '#sign-in/remedies.ts';
import { type RefusalFacts, upstreamRemedies } from '#upstream/remedies.ts';
import { folderOfCode, readDeclaredProblems } from '../tools/docs/problem-codes.ts';

/** Folders whose refusals a sign-in can end in. */
const FOLDERS = new Set(['oidc', 'saml', 'saml_metadata', 'xml', 'fetch', 'sign_in', 'admission']);

/** Refusals of the API, of forms and pages: no sign-in ends in them. */
const OF_OTHERS = new Set([
  'sign_in.form_elsewhere',
  'sign_in.cursor_invalid',
  'sign_in.reference_unknown',
  'oidc.logout_token_invalid',
  'oidc.revocation_refused',
  'saml.logout_off',
  'saml.name_id_encrypted',
]);

const declared = (await readDeclaredProblems()).map(({ type }) => type.code);
const wanted = declared.filter((code) => FOLDERS.has(folderOfCode(code)) && !OF_OTHERS.has(code));
const remedies = { ...upstreamRemedies, ...signInRemedies };

const bare = (code: string): RefusalFacts => ({ code, lines: [], provider: null });
const hostile = (code: string): RefusalFacts => ({
  code,
  expected: '<script>\u202e',
  received: { error: 'constructor', code: '__proto__', nested: 'toString', description: 'x'.repeat(5000), message: '\n\u0000' },
  detail: 'd'.repeat(5000),
  lines: [{ step: 'constructor', verdict: 'refused', at: 0 }],
  provider: null,
});

describe('Remedies', () => {
  it('there are codes to have one', () => assert.ok(wanted.length > 100));

  it('every code that a sign-in can be refused with has one', () => {
    assert.deepEqual(
      wanted.filter((code) => !Object.hasOwn(remedies, code)),
      [],
    );
  });

  it('none is for a code that there is not', () => {
    assert.deepEqual(
      Object.keys(remedies).filter((code) => !declared.includes(code)),
      [],
    );
  });

  for (const [code, remedy] of Object.entries(remedies)) {
    it(`${code}: a sentence that says what to do, whatever is known`, () => {
      for (const facts of [bare(code), hostile(code)]) {
        const { whatToDo, where, pointer } = remedy(facts);
        assert.match(whatToDo, /^[A-Z][^\n]{20,}[.)]$/, whatToDo);
        assert.ok(whatToDo.length < 3000, `${whatToDo.length} characters`);
        assert.doesNotMatch(whatToDo, /undefined|\[object|\p{C}|null/u);
        assert.ok(['here', 'provider', 'network', 'person'].includes(where));
        assert.ok(pointer === undefined || pointer === '' || pointer.startsWith('/'));
      }
    });
  }
});
