import { Problem } from '#kernel/problem.ts';
import { readDateTime } from '#wire/saml/index.ts';
import { attributeOf, type XmlTree } from '#wire/xml/index.ts';
import { problems } from './problems.ts';

/** How far clocks may differ, both ways: what identity providers and relying parties commonly allow. */
export const SKEW_SECONDS = 180;
/** How long after it was issued a message may arrive. A browser carries it over at once; a person with a slow line takes a minute. */
export const MESSAGE_LIFETIME_SECONDS = 600;

/** A time attribute; `undefined` when it is not there. @throws Problem `saml.time_malformed` */
export function timeOf(tree: XmlTree, name: string): Date | undefined {
  const text = attributeOf(tree, name);
  if (text === undefined) return undefined;
  const time = readDateTime(text);
  if (time === undefined) throw new Problem(problems.time_malformed, { detail: `${tree.name} ${name}: ${text.slice(0, 64)}` });
  return time;
}

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** Whether a validity that begins at this time has begun, the other clock being fast at most by the skew. */
export function hasBegun(notBefore: Date, now: Date): boolean {
  return now >= addSeconds(notBefore, -SKEW_SECONDS);
}

/** Whether a validity that ends at this time, itself excluded, still lasts, our clock being fast at most by the skew. */
export function stillLasts(notOnOrAfter: Date, now: Date): boolean {
  return now < addSeconds(notOnOrAfter, SKEW_SECONDS);
}
