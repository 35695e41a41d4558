import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { meQuery } from '../api/me.ts';
import { useApplicationNames, useProviderNames } from '../api/names.ts';
import { AppIcon, KeyIcon, ListIcon, SearchIcon } from '../ui/icons.tsx';
import { sections } from './pages.ts';

/** Ctrl K: every place by name and by what people call it, providers and applications by theirs, and a sign-in by its reference. */
export function CommandPalette() {
  const [typed, setTyped] = useState('');
  const open = useOpen();
  const permissions = useQuery(meQuery).data?.permissions ?? [];
  const pages = sections
    .flatMap((section) => section.pages)
    .filter(({ permission }) => !permission || permissions.includes(permission))
    .map(({ to, label, words, icon: Icon }) => open({ to, label, keywords: words, leftSection: <Icon /> }));
  const named = useNamed(open);
  const reference = typed.trim().toUpperCase();
  const isReference = permissions.includes('sign-ins:read') && /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(reference);
  const signIn = isReference
    ? [open({ to: `/sign-ins/${reference}`, label: `Sign-in ${reference}`, keywords: typed, leftSection: <ListIcon /> })]
    : [];
  return (
    <Spotlight
      actions={[...signIn, ...pages, ...(typed.trim() === '' ? [] : named)]}
      query={typed}
      onQueryChange={setTyped}
      shortcut={['mod + K']}
      nothingFound="Nothing by that name"
      highlightQuery
      scrollable
      maxHeight={440}
      searchProps={{
        leftSection: <SearchIcon />,
        placeholder: 'Where to? A page, a provider, the reference of a sign-in',
        'aria-label': 'Where to?',
      }}
    />
  );
}

type Place = Omit<SpotlightActionData, 'id' | 'onClick'> & { to: string };

function useOpen(): (place: Place) => SpotlightActionData {
  const navigate = useNavigate();
  return ({ to, ...action }) => ({ ...action, id: to, onClick: () => void navigate({ to: to as '/' }) });
}

/** What is known by name here. */
function useNamed(open: (place: Place) => SpotlightActionData): SpotlightActionData[] {
  const providers = [...useProviderNames()].map(([id, label]) =>
    open({ to: `/identity-providers/${id}`, label, description: 'Identity provider', leftSection: <KeyIcon /> }),
  );
  const applications = [...useApplicationNames()].map(([id, label]) =>
    open({ to: `/applications/${id}`, label, description: 'Application', leftSection: <AppIcon /> }),
  );
  return [...providers, ...applications];
}
