import { Button, Group, Pill, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useApplicationNames, useProviderNames } from '../../api/names.ts';
import { SearchIcon } from '../../ui/icons.tsx';
import { type SignInFilter, tellSpan } from './filter.ts';

/** What the log is narrowed to; all of it stands in the address. */
export function Filters({ filter }: { filter: SignInFilter }) {
  const navigate = useNavigate();
  const names = useProviderNames();
  const [person, setPerson] = useState(filter.person ?? '');
  const [wanted] = useDebouncedValue(person.trim(), 300);
  const go = (change: SignInFilter): void => {
    const search = Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value));
    void navigate({ to: '/sign-ins', search: search as never, replace: true });
  };
  useEffect(() => {
    if (wanted !== (filter.person ?? '')) go({ person: wanted || undefined });
  }, [wanted]);
  return (
    <>
      <Group mb="sm" gap="sm" align="flex-end">
        <TextInput
          label="Person or reference"
          placeholder="name@company.com"
          leftSection={<SearchIcon size={16} />}
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
          w={{ base: '100%', sm: 260 }}
        />
        <Select
          label="Result"
          placeholder="Any"
          clearable
          data={[
            { value: 'signed-in', label: 'Signed in' },
            { value: 'refused', label: 'Refused' },
          ]}
          value={filter.outcome ?? null}
          onChange={(value) => go({ outcome: (value as SignInFilter['outcome']) ?? undefined })}
          w={{ base: '100%', xs: 160 }}
        />
        <Select
          label="Identity provider"
          placeholder="Any"
          clearable
          searchable
          data={[...names].map(([value, label]) => ({ value, label }))}
          value={filter.identityProviderId ?? null}
          onChange={(value) => go({ identityProviderId: value ?? undefined })}
          w={{ base: '100%', xs: 220 }}
        />
      </Group>
      <MoreFilters filter={filter} onChange={go} onClear={() => void navigate({ to: '/sign-ins', search: {} as never })} />
    </>
  );
}

interface MoreProps {
  filter: SignInFilter;
  onChange: (change: SignInFilter) => void;
  onClear: () => void;
}

/** What only links set: each can be taken off again. */
function MoreFilters({ filter, onChange, onClear }: MoreProps) {
  const applications = useApplicationNames();
  const { code, applicationId, userId } = filter;
  const span = tellSpan(filter);
  const pills: [string, SignInFilter][] = [
    ...(span ? [[span, { from: undefined, until: undefined }] as [string, SignInFilter]] : []),
    ...(code ? [[`Refused with ${code}`, { code: undefined }] as [string, SignInFilter]] : []),
    ...(applicationId
      ? [[`To ${applications.get(applicationId) ?? applicationId}`, { applicationId: undefined }] as [string, SignInFilter]]
      : []),
    ...(userId ? [['Of one account', { userId: undefined }] as [string, SignInFilter]] : []),
  ];
  if (pills.length === 0) return null;
  return (
    <Group gap="xs" mb="md">
      {pills.map(([label, without]) => (
        <Pill
          key={label}
          size="md"
          withRemoveButton
          onRemove={() => onChange(without)}
          removeButtonProps={{ 'aria-label': `Without: ${label}`, 'aria-hidden': false, tabIndex: 0 }}
        >
          {label}
        </Pill>
      ))}
      <Button variant="subtle" size="compact-sm" onClick={onClear}>
        Clear all
      </Button>
    </Group>
  );
}
