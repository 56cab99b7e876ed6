/** The HTTP server as a function of what it serves. It listens nowhere, and knows no environment, signal or file. */
import Fastify, { type FastifyError } from 'fastify';
import type { Logger } from 'pino';
import type { App, SchemaTypes } from './app-type.js';
import { answerBrokenRequest, errorHandler, notFound } from './error-handler.js';
import { type BlobDeps, blobRoute } from './routes/blob.js';
import { consoleRoutes } from './routes/console.js';
import { headRoute } from './routes/head.js';
import { healthRoute } from './routes/health.js';
import { type ResumeDeps, resumeRoute } from './routes/resume.js';
import { rootRoute } from './routes/root.js';
import { type StatusDeps, statusRoute } from './routes/status.js';

export interface AppDeps extends BlobDeps, StatusDeps, ResumeDeps {
  readonly log: Logger;
  /** Milliseconds for a whole request to arrive; 10 s when not given. */
  readonly requestTimeout?: number;
  /** Addresses or networks of proxies that say for whom they ask; nobody else is believed that. */
  readonly trustProxy?: readonly string[];
}

const REQUEST_MS = 10_000;
/** A device writes flash and hashes between requests; after 60 s without a byte it gives up (docs/protocol.md §9). */
const IDLE_MS = 65_000;
const MAX_REQUEST = 8 * 1024;

/** All routes, with Fastify's own logging off: a device gets one line for its visit, not two for every blob. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const onError = errorHandler(deps.log);
  const app = Fastify({
    ...serverOptions(deps),
    frameworkErrors: (error, request, reply) => {
      onError(error as FastifyError, request, reply);
    },
  }).withTypeProvider<SchemaTypes>();
  // Silence may last as long between answers as inside them; a limit of its own would set two timers anew for every request.
  app.server.keepAliveTimeout = 0;
  app.removeAllContentTypeParsers();
  // Node would answer an expectation that it does not know by a bare 417; a server may as well not mind it (RFC 9110 §10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.setErrorHandler(onError);
  app.setNotFoundHandler(notFound);
  headRoute(app, deps);
  blobRoute(app, deps);
  rootRoute(app, deps);
  healthRoute(app, deps);
  statusRoute(app, deps);
  resumeRoute(app, deps);
  await consoleRoutes(app);
  return app;
}

function serverOptions({ requestTimeout = REQUEST_MS, trustProxy = [] }: AppDeps) {
  return {
    ...(trustProxy.length === 0 ? {} : { trustProxy: [...trustProxy] }),
    requestTimeout,
    connectionTimeout: IDLE_MS,
    clientErrorHandler: answerBrokenRequest,
    http: {
      maxHeaderSize: MAX_REQUEST,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(250, requestTimeout),
    },
  };
}
