import { z } from 'zod';

/** One line of a trace, as the API shows it. */
export const traceLine = z.object({
  step: z.string(),
  verdict: z.enum(['passed', 'refused', 'noted']),
  expected: z.unknown().optional(),
  received: z.unknown().optional(),
  code: z.string().optional(),
  at: z.number(),
});

const reasons = z.array(z.object({ name: z.string(), because: z.string() })).readonly();
const membership = z
  .object({
    how: z.enum(['leave', 'add', 'replace']),
    why: z.string(),
    before: z.array(z.object({ name: z.string(), sources: z.array(z.string()).readonly() })).readonly(),
    added: reasons,
    removed: reasons,
    kept: reasons,
    unmapped: z.array(z.object({ value: z.string(), why: z.string() })).readonly(),
  })
  .nullable();

export const summary = z.object({
  code: z.string().nullable().describe('null when nothing was refused'),
  title: z.string(),
  whatToDo: z.string().describe('begins with what to change and where'),
  where: z.enum(['here', 'provider', 'network', 'person']),
  pointer: z.string().optional().describe('JSON pointer into the identity provider'),
});

const claims = z.record(z.string(), z.unknown());

/** What was found of a person and their claims: the same in a test sign-in and in a preview. */
export const findings = z.object({
  steps: z.array(traceLine).readonly(),
  claims: claims.nullable().describe('as they came; what looks like a token is cut'),
  mappings: z
    .array(
      z.object({
        attribute: z.string(),
        from: z.string(),
        value: z.unknown(),
        outcome: z.enum(['value', 'default', 'missing', 'empty', 'overage']),
        steps: z.array(z.unknown()).readonly(),
      }),
    )
    .readonly(),
  person: z
    .object({
      outcome: z.enum(['known', 'linked', 'created', 'refused']),
      user: z.object({ id: z.string().nullable(), email: z.string().nullable(), status: z.string() }).nullable(),
      code: z.string().nullable(),
      why: z.string(),
      changes: z.array(z.object({ attribute: z.string(), before: z.unknown(), after: z.unknown() })).readonly(),
    })
    .nullable(),
  groups: membership,
  roles: membership,
  tokens: z
    .object({
      application: z.object({ id: z.string().nullable(), name: z.string().nullable(), scopes: z.array(z.string()).readonly() }),
      idToken: claims,
      userinfo: claims,
    })
    .nullable(),
  warnings: z.array(z.object({ code: z.string(), detail: z.string() })).readonly(),
});

/** One of a list. */
export const verificationSummary = z.object({
  id: z.string(),
  identityProviderId: z.string(),
  revision: z.int(),
  applicationId: z.string().nullable(),
  reference: z.string(),
  state: z.enum(['waiting', 'passed', 'failed', 'expired']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
  startedBy: z.string(),
  summary,
});

export const verificationJson = verificationSummary.extend(findings.shape);
