import { serveParent } from '../child.ts';
import { startIdp } from './server.ts';

serveParent(startIdp);
