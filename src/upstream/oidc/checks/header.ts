import type { Trace } from '#kernel/trace.ts';
import { acceptedAlgorithms } from '../algorithms.ts';
import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';

const LONGEST_KEY_ID = 256;

/**
 * A token's header asks for an algorithm on the list, no extensions, and is no token of another kind (access token, logout token).
 * Compared exactly: `None` and `nONe` are not on the list either. @see RFC 8725 §3.1, §3.11; RFC 7515 §4.1.11
 */
export function checkHeader(header: Readonly<Record<string, unknown>>, trace: Trace, step: string): void {
  const { alg, typ, crit, kid } = header;
  trace.check({
    step: `${step}.algorithm`,
    expected: acceptedAlgorithms,
    received: factOf(alg),
    holds: typeof alg === 'string' && acceptedAlgorithms.includes(alg),
    otherwise: problems.algorithm_refused,
  });
  trace.check({
    step: `${step}.type`,
    expected: 'JWT or nothing',
    received: factOf(typ),
    holds: typ === undefined || (typeof typ === 'string' && /^(?:application\/)?jwt$/i.test(typ)),
    otherwise: problems.header_refused,
  });
  // `b64` and `zip` change what the signature means; nobody may make us not notice.
  const plain = crit === undefined && header.b64 === undefined && header.zip === undefined;
  trace.check({
    step: `${step}.extensions`,
    expected: 'none',
    received: factOf(crit),
    holds: plain,
    otherwise: problems.header_refused,
  });
  trace.check({
    step: `${step}.key_id`,
    expected: `at most ${LONGEST_KEY_ID} characters`,
    received: factOf(kid),
    holds: kid === undefined || (typeof kid === 'string' && kid.length <= LONGEST_KEY_ID),
    otherwise: problems.header_refused,
  });
}
