import { Alert, Anchor, Button, Code, CopyButton, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { useApplicationNames, useProviderNames } from '../../api/names.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Facts } from '../../ui/Facts.tsx';
import { OneThing } from '../../ui/OneThing.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Status } from '../../ui/Status.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { When } from '../../ui/When.tsx';
import { RemedyLink } from '../identity-providers/report/RemedyLink.tsx';
import { Steps } from '../identity-providers/report/Steps.tsx';
import { outcomeOf } from './outcomes.ts';

type SignIn = AnswerOf<'/api/v1/sign-ins/{reference}'>;

const places = {
  here: 'Change it here, in the settings of the identity provider.',
  provider: 'Change it at the identity provider.',
  network: 'Look at the network between the two.',
  person: 'It lies with the person.',
} as const;

export function SignInPage() {
  const { reference = '' } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ['sign-ins', 'one', reference],
    queryFn: async () => (await api.GET('/api/v1/sign-ins/{reference}', { params: { path: { reference } } })).data,
  });
  return (
    <OneThing of={query} list={['/sign-ins', 'Sign-in log']}>
      {(signIn) => <Whole signIn={signIn} />}
    </OneThing>
  );
}

function Whole({ signIn }: { signIn: SignIn }) {
  const { tone, word } = outcomeOf(signIn.outcome);
  return (
    <>
      <PageHead
        title={signIn.person ?? 'Unknown person'}
        mark={<Status tone={tone}>{word}</Status>}
        about={
          <>
            Sign-in {signIn.reference}, <When at={signIn.startedAt} />
          </>
        }
        actions={
          <Group gap="xs">
            <CopyLink />
            <Download reference={signIn.reference} />
          </Group>
        }
      />
      <Stack gap="lg">
        {signIn.code ? <Cause signIn={signIn} /> : null}
        <Circumstances signIn={signIn} />
        <Paper withBorder radius="lg" p="lg">
          <Title order={2} mb="xs">
            What happened
          </Title>
          <Steps steps={signIn.trace} />
        </Paper>
      </Stack>
    </>
  );
}

function Cause({ signIn: { code, remedy, identityProviderId, userId } }: { signIn: SignIn }) {
  return (
    <Alert color="red" variant="light" title={remedy?.whatToDo ?? 'It was refused.'}>
      <Group gap="sm">
        <Code>{code}</Code>
        {remedy ? <Text size="sm">{places[remedy.where]}</Text> : null}
        {identityProviderId ? (
          <RemedyLink identityProviderId={identityProviderId} pointer={remedy?.pointer} userId={userId ?? undefined} />
        ) : null}
      </Group>
    </Alert>
  );
}

function Circumstances({ signIn }: { signIn: SignIn }) {
  const providers = useProviderNames();
  const applications = useApplicationNames();
  const { identityProviderId: provider, applicationId, userId, suppressed } = signIn;
  const link = (to: string, name: string) => (
    <Anchor component={Link} to={to as '/'} size="sm" underline="always">
      {name}
    </Anchor>
  );
  return (
    <Facts
      facts={[
        ['Person', userId ? link(`/users/${userId}`, signIn.person ?? 'The account') : (signIn.person ?? 'Nobody was verified')],
        ['Identity provider', provider && link(`/identity-providers/${provider}`, providers.get(provider) ?? provider)],
        [
          'Application',
          applicationId &&
            (applications.has(applicationId)
              ? link(`/applications/${applicationId}`, applications.get(applicationId) ?? '')
              : applicationId),
        ],
        ['Purpose', signIn.purpose === 'verify' ? 'Verify: nothing was changed' : 'A real sign-in'],
        ['Left out', suppressed > 0 ? `${suppressed} refused answers before it that belonged to no sign-in` : null],
      ]}
    />
  );
}

/** For a colleague, who signs in first. */
const CopyLink = () => (
  <CopyButton value={location.href} timeout={1600}>
    {({ copied, copy }) => (
      <Button variant="default" onClick={copy}>
        {copied ? 'Copied' : 'Copy link'}
      </Button>
    )}
  </CopyButton>
);

/** The record as a file for the provider's support: without secrets and without other people. */
function Download({ reference }: { reference: string }) {
  const save = useChange(
    () => download(`/api/v1/sign-ins/${encodeURIComponent(reference)}/export`, { name: `sign-in-${reference}.txt` }),
    { touches: [] },
  );
  return (
    <>
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>
        Download
      </Button>
      {save.error ? <ProblemNote error={save.error} /> : null}
    </>
  );
}
