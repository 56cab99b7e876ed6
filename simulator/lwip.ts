/** What the network stack of a board makes of numbers: of errors of this machine, and of ports. Pure. */

const ERRNO: Readonly<Record<string, number>> = {
  ECONNREFUSED: 111,
  ECONNRESET: 104,
  EPIPE: 104,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
  ENETUNREACH: 113,
  ECONNABORTED: 103,
};

const OTHER = 104;
const MAX_PORT = 65_535;

export function errnoOf({ code = '' }: NodeJS.ErrnoException): number {
  return ERRNO[code] ?? OTHER;
}

/** A stranger may have said any number; lwIP keeps 16 bits of it. */
export function portOf(port: number): number {
  return port & MAX_PORT;
}
