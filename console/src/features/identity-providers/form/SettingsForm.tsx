import { Anchor, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { ApiProblem } from '../../../../../src/client/index.ts';
import { useChange } from '../../../ui/useChange.tsx';
import { type Provider, patchProvider, tagOf, touched } from '../api.ts';
import { useQueryTexts } from '../routes.ts';
import { faultsOf } from './check.ts';
import { FormFacts } from './context.ts';
import { type Doc, patchOf, same, valueAt, withValue } from './document.ts';
import { FaultSummary, goToField } from './FaultSummary.tsx';
import type { Section } from './field.ts';
import { fieldOf, sectionsOf } from './fields.ts';
import { SaveBar } from './SaveBar.tsx';
import { SectionCard } from './SectionCard.tsx';
import { useFactsFor } from './useFormFacts.ts';

/** The form for everything that a provider can be told. @param base what is changed: the settings as they are, or those that wait */
export function SettingsForm({ provider, base }: { provider: Provider; base: Doc }) {
  const facts = useFactsFor(provider);
  const { field: linked } = useQueryTexts();
  const [doc, setDoc] = useState(base);
  const [sent, setSent] = useState<Doc>();
  const sections = useMemo(() => sectionsOf(provider.kind), [provider.kind]);
  const fields = sections.flatMap((section) => section.fields);
  const changed = fields.filter(({ pointer }) => !same(valueAt(base, pointer), valueAt(doc, pointer)));
  const save = useChange(
    async (override: string | undefined) => {
      const patch = patchOf(
        base,
        doc,
        fields.map(({ pointer }) => pointer),
      );
      const { staged } = await patchProvider(provider.id, patch, { override, revision: tagOf(provider) });
      // Told here: with the new revision this form is drawn anew, and callbacks of the old one are not called any more.
      const isDraft = !provider.enabled;
      notifications.show({
        message: staged ? 'Saved. It waits for Verify.' : isDraft ? 'Saved. Verify it next, then switch it on.' : 'Saved',
        color: 'teal',
      });
      // What comes next stands at the top of the page.
      if (staged || isDraft) window.scrollTo({ top: 0 });
    },
    { touches: touched },
  );
  useUnsavedGuard(changed.length > 0 && !save.isPending && !save.isSuccess);
  useEffect(() => {
    if (linked) requestAnimationFrame(() => goToField(linked));
  }, [linked]);
  const local = faultsOf(doc, changed);
  // What the server said of a field is shown until that field is changed.
  const refused =
    save.error instanceof ApiProblem && sent ? save.error.errors.filter(({ pointer }) => isAsSent(pointer, sent, doc)) : [];
  const error = local.length + refused.length > 0 ? new ApiProblem(400, { errors: [...local, ...refused] }) : undefined;
  const submit = (override?: string): void => {
    if (local[0]) return goToField(local[0].pointer);
    setSent(doc);
    save.mutate(override);
  };
  return (
    <FormFacts.Provider value={{ ...facts, error }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // React hands on what a dialog's own form submits: it would be saved twice, once without its reason.
          if (event.target === event.currentTarget) submit();
        }}
      >
        <Stack gap="lg" pb={88}>
          <Contents sections={sections} />
          <FaultSummary error={save.error} onGo={goToField} />
          {sections.map((section) => (
            <SectionCard
              key={section.id}
              section={section}
              doc={doc}
              onChange={(pointer, value) => setDoc((before) => withValue(before, pointer, value))}
              wanted={[...(error?.errors.map(({ pointer }) => pointer) ?? []), ...(linked ? [linked] : [])]}
            />
          ))}
        </Stack>
        {facts.disabled ? null : (
          <SaveBar
            changed={changed}
            live={provider.enabled}
            isStaged={provider.staged !== null}
            faults={local.length}
            pending={save.isPending}
            error={save.error}
            onDiscard={() => setDoc(base)}
            onOverride={submit}
          />
        )}
      </form>
    </FormFacts.Provider>
  );
}

/** Where in a long form what is. */
function Contents({ sections }: { sections: readonly Section[] }) {
  return (
    <Group component="nav" aria-label="Settings" gap="md">
      {sections.map(({ id, title }) => (
        <Anchor
          key={id}
          component="button"
          type="button"
          size="sm"
          onClick={() => document.getElementById(id)?.scrollIntoView({ block: 'start' })}
        >
          {title}
        </Anchor>
      ))}
    </Group>
  );
}

function isAsSent(pointer: string, sent: Doc, doc: Doc): boolean {
  const field = fieldOf(pointer)?.pointer ?? pointer;
  return same(valueAt(sent, field), valueAt(doc, field));
}

/** Asks before changes are lost; going from field to field is no leaving. */
function useUnsavedGuard(isDirty: boolean): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && current.pathname !== next.pathname && !confirm('Leave without saving your changes?'),
    enableBeforeUnload: isDirty,
  });
}
