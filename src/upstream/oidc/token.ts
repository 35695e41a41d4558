import type { Trace } from '#kernel/trace.ts';
import { problems } from './problems.ts';
import { readStrictJson } from './strict-json.ts';

/** A compact JWS as it came: nobody has verified it yet. */
export interface UnverifiedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature covers: the exact characters, not a new serialisation. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** A token with two hundred groups has 10 kB; nothing honest comes near this. In characters. */
const LONGEST_TOKEN = 131_072;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/**
 * Takes a compact JWS apart. Five parts are an encrypted token, which is refused before anything in it is looked at: its header
 * decides how much work decryption costs.
 *
 * @throws Problem `oidc.token_malformed`, `oidc.token_encrypted`
 */
export function readToken(raw: string, trace: Trace, step: string): UnverifiedToken {
  const parts = raw.length > LONGEST_TOKEN ? [] : raw.split('.', 6);
  trace.check({
    step: `${step}.encryption`,
    expected: 'none',
    received: `${parts.length} parts`,
    holds: parts.length !== 5,
    otherwise: problems.token_encrypted,
  });
  const [header = '', claims = '', signature = ''] = parts;
  // An empty signature is no base64url here: `alg: none` has one.
  const wellFormed = parts.length === 3 && parts.every((part) => BASE64URL.test(part) && part.length % 4 !== 1);
  trace.check({
    step: `${step}.form`,
    expected: 'three base64url parts',
    received: `${parts.length} parts, ${raw.length} characters`,
    holds: wellFormed,
    otherwise: problems.token_malformed,
  });
  return {
    header: readPart(header, trace, `${step}.header_json`),
    claims: readPart(claims, trace, `${step}.claims_json`),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function readPart(part: string, trace: Trace, step: string): Record<string, unknown> {
  const json = readStrictJson(Buffer.from(part, 'base64url'));
  const holds = json.kind === 'read';
  trace.check({
    step,
    expected: 'one strict JSON object',
    received: holds ? 'one' : json.fault,
    holds,
    otherwise: problems.token_malformed,
  });
  return (json as { object: Record<string, unknown> }).object;
}
