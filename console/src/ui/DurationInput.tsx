import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';

const units = [
  { value: '86400', label: 'days' },
  { value: '3600', label: 'hours' },
  { value: '60', label: 'minutes' },
] as const;

interface Props {
  label: string;
  description?: string;
  /** In seconds. */
  value: number;
  onChange: (seconds: number) => void;
  disabled?: boolean;
  error?: string;
  /** How many seconds one is in which the API tells its bounds. */
  boundSeconds?: number;
}

function tell(seconds: number): string {
  const unit = units.find(({ value }) => seconds >= Number(value) && seconds % Number(value) === 0);
  return unit ? `${seconds / Number(unit.value)} ${unit.label}` : `${seconds} seconds`;
}

/** A length of time in the largest unit that it is whole in: nobody reads 43,200 minutes as a month. */
export function DurationInput({ label, description, value, onChange, disabled, error, boundSeconds = 1 }: Props) {
  const [unit, setUnit] = useState<string>(
    () => units.find((one) => value > 0 && value % Number(one.value) === 0)?.value ?? '60',
  );
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error?.replace(/\d+/g, (bound) => tell(Number(bound) * boundSeconds))}
    >
      <Group gap="xs" wrap="nowrap" mt={6}>
        <NumberInput
          aria-label={label}
          min={0}
          allowNegative={false}
          disabled={disabled}
          error={error !== undefined}
          value={Math.round((value / Number(unit)) * 100) / 100}
          onChange={(amount) => onChange(Math.round(Number(amount) * Number(unit)))}
          flex={1}
          maw={160}
        />
        <Select
          aria-label={`${label}: unit`}
          data={[...units]}
          allowDeselect={false}
          disabled={disabled}
          value={unit}
          onChange={(next) => {
            if (next === null) return;
            onChange(Math.round((value / Number(unit)) * Number(next)));
            setUnit(next);
          }}
          w={130}
        />
      </Group>
    </Input.Wrapper>
  );
}
