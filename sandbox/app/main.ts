import { serveParent } from '../child.ts';
import { startApp } from './server.ts';

serveParent(startApp);
