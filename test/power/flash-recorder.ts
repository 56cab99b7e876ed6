/** What a flash was before each operation of a boot: the same as what a cut there leaves. */
import type { FlashChange } from '../../simulator/messages.js';
import { HALF, type Tree } from './tree.js';

const JOURNAL = 'update/journal';

export interface Scene {
  /** Operations since power-on that led to it. */
  readonly op: number;
  readonly tree: Tree;
  /** The file whose new content came at once (littlefs). On FAT a cut may leave any part of it. */
  readonly put: string | undefined;
  readonly moved: { readonly from: string; readonly to: string } | undefined;
}

export class FlashRecorder {
  readonly scenes: Scene[];

  constructor(start: Tree) {
    this.scenes = [{ op: 0, tree: start, put: undefined, moved: undefined }];
  }

  get end(): Tree {
    return this.#last.tree;
  }

  get #last(): Scene {
    const last = this.scenes.at(-1);
    if (last === undefined) throw new Error('A film without a scene.');
    return last;
  }

  take(change: FlashChange): void {
    const { op, path, to, bytes } = change;
    const put = bytes === undefined ? undefined : path;
    const moved = to === undefined ? undefined : { from: path, to };
    this.scenes.push({ op, tree: after(this.#last.tree, change), put, moved });
  }

  /** Under which name in update/ the new content of a file lies until it comes to its place, with a slash in front. */
  stagedFor(path: string): string | undefined {
    const journal = this.scenes.findLast(({ tree }) => tree.has(JOURNAL))?.tree.get(JOURNAL);
    const steps = journal?.toString('latin1').split('\n') ?? [];
    const [step = ''] =
      steps.find((line) => line.startsWith('+') && line.split(' ')[1] === path)?.split(' ') ?? [];
    return step === '' ? undefined : `/update/n${step.slice(1)}`;
  }

  /** Before operation `op`, or after the last. */
  before(op: number): Tree {
    return (this.scenes.findLast((scene) => scene.op < op) ?? this.#last).tree;
  }
}

function after(tree: Tree, { path, to, bytes, folder, moving, settled }: FlashChange): Tree {
  const next = new Map(tree);
  if (moving !== undefined) next.set(HALF, Buffer.from(JSON.stringify(moving)));
  if (settled) next.delete(HALF);
  if (bytes !== undefined) next.set(path, Buffer.from(bytes));
  else if (folder) next.set(path, undefined);
  else if (settled) return next;
  else {
    const inside = [...tree].filter(([at]) => at === path || at.startsWith(`${path}/`));
    for (const [at] of inside) next.delete(at);
    for (const [at, content] of to === undefined ? [] : inside) next.set(to + at.slice(path.length), content);
  }
  return next;
}
