/** POST /resume?release=N: the operator lets a halted release go on. */
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { SoftOtaError } from '../../errors.js';
import type { Fleet } from '../../fleet/fleet.js';
import type { Releases } from '../../release/releases.js';
import type { App } from '../app-type.js';
import { isFromOwnPage, isOperator } from '../operator-access.js';

export interface ResumeDeps {
  readonly releases: Releases;
  readonly fleet: Fleet;
  /** Whoever sees the page may press its button. */
  readonly consoleOpen?: boolean;
}

/** Without a number: the current one. With it, nobody resumes another release than the one that he looked at. */
const Query = Type.Object({
  release: Type.Optional(Type.String({ maxLength: 15, pattern: '^[0-9]+$' })),
});
const Answer = Type.Object({ release: Type.Integer(), resumed: Type.Boolean() });

type ResumeRequest = FastifyRequest<{ Querystring: Static<typeof Query> }>;

export function resumeRoute(app: App, { releases, fleet, consoleOpen = false }: ResumeDeps): void {
  const schema = { querystring: Query, response: { 200: Answer } };
  app.post('/resume', { schema }, (request: ResumeRequest) => {
    if (!isOperator(request, consoleOpen) || !isFromOwnPage(request)) {
      throw new SoftOtaError('resume_refused', 'A release is not resumed from there.');
    }
    const release = releases.current;
    if (release === undefined) throw new SoftOtaError('not_ready', 'There is no release yet.');
    fleet.reports.startFor(release);
    const { release: asked = release.number } = request.query;
    const resumed = Number(asked) === release.number && fleet.reports.resume(release.number);
    return { release: release.number, resumed };
  });
}
