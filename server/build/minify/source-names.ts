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
  readonly spelled: ReadonlySet<string>;
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

export function readNames(source: string): SourceNames {
  const places: Place[] = [];
  const spelled = new Set<string>();
  const imported: Member[] = [];
  const members: Member[] = [];
  let whole = true;
  const text = ({ from, to }: { readonly from: number; readonly to: number }) => source.slice(from, to);
  parser.parse(source).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) whole = false;
      if (type.name === 'VariableName' || type.name === 'PropertyName')
        places.push({ from, to, name: source.slice(from, to) });
      if (type.name === 'String') for (const word of namesIn(node, text(node))) spelled.add(word);
      if (type.name === 'ImportStatement') imported.push(...importsOf(node, text));
      if (type.name === 'MemberExpression') members.push(...memberOf(node, text));
    },
  });
  return { places, spelled, imported, members, whole };
}

const ONE_NAME = /^\w*(["']|"""|''')[\p{L}_][\p{L}\p{N}_.]*\1$/u;

function namesIn({ parent }: Node, text: string): string[] {
  const isSplit = parent?.name === 'MemberExpression';
  return isSplit || ONE_NAME.test(text) ? wordsOf(text.replace(/^\w*(?=["'])/, '')) : [];
}

/** `from a.b import c as d`: c is a's. `import a.b as d`: a is one of its own. */
function importsOf(node: Node, text: (node: Node) => string): Member[] {
  if (node.firstChild?.name !== 'from') {
    return node.getChildren('VariableName').map((name) => ({ module: text(name), name: text(name) }));
  }
  const [module] = node.getChildren('VariableName', 'from', 'import').map(text);
  const names = node.getChildren('VariableName', 'import').map(text);
  return names.map((name) => ({ module: module ?? '', name }));
}

function memberOf(node: Node, text: (node: Node) => string): Member[] {
  const property = node.getChild('PropertyName');
  let root = node.firstChild;
  while (root?.name === 'MemberExpression') root = root.firstChild;
  if (property === null || root?.name !== 'VariableName') return [];
  return [{ module: text(root), name: text(property) }];
}
