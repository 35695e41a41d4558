import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api/client.ts';
import { useMay } from '../api/me.ts';

const kinds: Record<string, string> = { system: 'Sallyport itself', operator: 'The operator', nobody: 'Not signed in' };

/** Who did it: a person by address, or what else there is. */
export function Actor({ actor }: { actor: { kind: string; id?: string } }) {
  const mayRead = useMay('users:read');
  const { data } = useQuery({
    queryKey: ['users', 'one', actor.id],
    queryFn: async () => (await api.GET('/api/v1/users/{id}', { params: { path: { id: actor.id ?? '' } } })).data,
    enabled: actor.kind === 'user' && actor.id !== undefined && mayRead,
    retry: false,
  });
  if (actor.kind !== 'user')
    return (
      <Text span inherit>
        {kinds[actor.kind] ?? actor.kind}
      </Text>
    );
  if (!mayRead || !actor.id)
    return (
      <Text span inherit>
        {actor.id ?? 'A person'}
      </Text>
    );
  return (
    <Anchor component={Link} to={`/users/${actor.id}` as '/'} inherit underline="always">
      {data?.email ?? 'A person'}
    </Anchor>
  );
}
