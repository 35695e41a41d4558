import type { Adapter } from 'oidc-provider';

const none = async (): Promise<undefined> => undefined;

/** What a model that is kept elsewhere does with the calls that it has no use for. */
export const nothing: Adapter = {
  upsert: none,
  find: none,
  findByUid: none,
  findByUserCode: none,
  consume: none,
  destroy: none,
  revokeByGrantId: none,
};
