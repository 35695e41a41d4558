import { checkDestination } from '../checks/destination.ts';
import { checkResponseInResponseTo } from '../checks/in-response-to.ts';
import { checkResponseIssueInstant } from '../checks/issue-instant.ts';
import { checkResponseIssuer } from '../checks/issuer.ts';
import { checkLogoutNameId } from '../checks/logout-name-id.ts';
import { checkLogoutValidity } from '../checks/logout-validity.ts';
import { checkId } from '../checks/replay.ts';
import { checkResponseVersion } from '../checks/version.ts';
import type { Evidence } from '../evidence.ts';

/**
 * The checks of a provider's demand to sign somebody out, in their order. Before it: the signature, which must be there in both bindings,
 * and the structure (`message.ts`). After it: the demand is spent, once ever, and only sessions that came from this connection are looked at.
 */
export const demandChecks: readonly ((evidence: Evidence) => void)[] = [
  checkResponseVersion,
  checkResponseIssuer,
  checkDestination,
  checkResponseIssueInstant,
  checkLogoutValidity,
  checkId,
  checkLogoutNameId,
];

/** The checks of the answer to a demand of ours. What its status says is told to the person; it refuses nothing. */
export const answerChecks: readonly ((evidence: Evidence) => void)[] = [
  checkResponseVersion,
  checkResponseIssuer,
  checkDestination,
  checkResponseIssueInstant,
  checkResponseInResponseTo,
];
