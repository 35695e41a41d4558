import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgePassword, type PasswordFault } from './judge-password.ts';

const NAMES = ['ada@acme.example', 'Ada Lovelace', 'acme', 'Acme Industries'];

describe('A new password', () => {
  const rows: [password: string, fault: PasswordFault | undefined][] = [
    ['violet harbour tricycle 42', undefined],
    ['korrektes pferd batterie', undefined],
    ['Zq7!fL0w#mRt', undefined],
    ['842917360571', undefined],
    ['пароль из букв', undefined],
    ['elevenchars', 'too_short'],
    ['', 'too_short'],
    ['👨‍👩‍👧‍👦', 'too_short'],
    ['x'.repeat(257), 'too_long'],
    ['violet harbour\u0000tricycle', 'unprintable'],
    ['violet harbour\ntricycle', 'unprintable'],
    ['Password1234', 'too_common'],
    ['passwordpassword', 'too_common'],
    ['P@ssw0rd2026!', 'too_common'],
    ['qwertyuiop123', 'too_common'],
    ['aaaaaaaaaaaaaa', 'too_common'],
    ['abcdefghijklm', 'too_common'],
    ['123456789012', 'too_common'],
    ['Lovelace2026', 'too_common'],
    ['AcmeIndustries1!', 'too_common'],
    ['ada@acme.example', 'too_common'],
    ['Sallyport-Admin-1', 'too_common'],
  ];
  for (const [password, fault] of rows) {
    it(`${JSON.stringify(password.slice(0, 30))} is ${fault ?? 'accepted'}`, () =>
      assert.equal(judgePassword(password, NAMES), fault));
  }

  it('is counted in characters as people see them, whatever their form', () => {
    assert.equal(judgePassword('\uff56iolet harbo', NAMES), undefined);
    assert.equal(judgePassword('e\u0301'.repeat(11), NAMES), 'too_short');
  });
});
