import { z } from 'zod';
import type { Trace } from '#kernel/trace.ts';
import type { VerifiedElement, XmlTree } from '#wire/xml/index.ts';
import type { SamlSettings } from './settings.ts';

/** What a request asked, kept with the attempt: an answer is held against it. */
const expectation = z.strictObject({
  requestId: z.string(),
  acsUrl: z.string(),
  sentAt: z.iso.datetime(),
  /** A fresh sign-in was demanded. */
  forceAuthn: z.boolean(),
  maxAgeSeconds: z.number().nullable(),
  contexts: z.array(z.string()),
});
export type Expectation = z.output<typeof expectation>;

/** @throws Error on anything but what `begin` returned: that is a programmer's mistake */
export function readExpectation(remembered: unknown): Expectation {
  return expectation.parse(remembered);
}

/** What a message is held against. Without a request id it must answer none: it comes from the provider's portal. */
export type Expected = Omit<Expectation, 'requestId'> & { readonly requestId: string | null };

/**
 * The Response element without its assertion. Unsigned, it is only good for refusing: nothing of it ever reaches an identity.
 */
export interface ResponseEnvelope {
  readonly tree: XmlTree;
  readonly kind: 'signed' | 'unsigned';
}

export interface EnvelopeEvidence {
  readonly settings: SamlSettings;
  readonly expected: Expected;
  readonly now: Date;
  readonly trace: Trace;
  readonly response: ResponseEnvelope;
}

/** What the later checks see. The assertion was read from bytes that a configured key signed: it cannot be anything else. */
export interface Evidence extends EnvelopeEvidence {
  readonly assertion: VerifiedElement;
}
