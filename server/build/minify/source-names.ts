/** What a Python source says about names: where they stand, and which may not be changed because of it. Pure. */
import { parser } from '@lezer/python';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** A name in a source. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export interface Member {
  readonly module: string;
  readonly name: string;
}

export interface SourceNames {
  readonly places: readonly Place[];
  /** Words of strings that are nothing but a name, dotted or not, or that are split into words: `getattr` may get them. */
  readonly spelled: readonly string[];
  /** `from module import name`, and `import module` with its own name. */
  readonly imported: readonly Member[];
  /** `module.name`, where the first may be anything. */
  readonly members: readonly Member[];
  /** False for what the parser does not understand; then nobody knows all of its names. */
  readonly whole: boolean;
}

const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu;

export function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** A server reads the same sources at each save, and most of them have not changed: parsing takes longer than all else that is to do. */
const known = new Map<string, SourceNames>();
const MAX_KNOWN = 500;

export function readNames(source: string): SourceNames {
  const names = known.get(source) ?? parseNames(source);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(source, names);
  return names;
}

function parseNames(source: string): SourceNames {
  const text: TextOf = ({ from, to }) => source.slice(from, to);
  const found = { places: [] as Place[], spelled: [] as string[], imported: [] as Member[] };
  const members: Member[] = [];
  const faults: number[] = [];
  parser.parse(source).iterate({
    // Its node is made when it is asked for, which takes longer than the walk.
    enter(at) {
      const { type, from, to } = at;
      if (type.isError) faults.push(from);
      else if (NAMES.has(type.name)) found.places.push({ from, to, name: source.slice(from, to) });
      else if (type.name === 'String') found.spelled.push(...namesIn(at.node, text));
      else if (type.name === 'ImportStatement') found.imported.push(...importsOf(at.node, text));
      else if (type.name === 'MemberExpression') members.push(...memberOf(at.node, text));
    },
  });
  return { ...found, members, whole: faults.length === 0 };
}

const NAMES: ReadonlySet<string> = new Set(['VariableName', 'PropertyName']);
type TextOf = (place: { readonly from: number; readonly to: number }) => string;

const ONE_NAME = /^\w*(["']|"""|''')[\p{L}_][\p{L}\p{N}_.]*\1$/u;

function namesIn(node: Node, text: TextOf): string[] {
  const { parent } = node;
  if (parent?.name === 'ExpressionStatement') return []; // a docstring
  const isSplit = parent?.name === 'MemberExpression';
  const string = text(node);
  return isSplit || ONE_NAME.test(string) ? wordsOf(string.replace(/^\w*(?=["'])/, '')) : [];
}

/** `from a.b import c as d`: c is a's. `import a.b as d`: a is one of its own. */
function importsOf(node: Node, text: TextOf): Member[] {
  if (node.firstChild?.name !== 'from') {
    return node.getChildren('VariableName').map((name) => ({ module: text(name), name: text(name) }));
  }
  const [module] = node.getChildren('VariableName', 'from', 'import').map(text);
  const names = node.getChildren('VariableName', 'import').map(text);
  return names.map((name) => ({ module: module ?? '', name }));
}

function memberOf(node: Node, text: TextOf): Member[] {
  const property = node.getChild('PropertyName');
  let root = node.firstChild;
  while (root?.name === 'MemberExpression') root = root.firstChild;
  if (property === null || root?.name !== 'VariableName') return [];
  return [{ module: text(root), name: text(property) }];
}
