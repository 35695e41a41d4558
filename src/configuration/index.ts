export { type Applied, applyTenant } from './apply-tenant.ts';
export { exportTenant } from './export-tenant.ts';
export type { ConfigurationNeeds } from './needs.ts';
export { problems } from './problems.ts';
