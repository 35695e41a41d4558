import { Paper, Stack, Tabs, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { tenantUrl } from '../../place.ts';
import { CopyValue } from '../../ui/CopyValue.tsx';
import { OneThing } from '../../ui/OneThing.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Status } from '../../ui/Status.tsx';
import { ApplicationActions } from './ApplicationActions.tsx';
import type { Application } from './ApplicationsPage.tsx';
import { ChangeApplication } from './ChangeApplication.tsx';
import { snippetsOf } from './snippets.ts';

export function ApplicationPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ['applications', 'one', id],
    queryFn: async () => (await api.GET('/api/v1/applications/{id}', { params: { path: { id } } })).data,
  });
  return (
    <OneThing of={query} list={['/applications', 'Applications']}>
      {(application) => <Whole key={application.updatedAt} application={application} />}
    </OneThing>
  );
}

function Whole({ application }: { application: Application }) {
  const mayWrite = useMay('applications:write');
  return (
    <>
      <PageHead
        title={application.name}
        mark={application.enabled ? null : <Status tone="quiet">Off</Status>}
        about={application.kind === 'public' ? 'Runs in browsers or on people’s devices.' : 'Runs on a server.'}
        actions={mayWrite ? <ApplicationActions application={application} /> : null}
      />
      <Stack gap="lg">
        <Paper withBorder radius="lg" p="lg">
          <Stack gap="md">
            <Title order={2}>What the application needs to know</Title>
            <CopyValue label="Issuer" value={tenantUrl} />
            <CopyValue label="Client id" value={application.id} />
          </Stack>
        </Paper>
        <Code application={application} />
        {mayWrite ? <ChangeApplication application={application} /> : null}
      </Stack>
    </>
  );
}

function Code({ application }: { application: Application }) {
  const snippets = snippetsOf({
    issuer: tenantUrl,
    clientId: application.id,
    redirectUri: application.redirectUris[0] ?? 'http://localhost:3000/callback',
    hasSecret: application.tokenEndpointAuthMethod.startsWith('client_secret'),
  });
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} mb="sm">
        Code
      </Title>
      <Tabs defaultValue={snippets[0]?.language}>
        <Tabs.List mb="md">
          {snippets.map(({ language }) => (
            <Tabs.Tab key={language} value={language}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ language, install, code }) => (
          <Tabs.Panel key={language} value={language}>
            <Stack gap="sm">
              <CopyValue label="Install" value={install} />
              <CopyValue label="Use" value={code} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Paper>
  );
}
