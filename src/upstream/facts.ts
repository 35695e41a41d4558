import type { StoredConnection } from './connection-register.ts';

/** What the audit log keeps of a connection: the document as it is stored. Secrets are not in it; that one was set is said. */
export function factsOf({ document, secrets }: Pick<StoredConnection, 'document' | 'secrets'>): Record<string, unknown> {
  return { ...document, ...(Object.keys(secrets).length === 0 ? {} : { secrets: Object.keys(secrets).sort() }) };
}
