import { Anchor, Group, Stack, Tabs, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../api/me.ts';
import { PageHead } from '../../../ui/PageHead.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { Status } from '../../../ui/Status.tsx';
import { type Provider, useHealth, usePresets, useProvider } from '../api.ts';
import { type ProviderTab, useGoToTab, useProviderPlace } from '../routes.ts';
import { protocolNames, stateOf, vendorOf } from '../words.ts';
import { ChangesTab } from './ChangesTab.tsx';
import { ExportTab } from './ExportTab.tsx';
import { GroupsTab } from './GroupsTab.tsx';
import { KeysTab } from './KeysTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { SettingsTab } from './SettingsTab.tsx';
import { StagedBanner } from './StagedBanner.tsx';
import { SwitchActions } from './SwitchActions.tsx';
import { VerifyTab } from './VerifyTab.tsx';

const tabs: readonly { id: ProviderTab; label: string; Panel: (props: { provider: Provider }) => React.ReactNode }[] = [
  { id: 'overview', label: 'Overview', Panel: OverviewTab },
  { id: 'settings', label: 'Settings', Panel: SettingsTab },
  { id: 'verify', label: 'Verify', Panel: VerifyTab },
  { id: 'changes', label: 'Changes', Panel: ChangesTab },
  { id: 'keys', label: 'Keys', Panel: KeysTab },
  { id: 'groups', label: 'Groups seen', Panel: GroupsTab },
  { id: 'export', label: 'Export and removal', Panel: ExportTab },
];

/** One identity provider; which part of it is in the address. */
export function ProviderPage() {
  const { id, tab } = useProviderPlace();
  const query = useProvider(id);
  return (
    <>
      <Anchor component={Link} to={'/identity-providers' as '/'} size="sm">
        ← Identity providers
      </Anchor>
      <Shown of={query} rows={8}>
        {(provider) => <Whole provider={provider} tab={tab} />}
      </Shown>
    </>
  );
}

function Whole({ provider, tab }: { provider: Provider; tab: ProviderTab }) {
  const goTo = useGoToTab();
  const mayChange = useMay('identity-providers:write');
  const health = useHealth(provider.id).data;
  const vendor = vendorOf(usePresets().data ?? [], provider.preset);
  const { word, tone } = stateOf(provider, health);
  return (
    <>
      <PageHead
        title={provider.name}
        about={
          <Group gap="sm">
            <Status tone={tone}>{word}</Status>
            <Text size="sm" c="dimmed">
              {[vendor, protocolNames[provider.kind]].filter(Boolean).join(' · ')}
            </Text>
          </Group>
        }
        actions={mayChange ? <SwitchActions provider={provider} /> : null}
      />
      <Stack gap="lg">
        {provider.staged ? <StagedBanner provider={provider} staged={provider.staged} mayChange={mayChange} /> : null}
        <Tabs value={tab} onChange={(to) => goTo(provider.id, (to ?? 'overview') as ProviderTab)} keepMounted={false}>
          <Tabs.List mb="lg" className="provider-tabs">
            {tabs.map(({ id, label }) => (
              <Tabs.Tab key={id} value={id}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(({ id, Panel }) => (
            <Tabs.Panel key={id} value={id}>
              <Panel provider={provider} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </>
  );
}
