import { z } from 'zod';

/** What one sign-in holds on to between the request and the answer. JSON, kept with the attempt. */
const schema = z.strictObject({
  /** `state` of the request. */
  handle: z.string().min(1),
  nonce: z.string().min(1),
  /** PKCE. Whoever has it and the code can redeem the code at a public client: kept sealed. */
  verifier: z.string().min(43),
  redirectUri: z.string().min(1),
  /** Seconds since the epoch. */
  beganAt: z.number(),
  forced: z.boolean(),
  maxAgeSeconds: z.number().nullable(),
  acrValues: z.array(z.string()),
});

export type Remembered = z.output<typeof schema>;

/** For a token that answers no request of ours: the checks that would look at one are left out where it is used. */
export const NOTHING_ASKED: Remembered = {
  handle: '',
  nonce: '',
  verifier: '',
  redirectUri: '',
  beganAt: 0,
  forced: false,
  maxAgeSeconds: null,
  acrValues: [],
};

/** Reads back what `begin` returned. Anything else is a programmer's mistake, not a refusal. */
export function readRemembered(remembered: unknown): Remembered {
  return schema.parse(remembered);
}
