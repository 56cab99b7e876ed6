/** What a build tells people. It imports nothing: `npm run build` loads it to say that there is nothing to do. */

/** What was built, as far as people want to know it. */
export interface Built {
  readonly release: number;
  readonly keyIds: readonly string[];
  /** Where it lies. */
  readonly bdist: string;
  /** One sentence for each set. */
  readonly sets: readonly string[];
  readonly isNew: boolean;
  /** True when the release is the same, and its head is not. */
  readonly isResigned: boolean;
  /** The number that was asked for, where the release is not new and has another. */
  readonly unused?: number;
  /** Keys that have yet to sign it. */
  readonly missing: readonly string[];
  readonly warnings: readonly string[];
  readonly compiled: number;
  readonly remembered: number;
  readonly ms: number;
}

/** What was built, in lines for people. */
export function builtText(built: Built): string {
  const { bdist, keyIds, sets, missing, warnings, compiled, remembered, ms } = built;
  const lines = [
    `${whatWasBuilt(built)} in ${bdist}, key ${keyIds.join(',')}.`,
    ...unusedText(built),
    ...sets.map((set) => `  ${set}`),
    `  ${compiled} compiled, ${remembered} remembered, ${Math.round(ms)} ms`,
    ...warnings.map((warning) => `  Warning: ${warning}`),
    ...(missing.length === 0 ? [] : pendingText(bdist, missing)),
  ];
  return `${lines.join('\n')}\n`;
}

function whatWasBuilt({ release, isNew, isResigned }: Built): string {
  if (isNew) return `Release ${release}`;
  return isResigned ? `Release ${release} as it was, signed again,` : `Nothing new: release ${release} stays`;
}

function unusedText({ release, unused }: Built): string[] {
  if (unused === undefined) return [];
  return [
    `  --release ${unused} was not used: a number is for new content, and these sources are release ${release}.`,
  ];
}

function pendingText(bdist: string, missing: readonly string[]): string[] {
  return [
    `NOT READY: boards refuse it until ${missing.join(', ')} signed it as well. Take ${bdist}/ there, then`,
    '  npm run build                                   with the same sources: the signature says that they are',
    `  npm run sign-offline -- --key FILE ${bdist}          without them`,
  ];
}
