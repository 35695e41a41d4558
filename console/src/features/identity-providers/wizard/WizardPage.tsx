import { Anchor, Box, Stepper } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../api/me.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { PageHead } from '../../../ui/PageHead.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { type Provider, usePresets, useProvider } from '../api.ts';
import { CopyThere } from './CopyThere.tsx';
import { PasteHere } from './PasteHere.tsx';
import { PeopleStep } from './PeopleStep.tsx';
import { PickVendor } from './PickVendor.tsx';
import { useWizardPlace, wizardSteps } from './place.ts';
import { SwitchOnStep } from './SwitchOnStep.tsx';
import { VerifyStep } from './VerifyStep.tsx';

/** From nothing to people signing in, a step at a time; the address knows the step. */
export function WizardPage() {
  const { step, preset, id, name, go } = useWizardPlace();
  const mayChange = useMay('identity-providers:write');
  const presets = usePresets();
  const vendor = presets.data?.find((one) => one.id === preset);
  const at = wizardSteps.findIndex((one) => one.id === step);
  const reachable = (index: number): boolean => (index === 0 ? !id : index < 3 ? preset !== '' && !id : id !== undefined);
  return (
    <>
      <Anchor component={Link} to={'/identity-providers' as '/'} size="sm">
        ← Identity providers
      </Anchor>
      <PageHead
        title={vendor && step !== 'vendor' && name ? `Connect ${name}` : 'Connect a provider'}
        about={step === 'vendor' ? 'Which product do your people sign in with?' : undefined}
      />
      {mayChange ? (
        <>
          <Box visibleFrom="sm" mb="xl">
            <Stepper
              active={at}
              size="xs"
              onStepClick={(index) => {
                const to = wizardSteps[index];
                if (to && reachable(index)) go({ step: to.id });
              }}
            >
              {wizardSteps.map(({ id: key, label }, index) => (
                <Stepper.Step key={key} label={label} allowStepSelect={reachable(index) && index !== at} />
              ))}
            </Stepper>
          </Box>
          <Box hiddenFrom="sm" mb="md" fz="sm" c="dimmed">
            Step {at + 1} of {wizardSteps.length}: {wizardSteps[at]?.label}
          </Box>
          {step === 'vendor' ? <PickVendor presets={presets} /> : null}
          {step === 'there' ? <CopyThere presets={presets.data ?? []} /> : null}
          {step === 'here' ? <PasteHere presets={presets.data ?? []} /> : null}
          {id && at > 2 ? <WithDraft id={id} /> : null}
        </>
      ) : (
        <EmptyState title="You may not connect providers">
          It takes the role IdP Administrator or Full Administrator. Ask a Full Administrator of your organisation.
        </EmptyState>
      )}
    </>
  );
}

function WithDraft({ id }: { id: string }) {
  const { step } = useWizardPlace();
  const query = useProvider(id);
  const Step: ((props: { provider: Provider }) => React.ReactNode) | undefined = {
    people: PeopleStep,
    verify: VerifyStep,
    on: SwitchOnStep,
  }[step as string];
  return <Shown of={query}>{(provider) => (Step ? <Step provider={provider} /> : null)}</Shown>;
}
