import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useApplicationNames, useProviderNames } from '../../api/names.ts';
import { Actor } from '../../ui/Actor.tsx';
import type { AuditEvent } from './AuditPage.tsx';
import { partsOf, wordsOfAction } from './words.ts';

/** What was changed: by name, with a link where the console has a page for it. */
export function Target({ event }: { event: AuditEvent }) {
  const providers = useProviderNames();
  const applications = useApplicationNames();
  const { kind, id } = partsOf(event.target);
  if (kind === 'user' && id) return <Actor actor={{ kind, id }} />;
  const place = placeOf(kind, id, { connection: providers, application: applications });
  if (!place)
    return (
      <Text span inherit>
        {wordsOfAction(kind)} {nameIn(event) ?? id}
      </Text>
    );
  return (
    <Anchor component={Link} to={place.to as '/'} inherit underline="always">
      {place.name}
    </Anchor>
  );
}

/** What it was called then: of groups, roles and what is gone by now. */
function nameIn({ after, before }: AuditEvent): string | undefined {
  const of = (side: unknown): unknown => (side as { name?: unknown } | null | undefined)?.name;
  const name = of(after) ?? of(before);
  return typeof name === 'string' ? name : undefined;
}

function placeOf(
  kind: string,
  id: string | undefined,
  names: Record<'connection' | 'application', ReadonlyMap<string, string>>,
): { to: string; name: string } | undefined {
  if (id === undefined) return undefined;
  if (kind === 'connection' && names.connection.has(id))
    return { to: `/identity-providers/${id}`, name: names.connection.get(id) ?? id };
  if (kind === 'application' && names.application.has(id))
    return { to: `/applications/${id}`, name: names.application.get(id) ?? id };
  if (kind === 'domain') return { to: '/domains', name: id };
  return undefined;
}
