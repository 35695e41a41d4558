import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

/** One change through the API: what it touches is read anew, and the person is told that it is done. */
export function useChange<Input, Result>(
  change: (input: Input) => Promise<Result>,
  told: { touches: readonly string[]; done?: string },
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      if (told.done) notifications.show({ message: told.done, color: 'teal' });
      await Promise.all(told.touches.map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
}
