import { Anchor } from '@mantine/core';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
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
  errorComponent: ({ error }) => <ProblemNote error={error} onRetry={() => location.reload()} />,
});

/** One route: each page is a chunk of its own, fetched when somebody goes there. */
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load as never, name as never) });

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
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
