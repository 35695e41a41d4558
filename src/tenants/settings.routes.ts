import { type AuditLog, actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { Transact, World } from '#kernel/world.ts';
import { changeTenant } from './change-tenant.ts';
import { problems } from './problems.ts';
import { settingsShape } from './shapes.ts';
import type { TenantRegister } from './tenant.ts';

export interface SettingsRoutesNeeds {
  tenants: TenantRegister;
  audit: AuditLog;
  transact: Transact;
  world: World;
  authorization: Authorization;
  endSessionsOfTenant(tenant: TenantId): Promise<void>;
}

/** A tenant's own settings, under `tenantScope`. */
export function settingsRoutes(scope: Gateway, needs: SettingsRoutesNeeds): void {
  const tags = ['settings'];
  scope.route({
    method: 'GET',
    url: '/api/v1/settings',
    onRequest: needs.authorization.allow('settings:read'),
    schema: { tags, summary: 'Read the settings', response: { 200: settingsShape } },
    handler: ({ tenant }) => tenant.settings,
  });
  scope.route({
    method: 'PATCH',
    url: '/api/v1/settings',
    onRequest: needs.authorization.allow('settings:write'),
    config: { problems: [problems.input_invalid] },
    schema: {
      tags,
      summary: 'Change settings; what is not named stays',
      body: settingsShape.partial(),
      response: { 200: settingsShape },
    },
    handler: async ({ tenant, caller, body }) => {
      const changed = await changeTenant({ by: actorOf(caller), name: tenant.name, settings: body, settingsPointer: '' }, needs);
      return changed.settings;
    },
  });
}
