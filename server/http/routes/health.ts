/** GET /health: for monitors. */
import { Type } from '@sinclair/typebox';
import { SoftOtaError } from '../../errors.js';
import type { Releases } from '../../release/releases.js';
import type { App } from '../app-type.js';

const Health = Type.Object({
  status: Type.Literal('ok'),
  release: Type.Integer(),
  key: Type.String(),
  abis: Type.Array(Type.Integer()),
  /** Seconds. */
  uptime: Type.Integer(),
});

export function healthRoute(app: App, { releases }: { releases: Releases }): void {
  app.get('/health', { schema: { response: { 200: Health } } }, () => {
    const release = releases.current;
    if (release === undefined) throw new SoftOtaError('not_ready', 'There is no release yet.');
    return {
      status: 'ok' as const,
      release: release.number,
      key: release.keyIds.join(','),
      abis: [...release.heads.keys()],
      uptime: Math.floor(process.uptime()),
    };
  });
}
