import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app.css';
import { Center, Container, Loader, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from '../../src/client/index.ts';
import { consolePath, nonce } from './place.ts';
import { router } from './router.tsx';
import { accessToken, signIn, takeAnswer, whereNow } from './session/session.ts';
import { theme } from './theme.ts';
import { ProblemNote } from './ui/ProblemNote.tsx';

setNonce(nonce);
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal is an answer; only what was not answered at all is asked again.
      retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.status > 0 && error.status < 500),
    },
  },
});
const root = createRoot(document.getElementById('root') as HTMLElement);
const draw = (content: React.ReactNode): void =>
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider client={queries}>
          <Notifications position="top-center" />
          {content}
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );

/** Nobody sees the console before it is known who they are. */
async function start(): Promise<void> {
  draw(
    <Center h="100vh">
      <Loader aria-label="Signing in" />
    </Center>,
  );
  if (location.pathname === `${consolePath}/callback`) {
    const returnTo = await takeAnswer(new URLSearchParams(location.search));
    history.replaceState(null, '', `${consolePath}${returnTo}`);
  }
  if (accessToken() === undefined) await signIn(whereNow());
  draw(<RouterProvider router={router} />);
}

start().catch((error: unknown) =>
  draw(
    <Container size="xs" py="xl">
      <ProblemNote error={error} onRetry={() => void signIn('/')} />
    </Container>,
  ),
);
