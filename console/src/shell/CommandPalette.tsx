import { Spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { meQuery } from '../api/me.ts';
import { SearchIcon } from '../ui/icons.tsx';
import { sections } from './pages.ts';

/** Ctrl K: every place by name, by what people call it, and a sign-in by its reference. */
export function CommandPalette() {
  const navigate = useNavigate();
  const permissions = useQuery(meQuery).data?.permissions ?? [];
  const pages = sections
    .flatMap((section) => section.pages)
    .filter(({ permission }) => !permission || permissions.includes(permission));
  const actions = pages.map(({ to, label, words, icon: Icon }) => ({
    id: to,
    label,
    keywords: words,
    leftSection: <Icon />,
    onClick: () => void navigate({ to }),
  }));
  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K']}
      nothingFound="Nothing by that name"
      highlightQuery
      searchProps={{ leftSection: <SearchIcon />, placeholder: 'Where to?', 'aria-label': 'Where to?' }}
    />
  );
}
