import type { ComponentType } from 'react';
import {
  AppIcon,
  ClockIcon,
  GearIcon,
  GlobeIcon,
  HomeIcon,
  KeyIcon,
  ListIcon,
  PeopleIcon,
  PersonIcon,
  ScrollIcon,
  ShieldIcon,
} from '../ui/icons.tsx';

export interface PageEntry {
  to: string;
  label: string;
  /** What a person types who looks for it in the command palette. */
  words: string;
  icon: ComponentType<{ size?: number }>;
  /** Without it the entry is not shown; the page itself explains. */
  permission?: string;
}

/** Every place of the console, in the order of the navigation; the command palette reads the same list. */
export const sections: readonly { title: string | null; pages: readonly PageEntry[] }[] = [
  { title: null, pages: [{ to: '/', label: 'Overview', words: 'home start checklist', icon: HomeIcon }] },
  {
    title: 'Sign-in',
    pages: [
      {
        to: '/identity-providers',
        label: 'Identity providers',
        words: 'sso saml oidc entra okta google connection',
        icon: KeyIcon,
        permission: 'identity-providers:read',
      },
      {
        to: '/sign-ins',
        label: 'Sign-in log',
        words: 'trace failure reference why',
        icon: ListIcon,
        permission: 'sign-ins:read',
      },
      { to: '/domains', label: 'Domains', words: 'dns txt email routing', icon: GlobeIcon, permission: 'domains:read' },
      {
        to: '/expiries',
        label: 'Expiries',
        words: 'calendar certificate secret runs out',
        icon: ClockIcon,
        permission: 'identity-providers:read',
      },
    ],
  },
  {
    title: 'People',
    pages: [
      { to: '/users', label: 'Users', words: 'person account email', icon: PersonIcon, permission: 'users:read' },
      { to: '/groups', label: 'Groups', words: 'team membership', icon: PeopleIcon, permission: 'users:read' },
      { to: '/roles', label: 'Roles', words: 'permission administrator', icon: ShieldIcon, permission: 'roles:read' },
    ],
  },
  {
    title: 'Organisation',
    pages: [
      {
        to: '/applications',
        label: 'Applications',
        words: 'client oidc relying party',
        icon: AppIcon,
        permission: 'applications:read',
      },
      { to: '/audit', label: 'Audit log', words: 'history changes who', icon: ScrollIcon, permission: 'audit-events:read' },
      { to: '/settings', label: 'Settings', words: 'session times', icon: GearIcon, permission: 'settings:read' },
    ],
  },
];
