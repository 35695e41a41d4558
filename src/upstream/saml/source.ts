import type { OpenXml, SignedXml } from '#wire/xml/index.ts';
import type { SignInWorld } from '../protocol.ts';
import type { SamlSettings } from './settings.ts';

/** A document and whether a signature of the Response covers it. */
export type Source = { kind: 'signed'; xml: SignedXml } | { kind: 'unsigned'; xml: OpenXml };

export interface Needs {
  readonly settings: SamlSettings;
  readonly world: SignInWorld;
}

/** An assertion in an unsigned Response always needs a signature of its own; in a signed one, when the connection says so. */
export function isAssertionSignatureNeeded(source: Source, { verifySignatureOf }: SamlSettings): boolean {
  return source.kind === 'unsigned' || verifySignatureOf === 'assertion' || verifySignatureOf === 'both';
}
