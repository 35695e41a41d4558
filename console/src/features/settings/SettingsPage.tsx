import { Button, Group, NumberInput, Paper, Select, Stack, TagsInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { faultAt } from '../../ui/faults.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { useChange } from '../../ui/useChange.tsx';

const read = async () => (await api.GET('/api/v1/settings', {})).data;
type Settings = NonNullable<Awaited<ReturnType<typeof read>>>;

const MINUTE = 60;

export function SettingsPage() {
  const query = useQuery({ queryKey: ['settings'], queryFn: read });
  return (
    <>
      <PageHead title="Settings" about="How long sessions and tokens live, and who hears of what expires." />
      <Shown of={query}>{(settings) => <Form key={JSON.stringify(settings)} settings={settings} />}</Shown>
    </>
  );
}

function Form({ settings }: { settings: Settings }) {
  const mayWrite = useMay('settings:write');
  const form = useForm({ initialValues: { ...settings, noticeRecipients: [...settings.noticeRecipients] } });
  const save = useChange(async (body: typeof form.values) => (await api.PATCH('/api/v1/settings', { body })).data, {
    touches: ['settings'],
    done: 'Saved',
  });
  const minutes = (
    name: 'sessionIdleSeconds' | 'sessionLifetimeSeconds' | 'accessTokenSeconds' | 'refreshTokenSeconds',
    label: string,
    description: string,
  ) => (
    <NumberInput
      label={label}
      description={description}
      suffix=" minutes"
      min={1}
      disabled={!mayWrite}
      value={form.values[name] / MINUTE}
      onChange={(value) => form.setFieldValue(name, Math.round(Number(value) * MINUTE))}
      error={faultAt(save.error, `/${name}`)}
    />
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg" maw={640}>
        <Paper withBorder radius="lg" p="md">
          <Stack gap="sm">
            <Title order={2}>Sessions</Title>
            {minutes('sessionIdleSeconds', 'Ends after this long without use', 'Somebody who comes back later signs in again')}
            {minutes('sessionLifetimeSeconds', 'Ends after this long in any case', 'However much it is used')}
          </Stack>
        </Paper>
        <Paper withBorder radius="lg" p="md">
          <Stack gap="sm">
            <Title order={2}>Tokens of applications</Title>
            {minutes('accessTokenSeconds', 'Access tokens live', 'Applications renew them without the person')}
            {minutes('refreshTokenSeconds', 'Refresh tokens live', 'Counted from the last use')}
            <NumberInput
              label="Ask the provider again every"
              description="Whether somebody with refresh tokens is still there; 0 is never"
              suffix=" minutes"
              min={0}
              disabled={!mayWrite}
              {...form.getInputProps('recheckMinutes')}
              error={faultAt(save.error, '/recheckMinutes')}
            />
            <Select
              label="Signature of ID tokens"
              description="RS256 only where an application cannot do better"
              data={['ES256', 'RS256']}
              allowDeselect={false}
              disabled={!mayWrite}
              {...form.getInputProps('idTokenAlgorithm')}
            />
          </Stack>
        </Paper>
        <Paper withBorder radius="lg" p="md">
          <Stack gap="sm">
            <Title order={2}>Records and notices</Title>
            <NumberInput
              label="Keep the sign-in log for"
              suffix=" days"
              min={1}
              max={365}
              disabled={!mayWrite}
              {...form.getInputProps('traceDays')}
              error={faultAt(save.error, '/traceDays')}
            />
            <TagsInput
              label="Also send notices to"
              description="Beside the administrators; press Enter after each address"
              disabled={!mayWrite}
              {...form.getInputProps('noticeRecipients')}
              error={faultAt(save.error, '/noticeRecipients')}
            />
            <Select
              label="Language of mails"
              description="To people whose own language is not known"
              data={[
                { value: 'en', label: 'English' },
                { value: 'de', label: 'Deutsch' },
              ]}
              allowDeselect={false}
              disabled={!mayWrite}
              {...form.getInputProps('language')}
            />
          </Stack>
        </Paper>
        {save.error ? <ProblemNote error={save.error} /> : null}
        {mayWrite ? (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}
