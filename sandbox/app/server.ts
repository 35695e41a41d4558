import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { tellStyle } from '../html.ts';
import { type Asked, Refusal, type Routes, redirectTo, serve, type Told } from '../web.ts';
import { type AppConfig, CALLBACK_PATH, SIGNED_OUT_PATH } from './config.ts';
import { tellClaims, tellFailure, tellSignedOut, tellWelcome } from './pages.ts';
import { type Browser, cookieOf, createSessions, type Sessions } from './sessions.ts';
import { createRelyingParty, type RelyingParty } from './sign-in.ts';

export interface RunningApp {
  readonly url: string;
  close(): Promise<void>;
}

interface App {
  readonly config: AppConfig & { url: string };
  readonly sessions: Sessions;
  readonly gateway: RelyingParty;
}

/** Starts the sample application; it listens when the promise resolves. The gateway is asked at the first sign-in. */
export async function startApp(config: AppConfig): Promise<RunningApp> {
  const routes: { -readonly [Route in keyof Routes]: Routes[Route] } = {};
  const { port, close } = await serve({
    routes,
    host: config.host,
    port: config.port,
    tellRefusal: ({ status, message }) => tellFailure({ status, title: 'This cannot be done', detail: message }),
    onFault: (fault) => console.error('sample application:', fault),
  });
  const url = config.url ?? `http://localhost:${port}`;
  const whole = { ...config, url };
  const app: App = { config: whole, sessions: createSessions(), gateway: createRelyingParty(whole) };
  Object.assign(routes, routesOf(app));
  return { url, close };
}

function routesOf(app: App): Routes {
  return {
    'GET /': (asked) => {
      const signedIn = app.sessions.find(asked)?.signedIn;
      return signedIn ? tellClaims(signedIn) : tellWelcome(app.config);
    },
    'GET /style.css': tellStyle,
    'GET /sign-in': (asked) => begin(app, asked),
    [`GET ${CALLBACK_PATH}` as const]: (asked: Asked) => finish(app, asked),
    'POST /refresh': (asked) => refresh(app, asked),
    'POST /sign-out': (asked) => signOut(app, asked),
    [`GET ${SIGNED_OUT_PATH}` as const]: tellSignedOut,
  };
}

async function begin(app: App, asked: Asked): Promise<Told> {
  const browser = app.sessions.open(asked);
  return orExplain(async () => redirectTo(await app.gateway.begin(browser, asked.query.get('idp')), setCookie(app, browser)));
}

async function finish(app: App, asked: Asked): Promise<Told> {
  const browser = app.sessions.find(asked);
  if (!browser) throw new Refusal(400, 'This sign-in was not begun in this browser. Begin again.');
  return orExplain(async () => {
    browser.signedIn = await app.gateway.finish(browser, new URL(asked.url.pathname + asked.url.search, app.config.url));
    return redirectTo('/', setCookie(app, app.sessions.rotate(browser)));
  });
}

async function refresh(app: App, asked: Asked): Promise<Told> {
  checkOrigin(app, asked);
  const browser = app.sessions.find(asked);
  const known = browser?.signedIn;
  if (!browser || known?.refreshToken === undefined) return redirectTo('/');
  const { refreshToken } = known;
  return orExplain(async () => {
    browser.signedIn = await app.gateway.refresh({ ...known, refreshToken });
    return redirectTo('/');
  });
}

async function signOut(app: App, asked: Asked): Promise<Told> {
  checkOrigin(app, asked);
  const browser = app.sessions.find(asked);
  if (!browser?.signedIn) return redirectTo('/');
  const { idToken } = browser.signedIn;
  // Here first: whatever the gateway says, this application forgets.
  app.sessions.end(browser);
  return orExplain(async () => redirectTo(await app.gateway.signOut(idToken, app.config.url + SIGNED_OUT_PATH)));
}

/** A form of another site must not act for the person (the gateway on the next port is the same *site*, so the cookie comes). */
function checkOrigin({ config }: App, { headers }: Asked): void {
  const isOwn = headers['sec-fetch-site'] === 'same-origin' || headers.origin === new URL(config.url).origin;
  if (!isOwn) throw new Refusal(403, 'The form came from somewhere else.');
}

function setCookie({ config }: App, browser: Browser): Record<string, string> {
  return { 'set-cookie': cookieOf(browser, config.url.startsWith('https:') ? 'secure' : 'plain') };
}

/** What the gateway refused is told to the person; a sample application hides nothing. */
async function orExplain(work: () => Promise<Told>): Promise<Told> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof Refusal) throw fault;
    if (fault instanceof AuthorizationResponseError || fault instanceof ResponseBodyError) {
      const detail = fault.error_description ?? 'The gateway gave no reason.';
      return tellFailure({ status: 400, title: 'The sign-in did not succeed', detail, code: fault.error });
    }
    console.error('sample application:', fault);
    const detail = fault instanceof Error ? fault.message : String(fault);
    const code = fault instanceof ClientError ? fault.code : undefined;
    return tellFailure({ status: 502, title: 'The sign-in did not succeed', detail, code });
  }
}
