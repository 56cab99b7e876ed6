/** The end of every reference server: listen, say where, and go when told to. */
import type { FastifyInstance } from 'fastify';
import { say } from '../lab/parent.js';

export async function listening(app: FastifyInstance): Promise<void> {
  process.once('SIGTERM', () => {
    app.server.closeAllConnections();
    void app.close().then(() => process.disconnect());
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  say({ port: typeof address === 'object' ? address?.port : undefined });
}
