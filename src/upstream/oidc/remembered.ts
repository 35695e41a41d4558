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

/** Reads back what `begin` returned. Anything else is a programmer's mistake, not a refusal. */
export function readRemembered(remembered: unknown): Remembered {
  return schema.parse(remembered);
}
