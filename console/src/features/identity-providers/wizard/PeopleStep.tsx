import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem } from '../../../../../src/client/index.ts';
import { useChange } from '../../../ui/useChange.tsx';
import { type Provider, patchProvider, tagOf, touched } from '../api.ts';
import { FormFacts } from '../form/context.ts';
import { type Doc, patchOf, valueAt, withValue } from '../form/document.ts';
import { FaultSummary, goToField } from '../form/FaultSummary.tsx';
import { FieldInput } from '../form/FieldInput.tsx';
import { allFields } from '../form/fields.ts';
import { useFactsFor } from '../form/useFormFacts.ts';
import { useWizardPlace } from './place.ts';

const asked = [
  { title: 'Who is sent here', pointers: ['/authentication/domains', '/branding/buttonText'] },
  {
    title: 'Accounts',
    pointers: ['/users/create', '/users/pendingActivation', '/users/update', '/users/defaultGroups', '/users/defaultRoles'],
  },
  { title: 'Groups', pointers: ['/groupSync'] },
  { title: 'Access', pointers: ['/access'] },
] as const;

/** What is decided about people before the first of them comes. */
export function PeopleStep({ provider }: { provider: Provider }) {
  const { go } = useWizardPlace();
  const facts = useFactsFor(provider);
  const base = provider as unknown as Doc;
  const [doc, setDoc] = useState(base);
  const patch = patchOf(
    base,
    doc,
    asked.flatMap(({ pointers }) => pointers),
  );
  const save = useChange(() => patchProvider(provider.id, patch, { revision: tagOf(provider) }), { touches: touched });
  const next = (): void => go({ step: 'verify' });
  const submit = (): void => {
    if (Object.keys(patch).length === 0) next();
    else save.mutate(undefined, { onSuccess: next });
  };
  return (
    <FormFacts.Provider value={{ ...facts, error: save.error instanceof ApiProblem ? save.error : undefined }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="lg">
          <FaultSummary error={save.error} onGo={goToField} />
          {asked.map(({ title, pointers }) => (
            <Paper key={title} withBorder radius="lg" p="lg">
              <Stack gap="lg">
                <Title order={2}>{title}</Title>
                {pointers.map((pointer) => {
                  const field = allFields.find((one) => one.pointer === pointer);
                  return field ? (
                    <FieldInput
                      key={pointer}
                      field={field}
                      value={valueAt(doc, pointer)}
                      onChange={(value) => setDoc((before) => withValue(before, pointer, value))}
                    />
                  ) : null;
                })}
              </Stack>
            </Paper>
          ))}
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              Everything can be changed later, under Settings.
            </Text>
            <Button type="submit" loading={save.isPending}>
              Continue
            </Button>
          </Group>
        </Stack>
      </form>
    </FormFacts.Provider>
  );
}
