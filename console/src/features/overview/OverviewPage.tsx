import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/me.ts';
import { SignInFigures } from '../../charts/SignInFigures.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Ahead } from './Ahead.tsx';
import { Checklist } from './Checklist.tsx';
import { Providers } from './Providers.tsx';

/** Where things stand, and what comes next. */
export function OverviewPage() {
  const me = useQuery(meQuery).data;
  const may = (permission: string): boolean => me?.permissions.includes(permission) ?? false;
  return (
    <>
      <PageHead title="Overview" about={me ? `${me.tenant.displayName} signs in at ${me.tenant.url}` : undefined} />
      <Stack gap="lg">
        {may('identity-providers:read') ? <Checklist /> : null}
        <SignInFigures />
        {may('identity-providers:read') ? (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Providers />
            <Ahead />
          </SimpleGrid>
        ) : null}
        {me && me.permissions.length === 0 ? (
          <EmptyState title="There is nothing for you to look after here">
            You are signed in, and your roles do not let you administer anything. Ask a Full Administrator if that is wrong.
          </EmptyState>
        ) : null}
      </Stack>
    </>
  );
}
