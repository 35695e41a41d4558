import { changeSettings, changeTenant, findSettingsFaults } from '#tenants/index.ts';
import { changing, differencesOf, type Planned, type Planning, planned, refusing } from './plan.ts';
import { placed, type ReadTenant } from './tenant-document.ts';

/** Display name and settings. The name that people see in every page and mail is the operator's to change, as everywhere. */
export function planTenant({ change }: Planning, { displayName, settings }: ReadTenant, at: string): Planned[] {
  return [
    ...(displayName === undefined ? [] : [planDisplayName(change, displayName, `${at}/tenant/displayName`)]),
    ...(settings === undefined ? [] : [planSettings(change, settings, `${at}/tenant/settings`)]),
  ];
}

function planDisplayName({ of, by }: Planning['change'], displayName: string, at: string): Planned {
  const one = planned('tenant', of.name, at);
  const differences = differencesOf({ displayName: of.displayName }, { displayName });
  if (differences.length > 0 && by.kind !== 'operator')
    return refusing(one, [{ pointer: at, code: 'operator_only', detail: 'is changed by the operator; leave it out' }]);
  return changing(one, differences, async (needs) => void (await changeTenant({ by, name: of.name, displayName }, needs)));
}

function planSettings({ of, by }: Planning['change'], settings: NonNullable<ReadTenant['settings']>, at: string): Planned {
  const one = planned('settings', of.name, at);
  const faults = findSettingsFaults(changeSettings(of.settings, settings), '');
  if (faults.length > 0) return refusing(one, placed(at, faults));
  const wish = { by, name: of.name, settings, settingsPointer: '' };
  return changing(one, differencesOf(of.settings, settings), async (needs) => void (await changeTenant(wish, needs)));
}
