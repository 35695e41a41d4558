import * as entra from './entra-remedies.ts';
import type { Explainer } from './provider-explanation.ts';

/**
 * Entra's own error numbers. Their meaning is Microsoft's; the remedies are ours. Microsoft warns that numbers change: an unknown one is
 * no fault, it is told as it came.
 *
 * @see Microsoft Entra, "Microsoft Entra authentication and authorization error codes" (reference-error-codes)
 */
const GROUPS: readonly [Explainer, readonly number[]][] = [
  [entra.consent, [65001, 90094, 90095, 90008, 650056, 9002341]],
  [entra.declined, [65004]],
  [entra.notAssigned, [50105]],
  [entra.secretWrong, [7000215, 70002]],
  [entra.secretExpired, [7000222]],
  [entra.secretMissing, [7000218]],
  [entra.clientIsPublic, [700025]],
  [entra.keyUnknown, [700027, 700030, 50012]],
  [entra.redirectUri, [50011, 500113, 900971, 70004]],
  [entra.unknownApplication, [700016, 700011, 7000229]],
  [entra.applicationDisabled, [7000112, 70001, 1000031]],
  [entra.unknownDirectory, [90002, 900023, 90038, 50059]],
  [entra.otherDirectory, [50020, 50034, 50014, 51004, 16000, 16003, 90072, 500208]],
  [entra.tenantRestricted, [500212, 500213, 500021, 500022, 50002]],
  [entra.conditionalAccess, [53003, 530032, 530034, 530035, 53000, 53001, 53002, 50131, 50005, 50097, 50129, 530003]],
  [entra.secondFactor, [50074, 50076, 50079, 50072, 50078, 50158, 53004, 53010]],
  [entra.password, [50126, 50056, 50064]],
  [entra.accountBlocked, [50057, 50053, 53011, 50055, 50144]],
  [entra.notSignedIn, [50058, 160021, 50132, 50133, 700020]],
  [entra.notMultiTenant, [50194, 9001023, 90130, 90124]],
  [entra.singlePage, [9002325, 9002326, 9002327]],
  [entra.codeSpent, [54005, 50173, 70008, 70000, 501481, 50089]],
  [entra.scopeRefused, [70011, 500011, 50001, 650052, 650054, 650057, 65005, 28002]],
  [entra.requestMalformed, [9002313, 90014, 900144, 90023, 90004, 900561, 90056, 700054]],
  [entra.contextDiffers, [75011]],
  [entra.nameIdPolicy, [75016]],
  [entra.nameIdSource, [501241]],
  [entra.requestUnsigned, [76021]],
  [entra.samlRequest, [75005, 750054, 7500529, 75008, 76026, 75001, 75003, 900236]],
  [entra.busy, [90033, 90006, 50033, 90012, 90024, 90055, 50000]],
];

const byNumber = new Map(GROUPS.flatMap(([explainer, numbers]) => numbers.map((number) => [number, explainer] as const)));

/** Numbers that there are words for; for tests and docs. */
export const explainedNumbers: readonly number[] = [...byNumber.keys()];

/** @param aadsts `AADSTS50105` */
export function explainAadsts(aadsts: string): Explainer | undefined {
  const [, number] = /^AADSTS(\d{4,9})$/.exec(aadsts) ?? [];
  return number === undefined ? undefined : byNumber.get(Number(number));
}
