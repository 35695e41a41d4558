import { nameOfPermission } from '../features/roles/permissions.ts';
import { EmptyState } from './EmptyState.tsx';

/** In the place of what somebody's roles do not let them see, with what they would have to let them do. */
export function NotAllowed({ permission }: { permission?: string | undefined }) {
  const needed = permission === undefined ? undefined : nameOfPermission(permission);
  return (
    <EmptyState title="You may not see this">
      Your roles do not permit it{needed ? ` (“${needed}”)` : ''}. Ask a Full Administrator of your organisation.
    </EmptyState>
  );
}
