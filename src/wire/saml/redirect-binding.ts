import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Problem } from '#kernel/problem.ts';
import {
  type DetachedSignature,
  MESSAGE_LIMITS,
  readBase64,
  type SigningKey,
  signatureMethodFor,
  signBytes,
  type XmlText,
  xmlProblems,
} from '#wire/xml/index.ts';

/** A request is under a kilobyte: the usual window of 32 would be allocated and cleared for each. */
const DEFLATE = { windowBits: 10, memLevel: 4, chunkSize: 1024 };

/** Which of the two a message is; it names the parameter that carries it. */
export type MessageField = 'SAMLRequest' | 'SAMLResponse';

export interface RedirectMessage {
  readonly xml: XmlText;
  /** A request, unless it says otherwise. */
  readonly field?: MessageField;
  /** An answer to a request that had none has none. */
  readonly relayState: string | undefined;
  /** Parameters that go before the binding's own, as a login hint does. They are outside of the signature. */
  readonly before: Readonly<Record<string, string>>;
  readonly signer?: SigningKey;
}

/**
 * The URL of the redirect binding. The signature is over the very octets that are sent, with upper-case escapes and no spaces:
 * identity providers that rebuild the query before they verify come to the same octets.
 *
 * @see SAML Bindings §3.4.4.1
 */
export function redirectUrl(endpoint: string, message: RedirectMessage): URL {
  const parameters: [string, string][] = [
    [message.field ?? 'SAMLRequest', deflateRawSync(message.xml, DEFLATE).toString('base64')],
  ];
  if (message.relayState !== undefined) parameters.push(['RelayState', message.relayState]);
  const query = message.signer === undefined ? queryOf(parameters) : signedQuery(parameters, message.signer);
  const before = queryOf(Object.entries(message.before));
  const separator = endpoint.includes('?') ? (/[?&]$/.test(endpoint) ? '' : '&') : '?';
  return new URL(`${endpoint}${separator}${before === '' ? '' : `${before}&`}${query}`);
}

function signedQuery(parameters: readonly [string, string][], { key }: SigningKey): string {
  const query = queryOf([...parameters, ['SigAlg', signatureMethodFor(key).uri]]);
  const signature = signBytes(Buffer.from(query), key);
  return `${query}&${queryOf([['Signature', signature.toString('base64')]])}`;
}

function queryOf(parameters: readonly [string, string][]): string {
  return parameters.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&');
}

/** Percent escapes as `new URL` would leave them alone: everything but the unreserved characters, in upper case. */
function escape(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A message as a query brought it: nobody has verified or inflated it yet. */
export interface ReceivedRedirect {
  readonly deflated: Buffer;
  readonly relayState: string | undefined;
  /** Undefined where the query has none. */
  readonly signature: DetachedSignature | undefined;
}

/**
 * Takes a query apart as it was sent. What a signature covers are its very octets, in the order that the binding says; to decode and
 * encode them anew would give others, as identity providers escape in lower case, or more than they must. A parameter that comes twice, or
 * under an escaped name, is none here.
 *
 * @throws Problem `xml.base64`, `xml.malformed` where the message is missing or comes twice
 * @see SAML Bindings §3.4.4.1
 */
export function readRedirect(query: string, field: MessageField): ReceivedRedirect {
  const pairs = query.split('&').map((pair): [name: string, raw: string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  const rawOf = (name: string): string | undefined => {
    const found = pairs.filter(([one]) => one === name);
    if (found.length > 1) throw new Problem(xmlProblems.malformed, { detail: `${name} comes ${found.length} times` });
    return found[0]?.[1];
  };
  const [message, relayState, algorithm, signature] = [field, 'RelayState', 'SigAlg', 'Signature'].map(rawOf);
  if (message === undefined) throw new Problem(xmlProblems.malformed, { detail: `there is no ${field}` });
  const octets = [
    `${field}=${message}`,
    ...(relayState === undefined ? [] : [`RelayState=${relayState}`]),
    `SigAlg=${algorithm ?? ''}`,
  ].join('&');
  return {
    deflated: readBase64(decoded(message)),
    relayState: relayState === undefined ? undefined : decoded(relayState),
    signature:
      algorithm === undefined || signature === undefined
        ? undefined
        : { octets: Buffer.from(octets), algorithm: decoded(algorithm), value: readBase64(decoded(signature)) },
  };
}

/** @throws Problem `xml.malformed` for an escape that is none */
function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw new Problem(xmlProblems.malformed, { detail: 'a parameter of the query is not properly escaped', cause });
  }
}

/**
 * Undoes the DEFLATE encoding of the redirect binding, up to the size that a message may have: a bomb ends there. Called once the signature
 * over the compressed octets was verified.
 *
 * @throws Problem `xml.too_large`, `xml.malformed`
 * @see SAML Bindings §3.4.4.1
 */
export function inflateMessage(deflated: Buffer): Buffer {
  try {
    return inflateRawSync(deflated, { maxOutputLength: MESSAGE_LIMITS.maxBytes });
  } catch (cause) {
    const isTooLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Problem(isTooLarge ? xmlProblems.too_large : xmlProblems.malformed, { detail: 'not a DEFLATE stream', cause });
  }
}
