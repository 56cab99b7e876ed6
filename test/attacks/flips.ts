/** One flipped bit, in each part of a head and of its signature: nothing of it is passed over. */
import { parseHead } from '../../server/signing/head.js';
import { sha256 } from './attack-fixture.js';
import type { Mutation } from './bench.js';
import type { Attack, End } from './run.js';

const SEED = 20_261_121;

interface Part {
  readonly name: string;
  /** Where it is: [from, to). */
  readonly range: (head: Buffer) => readonly [from: number, to: number];
  /** Who finds it first (default: the signature). */
  readonly ends?: string;
  readonly mutation: Mutation;
}

/** From this text up to a later one. */
const between =
  (text: string, end: string) =>
  (head: Buffer): [number, number] => {
    const from = head.indexOf(text);
    return [from, head.indexOf(end, from)];
  };

/** A third of the signature. */
const third =
  (n: number) =>
  (head: Buffer): [number, number] => {
    const { body, signatures } = parseHead(head);
    const at = (part: number): number => body.length + Math.floor((signatures.length * part) / 3);
    return [at(n), at(n + 1)];
  };

const LINES = ['release', 'epoch', 'abi', 'boards', 'python', 'created', 'set', 'manifest'];

/** The checks of the format, of the key, and of the signature. */
export type Mutations = readonly [format: Mutation, trusted: Mutation, signature: Mutation];

function parts([format, trusted, signature]: Mutations): readonly Part[] {
  return [
    {
      name: 'the format',
      range: () => [0, 'soft-ota 1 '.length],
      ends: 'head_invalid',
      mutation: format,
    },
    {
      name: "the key's name",
      range: (head) => ['soft-ota 1 '.length, head.indexOf('\n')],
      ends: 'wrong_key',
      mutation: trusted,
    },
    ...LINES.map((line) => ({
      name: `the line "${line}"`,
      range: between(`${line} `, '\n'),
      mutation: signature,
    })),
    {
      name: 'the empty line',
      range: (head) => [head.indexOf('\n\n') + 1, head.indexOf('\n\n') + 2],
      mutation: signature,
    },
    ...[0, 1, 2].map((n) => ({
      name: `the signature, third ${n + 1}`,
      range: third(n),
      mutation: signature,
    })),
  ];
}

/** Any bit of the part, the same one in each run. */
function flipped(head: Buffer, { name, range }: Part): Buffer {
  const dice = sha256(Buffer.from(`${SEED} ${name}`));
  const [from, to] = range(head);
  if (from < 0 || to <= from) throw new Error(`The head has no part ${name}.`);
  const at = from + (dice.readUInt32BE(0) % (to - from));
  const other = Buffer.from(head);
  other[at] = (other[at] ?? 0) ^ (1 << (dice.readUInt8(4) % 8));
  return other;
}

/** Without the check the head gets further, whatever ends it then. */
const isPassed =
  (ends: string) =>
  ({ state }: End): boolean =>
    state !== ends;

export const flips = (row: string, mutations: Mutations): readonly Attack[] =>
  parts(mutations).map((part): Attack => {
    const { name, mutation, ends = 'signature_invalid' } = part;
    return {
      row,
      name: `a flipped bit of ${name} (seed ${SEED})`,
      begin: (fixture) => fixture.files.set('/6/head', flipped(fixture.offer(), part)),
      ends,
      mutation,
      harm: isPassed(ends),
    };
  });
