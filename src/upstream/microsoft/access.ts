import type { ClientKey } from '../client-assertion.ts';
import type { Cloud } from './clouds.ts';

/** How one connection asks Graph. The same object for the same revision: what is kept of it hangs on it, and goes with it. */
export interface GraphAccess {
  readonly cloud: Cloud;
  /** GUID. */
  readonly directoryId: string;
  /** The *directory* registration: the one that has the application permissions. */
  readonly clientId: string;
  /** Ours; the first one signs. */
  readonly keys: readonly ClientKey[];
}
