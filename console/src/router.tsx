import { Anchor, Container } from '@mantine/core';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { ApiProblem } from '../../src/client/index.ts';
import { consolePath } from './place.ts';
import { Shell } from './shell/Shell.tsx';
import { EmptyState } from './ui/EmptyState.tsx';
import { ProblemNote } from './ui/ProblemNote.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <EmptyState title="There is nothing at this address" action={<Anchor href={`${consolePath}/`}>Go to the overview</Anchor>}>
      The page may have been removed, or the link is incomplete.
    </EmptyState>
  ),
  errorComponent: ({ error }) => (
    <Container size="xs" py="xl">
      <ProblemNote error={error} onRetry={() => location.reload()} />
    </Container>
  ),
});

/**
 * A page that could not be fetched. Where the gateway answers, it has been updated meanwhile, and the router loads the console anew; where it
 * does not, that would only lead to the browser's own error page.
 */
async function explain(error: unknown): Promise<never> {
  const answer = await fetch(`${consolePath}/`, { cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok) throw error;
  throw new ApiProblem(0, {
    code: 'console.offline',
    title: 'The service does not answer.',
    remedy: 'Check your connection. Nothing is lost.',
  });
}

/** One route: each page is a chunk of its own, fetched when somebody goes there. */
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent((() => load().catch(explain)) as never, name as never),
  });

const routes = [
  page('/', () => import('./features/overview/OverviewPage.tsx'), 'OverviewPage'),
  page('/identity-providers', () => import('./features/identity-providers/list/ProvidersPage.tsx'), 'ProvidersPage'),
  page('/identity-providers/new', () => import('./features/identity-providers/wizard/WizardPage.tsx'), 'WizardPage'),
  page(
    '/identity-providers/$id/{-$tab}',
    () => import('./features/identity-providers/provider/ProviderPage.tsx'),
    'ProviderPage',
  ),
  page('/sign-ins', () => import('./features/sign-ins/SignInsPage.tsx'), 'SignInsPage'),
  page('/sign-ins/$reference', () => import('./features/sign-ins/SignInPage.tsx'), 'SignInPage'),
  page('/domains', () => import('./features/domains/DomainsPage.tsx'), 'DomainsPage'),
  page('/expiries', () => import('./features/expiries/ExpiriesPage.tsx'), 'ExpiriesPage'),
  page('/users', () => import('./features/users/UsersPage.tsx'), 'UsersPage'),
  page('/users/$id', () => import('./features/users/UserPage.tsx'), 'UserPage'),
  page('/groups', () => import('./features/groups/GroupsPage.tsx'), 'GroupsPage'),
  page('/roles', () => import('./features/roles/RolesPage.tsx'), 'RolesPage'),
  page('/applications', () => import('./features/applications/ApplicationsPage.tsx'), 'ApplicationsPage'),
  page('/applications/$id', () => import('./features/applications/ApplicationPage.tsx'), 'ApplicationPage'),
  page('/audit', () => import('./features/audit/AuditPage.tsx'), 'AuditPage'),
  page('/settings', () => import('./features/settings/SettingsPage.tsx'), 'SettingsPage'),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([...routes]),
  basepath: consolePath,
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error }) => <ProblemNote error={error} onRetry={() => location.reload()} />,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
