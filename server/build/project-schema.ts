import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const Version = Type.String({ pattern: '^\\d+\\.\\d+(\\.\\d+)?$', description: 'a version such as "1.19"' });
const Board = Type.String({ pattern: '^(\\*|[A-Za-z0-9._-]{1,32})$', description: 'a board name or "*"' });
const Rule = Type.String({ pattern: '^[A-Z]+[0-9]+$', description: 'a rule such as "ESP003"' });
const Pattern = Type.String({ minLength: 1, description: 'a pattern such as "lib/**"' });
const PythonFile = Type.String({
  pattern: '\\.py$',
  description: 'a path under the device folder that ends with .py',
});
const Abi = Type.Union([Type.Literal(5), Type.Literal(6)], { description: '5 or 6' });

const Count = Type.Integer({ minimum: 16, maximum: 1 << 20 });
const Blocks = Type.Union([Count, Type.Record(Board, Count, { additionalProperties: false })], {
  description: 'a number of 4,096-byte blocks, or one for each board as in {"s20": 99}',
});

function listOf<Item extends TSchema>(item: Item, minItems: number) {
  return Type.Array(item, {
    minItems,
    uniqueItems: true,
    description: `a list, each entry ${item.description}`,
  });
}

/** soft-ota.json: every key may be missing, no other key may be there. */
const ProjectFile = Type.Partial(
  Type.Object({
    boards: listOf(Board, 1),
    python: Type.Partial(Type.Object({ 5: Version, 6: Version }, { additionalProperties: false })),
    abis: listOf(Abi, 1),
    esp8266: Type.Boolean({ description: 'true or false' }),
    rulesOff: listOf(Rule, 0),
    lint: Type.Partial(Type.Object({ off: listOf(Pattern, 0) }, { additionalProperties: false }), {
      description: 'an object such as {"off": ["lib/**"]}',
    }),
    keepSource: listOf(PythonFile, 0),
    inplace: Type.Boolean({ description: 'true or false' }),
    blocks: Blocks,
    minify: Type.Boolean({ description: 'true or false' }),
    march: Type.String({
      pattern: '^[a-z0-9]+$',
      description: 'an architecture of mpy-cross such as "xtensa"',
    }),
  }),
  { additionalProperties: false },
);
export type ProjectFile = Static<typeof ProjectFile>;

/** Why `value` is no soft-ota.json, in words; undefined when it is one. */
export function projectFault(value: unknown): string | undefined {
  const fault = Value.Errors(ProjectFile, value).First();
  if (fault === undefined) return undefined;
  const place = fault.path.slice(1).replaceAll('/', '.');
  const known = Object.keys(ProjectFile.properties).join(', ');
  if (place === '') return `an object is expected, with some of these keys: ${known}`;
  if (fault.schema.description !== undefined) return `"${place}" has to be ${fault.schema.description}`;
  return `"${place}" is not known; known keys are ${known}`;
}

/** Narrows what {@link projectFault} finds nothing wrong with. */
export function isProjectFile(value: unknown): value is ProjectFile {
  return projectFault(value) === undefined;
}
