/** GET /: the page for people, plain files from server/http/console/. */
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { App } from '../app-type.js';

/** Relative to the compiled file, dist/server/http/routes/console.js. */
const FILES = fileURLToPath(new URL('../../../../server/http/console/', import.meta.url));

const HEADERS = {
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

export async function consoleRoutes(app: App): Promise<void> {
  // Not version 10: its content-disposition 3 needs Node 22.
  await app.register(fastifyStatic, {
    root: FILES,
    // One route for each file that is there: what has another name is a 404 like any other.
    wildcard: false,
    decorateReply: false,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    },
  });
}
