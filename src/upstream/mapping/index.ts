export { findClaim, readClaim, readList, readText, textsOf } from './claims.ts';
export { describeMapping } from './describe.ts';
export { type Circumstances, evaluateMapping, evaluateText, type Mapped, type StepAccount } from './evaluate.ts';
export {
  type AccessGate,
  type AccessRule,
  accessOperators,
  type GroupFilter,
  type GroupPattern,
  type WhenMissing,
} from './gate.ts';
export { type ClaimMapping, LONGEST_VALUE, type MappingRule, type MappingStep, MOST_VALUES } from './mapping.ts';
export { patternOf } from './pattern.ts';
export { TooMuch, Work } from './work.ts';
