/** How the server writes its log: JSON lines for machines, readable ones for a terminal. */
import { type DestinationStream, type Level, type Logger, pino } from 'pino';

export interface LogOptions {
  readonly level: Level | 'silent';
  /** One readable line instead of one JSON object for each event. */
  readonly pretty: boolean;
  readonly colour: boolean;
}

/** Fields that must not be written down, should they ever be among the facts of a line. */
const SECRETS = ['password', 'secret', 'master', 'privateKey', 'wifi', '*.password', '*.secret', '*.master'];

/** @param destination instead of standard output, for tests */
export async function createLog(options: LogOptions, destination?: DestinationStream): Promise<Logger> {
  const { level, pretty, colour } = options;
  const stream = destination ?? (pretty ? await prettyStream(colour) : plainStream());
  return pino({ level, redact: SECRETS, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** Lines that are kept while the log cannot be written, in bytes; what comes on top is lost. */
const MAX_BUFFERED = 64 * 1024;

/** A disk that is full loses lines of the log, and never the server. */
function plainStream(): DestinationStream {
  return pino.destination({ fd: 1, sync: true, maxLength: MAX_BUFFERED }).on('error', () => undefined);
}

async function prettyStream(colorize: boolean): Promise<DestinationStream> {
  const { default: makePretty } = await import('pino-pretty');
  return makePretty({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss', sync: true });
}
