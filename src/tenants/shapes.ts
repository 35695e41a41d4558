import { z } from 'zod';
import { settingBounds } from './settings.ts';
import type { TenantSettings } from './tenant.ts';

const within = ({ least, greatest }: { least: number; greatest: number }) => z.int().min(least).max(greatest);

/** Settings of a tenant as the API takes and shows them; a change names some of them. */
export const settingsShape = z.strictObject({
  idTokenAlgorithm: z.enum(['ES256', 'RS256']).describe('signature of ID tokens'),
  sessionIdleSeconds: within(settingBounds.sessionIdleSeconds).describe('a session ends after this long without use'),
  sessionLifetimeSeconds: within(settingBounds.sessionLifetimeSeconds).describe('and after this long however much it is used'),
  accessTokenSeconds: within(settingBounds.accessTokenSeconds),
  refreshTokenSeconds: within(settingBounds.refreshTokenSeconds),
  recheckMinutes: within(settingBounds.recheckMinutes).describe(
    'how often a provider is asked again, by its refresh token, whether somebody with refresh tokens is still there; 0: never',
  ),
  traceDays: within(settingBounds.traceDays).describe('how long traces of sign-ins are kept'),
  language: z.enum(['en', 'de']).describe('of mails to people whose own language is not known'),
  noticeRecipients: z
    .array(z.email().max(254))
    .max(20)
    .readonly()
    .describe('get notices of what expires, beside the administrators'),
}) satisfies z.ZodType<TenantSettings>;

export const domainNameShape = z.string().min(1).max(260);

export const domainShape = z.object({
  name: z.string().describe('lower case, A-labels'),
  includeSubdomains: z.boolean(),
  state: z
    .enum(['pending', 'proven', 'vouched'])
    .describe('only a proven or vouched domain routes sign-ins and lets an e-mail be trusted'),
  record: z
    .object({ name: z.string(), type: z.literal('TXT'), value: z.string() })
    .describe('what proves the domain, in its DNS'),
  createdAt: z.iso.datetime(),
  provenAt: z.iso.datetime().nullable(),
});
