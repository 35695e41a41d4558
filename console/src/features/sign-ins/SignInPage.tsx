import { Alert, Anchor, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { tenantUrl } from '../../place.ts';
import { accessToken } from '../../session/session.ts';
import { CopyValue } from '../../ui/CopyValue.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { Status } from '../../ui/Status.tsx';
import { Timeline } from '../../ui/Timeline.tsx';
import { When } from '../../ui/When.tsx';
import { RemedyLink } from '../identity-providers/report/RemedyLink.tsx';
import { useProviderNames } from './SignInsPage.tsx';

const places = {
  here: 'Change it here, at the identity provider’s settings.',
  provider: 'Change it at the identity provider.',
  network: 'Look at the network between the two.',
  person: 'It lies with the person.',
} as const;

export function SignInPage() {
  const { reference = '' } = useParams({ strict: false });
  const names = useProviderNames();
  const query = useQuery({
    queryKey: ['sign-ins', reference],
    queryFn: async () => (await api.GET('/api/v1/sign-ins/{reference}', { params: { path: { reference } } })).data,
  });
  return (
    <>
      <Anchor component={Link} to="/sign-ins" size="sm">
        Sign-in log
      </Anchor>
      <PageHead
        title={`Sign-in ${reference}`}
        actions={
          <Button variant="default" onClick={() => void download(reference)}>
            Download
          </Button>
        }
      />
      <Shown of={query} rows={8}>
        {(signIn) => (
          <Stack gap="lg">
            {signIn.code ? (
              <Alert color="red" variant="light" title={signIn.remedy?.whatToDo ?? 'It was refused.'}>
                <Group gap="sm">
                  <Code>{signIn.code}</Code>
                  {signIn.remedy ? <Text size="sm">{places[signIn.remedy.where]}</Text> : null}
                  {signIn.identityProviderId ? (
                    <RemedyLink identityProviderId={signIn.identityProviderId} pointer={signIn.remedy?.pointer} />
                  ) : null}
                </Group>
              </Alert>
            ) : null}
            <Facts
              facts={[
                ['Result', <Status tone={signIn.code ? 'bad' : 'good'}>{signIn.code ? 'Refused' : 'Signed in'}</Status>],
                ['Person', signIn.person ?? 'Nobody was verified'],
                ['Identity provider', names.get(signIn.identityProviderId ?? '')],
                ['Application', signIn.applicationId],
                ['Began', <When at={signIn.startedAt} />],
                ['Purpose', signIn.purpose === 'verify' ? 'A test: nothing was changed' : 'A real sign-in'],
              ]}
            />
            <Paper withBorder radius="lg" p="md">
              <Title order={2} mb="xs">
                What happened
              </Title>
              <Timeline steps={signIn.trace} />
            </Paper>
            <CopyValue label="Link to this page" value={location.href} />
          </Stack>
        )}
      </Shown>
    </>
  );
}

/** The record as a file for the provider's support: without secrets and without other people. */
async function download(reference: string): Promise<void> {
  const answer = await fetch(`${tenantUrl}/api/v1/sign-ins/${encodeURIComponent(reference)}/export`, {
    headers: { authorization: `Bearer ${accessToken() ?? ''}` },
  });
  saveAs(await answer.blob(), `sign-in-${reference}.json`);
}

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
