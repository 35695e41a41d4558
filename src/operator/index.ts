export type { OperatorNeeds } from './needs.ts';
