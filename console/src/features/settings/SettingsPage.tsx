import { NumberInput, Paper, Select, Stack, TagsInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import type { AnswerOf } from '../../api/types.ts';
import { DurationInput } from '../../ui/DurationInput.tsx';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { faultAt } from '../../ui/faults.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { useChange } from '../../ui/useChange.tsx';

type Settings = AnswerOf<'/api/v1/settings'>;
type Duration = 'sessionIdleSeconds' | 'sessionLifetimeSeconds' | 'accessTokenSeconds' | 'refreshTokenSeconds';

const FIELDS = [
  '/sessionIdleSeconds',
  '/sessionLifetimeSeconds',
  '/accessTokenSeconds',
  '/refreshTokenSeconds',
  '/recheckMinutes',
  '/traceDays',
  '/noticeRecipients',
];

export function SettingsPage() {
  const query = useQuery({ queryKey: ['settings'], queryFn: async () => (await api.GET('/api/v1/settings', {})).data });
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
    touches: ['settings', 'sign-ins'],
    done: 'Saved',
  });
  const duration = (name: Duration, label: string, description: string) => (
    <DurationInput
      label={label}
      description={description}
      disabled={!mayWrite}
      value={form.values[name]}
      onChange={(seconds) => form.setFieldValue(name, seconds)}
      error={faultAt(save.error, `/${name}`)}
    />
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg" maw={640}>
        <Part title="Sessions">
          {duration('sessionIdleSeconds', 'Ends after this long without use', 'Somebody who comes back later signs in again')}
          {duration('sessionLifetimeSeconds', 'Ends after this long in any case', 'However much it is used')}
        </Part>
        <Part title="Tokens of applications">
          {duration('accessTokenSeconds', 'Access tokens live for', 'Applications renew them without the person')}
          {duration('refreshTokenSeconds', 'Refresh tokens live for', 'Counted from the last use')}
          <DurationInput
            label="Ask the provider again every"
            description="Whether somebody with refresh tokens is still there; 0 is never"
            disabled={!mayWrite}
            value={form.values.recheckMinutes * 60}
            onChange={(seconds) => form.setFieldValue('recheckMinutes', Math.round(seconds / 60))}
            boundSeconds={60}
            error={faultAt(save.error, '/recheckMinutes')}
          />
          <Select
            label="Signature of ID tokens"
            description="RS256 only where an application cannot do better"
            data={['ES256', 'RS256']}
            allowDeselect={false}
            disabled={!mayWrite}
            styles={{ wrapper: { maxWidth: 298 } }}
            {...form.getInputProps('idTokenAlgorithm')}
          />
        </Part>
        <Part title="Records and notices">
          <NumberInput
            label="Keep the sign-in log for"
            description="Charts count what is kept"
            suffix=" days"
            min={1}
            max={365}
            disabled={!mayWrite}
            maw={298}
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
            maw={298}
            {...form.getInputProps('language')}
          />
        </Part>
        {mayWrite ? <FormEnd of={save} fields={FIELDS} disabled={!form.isDirty()} /> : null}
      </Stack>
    </form>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="md">
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}
