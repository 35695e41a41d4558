import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { currentScope } from './request-scope.ts';

const { Check, Prompt, base } = interactionPolicy;

/**
 * When the Provider wants the person: oidc-provider's own rules, except that first-party applications are not asked about, and that
 * `select_account` is understood (a sign-in at a provider of the person's choice).
 */
export function createInteractionPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base();
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0);
  const { checks } = policy.get('consent') ?? new Prompt({ name: 'consent' });
  for (const reason of ['consent_prompt', 'native_client_prompt']) {
    const own = checks.get(reason);
    if (!own) throw new Error(`oidc-provider has no check ${reason} any more`);
    checks.remove(reason);
    checks.add(
      new Check(reason, own.description, own.error ?? 'consent_required', async (ctx) => !isFirstParty(ctx) && own.check(ctx)),
    );
  }
  return policy;
}

/** Whether the application of this request belongs to the house. */
export function isFirstParty({ oidc }: KoaContextWithOIDC): boolean {
  const { client } = oidc;
  return client !== undefined && currentScope().applications.get(client.clientId)?.application.firstParty === true;
}
