import { ActionIcon, Button, Checkbox, Group, Menu, Select, Stack, Text, TextInput } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import { freshStep, type RuleStep, stepVerbs, verbOf } from './rule.ts';
import { ValuesEditor } from './ValuesEditor.tsx';

interface Props {
  steps: readonly RuleStep[];
  onChange: (steps: RuleStep[]) => void;
  pointer: string;
}

/** What is done to the values, in this order. */
export function StepsEditor({ steps, onChange, pointer }: Props) {
  const { error, disabled } = useFormFacts();
  const set = (index: number, step: RuleStep | undefined): void =>
    onChange(steps.flatMap((one, at) => (at === index ? (step ? [step] : []) : [one])));
  const raise = (index: number): void => {
    const moved = [...steps];
    const [step] = moved.splice(index, 1);
    if (step) moved.splice(index - 1, 0, step);
    onChange(moved);
  };
  return (
    <Stack gap="xs">
      {steps.map((step, index) => {
        const fault = faultAt(error, `${pointer}/${index}`);
        return (
          <Stack key={index} gap={4}>
            <Group gap="xs" align="center">
              <Text size="xs" c="dimmed" w={18} className="figure">
                {index + 1}.
              </Text>
              <Select
                aria-label={`Step ${index + 1}`}
                size="xs"
                w={210}
                data={Object.entries(stepVerbs).map(([value, { label }]) => ({ value, label }))}
                value={verbOf(step)}
                onChange={(verb) => verb && set(index, freshStep(verb))}
                allowDeselect={false}
                disabled={disabled}
              />
              <StepFacts step={step} onChange={(changed) => set(index, changed)} />
              <Group gap={2} ml="auto">
                {index > 0 ? (
                  <Button size="compact-xs" variant="subtle" color="gray" onClick={() => raise(index)}>
                    Earlier
                  </Button>
                ) : null}
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove step ${index + 1}`}
                  onClick={() => set(index, undefined)}
                >
                  <CrossIcon size={16} />
                </ActionIcon>
              </Group>
            </Group>
            {fault ? (
              <Text size="xs" c="var(--mantine-color-error)" pl={28} role="alert">
                {fault}
              </Text>
            ) : null}
          </Stack>
        );
      })}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-xs" variant="default" leftSection={<PlusIcon size={13} />} w="fit-content" disabled={disabled}>
            Step
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(stepVerbs).map(([verb, { label }]) => (
            <Menu.Item key={verb} onClick={() => onChange([...steps, freshStep(verb)])}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Stack>
  );
}

/** What a step has to be told. */
function StepFacts({ step, onChange }: { step: RuleStep; onChange: (step: RuleStep) => void }) {
  const verb = verbOf(step);
  const { shape, hint } = stepVerbs[verb] ?? { shape: 'none' };
  const text = (name: string, label: string, width = 150) => (
    <TextInput
      size="xs"
      w={width}
      aria-label={label}
      placeholder={label}
      value={String(step[name] ?? '')}
      onChange={(event) => {
        const { [name]: _, ...others } = step;
        const given = event.currentTarget.value;
        // A group is taken by number or by name.
        const value = name === 'take' && /^\d+$/.test(given) ? Number(given) : given;
        onChange(given === '' && name !== verb && name !== 'with' ? others : { ...others, [name]: value });
      }}
      spellCheck={false}
    />
  );
  if (shape === 'none') return null;
  if (shape === 'values') return <ValuesEditor step={step} onChange={onChange} />;
  if (shape === 'text') return text(verb, hint ?? verb);
  if (shape === 'replace')
    return (
      <>
        {text('replace', 'Text')}
        {text('with', 'Becomes')}
      </>
    );
  return (
    <>
      {text('match', 'Pattern (RE2)', 190)}
      {step['with'] === undefined ? text('take', 'Keep group', 100) : null}
      {step['take'] === undefined ? text('with', 'Becomes, e.g. $1', 130) : null}
      <Checkbox
        size="xs"
        label="either case"
        checked={step['ignoreCase'] === true}
        onChange={(event) => {
          const { ignoreCase: _, ...others } = step;
          onChange(event.currentTarget.checked ? { ...others, ignoreCase: true } : others);
        }}
      />
    </>
  );
}
